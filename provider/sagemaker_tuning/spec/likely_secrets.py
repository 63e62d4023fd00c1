"""Whether a hyperparameter or a variable looks like a secret, where nobody has said so.

Decided by the words of its name and by the forms of well-known keys; so it is a guess that errs both ways, good for
what is shown or written to a file, and never for what is compared.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping
from typing import Any

from sagemaker_tuning import paths
from sagemaker_tuning.spec.findings import Location, path_of
from sagemaker_tuning.spec.rules.nodes import definitions

__all__ = ["likely_secret_paths", "looks_secret"]

_SECRET_WORDS = frozenset({"credential", "credentials", "passphrase", "passwd", "password", "pwd", "secret", "token"})
_KINDS_OF_KEYS = frozenset({"access", "account", "api", "auth", "encryption", "private", "shared", "signing", "ssh"})
_FORMS = re.compile(
    "|".join(
        (
            r"AKIA[0-9A-Z]{16}",  # AWS
            r"gh[pousr]_\w{20,}|github_pat_\w{20,}",
            r"hf_\w{20,}",  # Hugging Face
            r"sk-[\w-]{20,}",  # OpenAI and others
            r"xox[abpr]-\w+",  # Slack
            r"eyJ[\w-]{10,}\.[\w-]+\.",  # a JSON web token
            r"-----BEGIN [A-Z ]*PRIVATE KEY",
            r"\w+://[^/\s:@]*:[^/\s@]+@",  # a URL with a password
        )
    )
)
_HARMLESS = re.compile(r"(?i)(true|false|none|null|[-+.\de]*|s3://.*|arn:.*|/[\w./-]*|<.*>)\Z")
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


def looks_secret(name: str, value: str) -> bool:
    """True for `API_TOKEN`, `db-password` or a value that is a key by its form; false for numbers, paths and ARNs."""
    if _FORMS.search(value):
        return True
    if _HARMLESS.match(value):
        return False
    words = [word.lower() for word in _WORD.findall(name)]
    names_a_key = any(second == "key" and first in _KINDS_OF_KEYS for first, second in itertools.pairwise(words))
    return names_a_key or not _SECRET_WORDS.isdisjoint(words)


def likely_secret_paths(native: Mapping[str, Any]) -> list[str]:
    """Where a native document has what looks like a secret, in the path language."""
    return [
        paths.format((*_parts(native, at), name, paths.Item(key)))
        for at, definition in definitions(native)
        for name in ("static_hyper_parameters", "environment")
        for key, value in ((definition or {}).get(name) or {}).items()
        if looks_secret(key, str(value))
    ]


def _parts(native: Mapping[str, Any], at: Location) -> paths.Parts:
    return paths.parse(path_of(at, native))
