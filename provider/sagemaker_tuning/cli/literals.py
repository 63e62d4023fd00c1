"""Values as Python source, laid out as the usual formatters lay them out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["INDENT", "Code", "entry_lines", "template", "text_literal"]

INDENT = "    "
_WIDTH = 120


@dataclass(frozen=True)
class Code:
    """An expression that stands where a value would; `comment` goes behind its line."""

    text: str
    comment: str = ""


def entry_lines(value: Any, indent: str, head: str, tail: str = ",") -> Iterator[str]:
    """The value's lines between head and tail: on one line where that fits, else one entry a line."""
    line = f"{indent}{head}{_on_one_line(value)}{tail}"
    if isinstance(value, Code) and value.comment:
        yield f"{line}  # {value.comment}"
    elif not value or not isinstance(value, (Mapping, list)) or (isinstance(value, list) and _fits(line, value)):
        yield line
    elif isinstance(value, Mapping):
        yield f"{indent}{head}{{"
        for key, entry in value.items():
            yield from entry_lines(entry, indent + INDENT, f"{text_literal(key)}: ")
        yield f"{indent}}}{tail}"
    else:
        yield f"{indent}{head}["
        for entry in value:
            yield from entry_lines(entry, indent + INDENT, "")
        yield f"{indent}]{tail}"


def text_literal(value: str) -> str:
    """A string literal in double quotes, unless that needs more backslashes."""
    quote = _quote(value)
    return f"{quote}{_escaped(value, quote)}{quote}"


def template(parts: Sequence[str | Code]) -> Code:
    """The f-string of texts and expressions; an expression alone is just itself."""
    if [part for part in parts if part] == [part for part in parts if isinstance(part, Code)][:1]:
        return next(part for part in parts if isinstance(part, Code))
    quote = _quote("".join(part for part in parts if isinstance(part, str)))
    body = (
        f"{{{part.text}}}" if isinstance(part, Code) else _escaped(part, quote).replace("{", "{{").replace("}", "}}")
        for part in parts
    )
    return Code(f"f{quote}{''.join(body)}{quote}")


def _quote(text: str) -> str:
    return "'" if text.count('"') > text.count("'") else '"'


def _escaped(text: str, quote: str) -> str:
    in_single_quotes = repr(f"{text}'\"")[1:-4]  # repr takes single quotes where a text has both kinds
    if quote == "'":
        return in_single_quotes
    return in_single_quotes.replace("\\'", "'").replace('"', '\\"')


def _fits(line: str, value: list[Any]) -> bool:
    return len(line) <= _WIDTH and not any(isinstance(entry, (Mapping, list)) for entry in value)


def _on_one_line(value: Any) -> str:
    if isinstance(value, Code):
        return value.text
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_on_one_line, value))}]"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{text_literal(key)}: {_on_one_line(entry)}" for key, entry in value.items()) + "}"
    return repr(value)
