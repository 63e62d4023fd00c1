"""What `pulumi preview` says, from the document of `--json` or from the lines of its event log.

Decides which step of a resource counts and what is a message to people. What a step means for a tuning job is left to
`job_changes`. Both forms are written by the Pulumi CLI and by the local engine alike.
Source: display.PreviewDigest and apitype.EngineEvent of the Pulumi SDK for Go.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from sagemaker_tuning.errors import Problem, SpecError

__all__ = ["Message", "Preview", "Step", "read_preview"]

Severity = Literal["info", "warning", "error"]

# How a replacement is carried out, which the step `replace` tells, and what was read before the program ran.
_TOLD_BY_OTHERS = frozenset(
    {
        *("create-replacement", "delete-replaced", "read-replacement", "import-replacement", "discard-replaced"),
        *("remove-pending-replace", "refresh"),
    }
)
_PREFIX = re.compile(r"^(?:error|warning): ")
_PROBLEM = re.compile(r"^\S+ resource '[^']*' has a problem: ")  # the URN says of which resource
_TERMINAL_CODES = re.compile(r"\x1b\[[0-9;]*[mK]|<\{%[^%]*%\}>")  # colors, also as Pulumi's own markers
_STACK_TYPE = "pulumi:pulumi:Stack"


@dataclass(frozen=True)
class Message:
    """Something that was said: by the program, a provider, a policy or the engine. `urn` is empty for the stack."""

    severity: Severity
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Step:
    """What would be done to one resource. `old` and `new` are its states, as JSON has them.

    op: `same`, `create`, `update`, `replace`, `delete`, `read`, `import` or `discard`. changed, replaces: the top-level
    properties that differ, as far as the provider named them, and those of them that force a replacement.
    """

    urn: str
    op: str
    old: Mapping[str, Any] | None = None
    new: Mapping[str, Any] | None = None
    changed: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.urn.split("::", 3)[-1]

    @property
    def type(self) -> str:
        """The resource's own type, without those of its parents."""
        return self.urn.split("::", 3)[-2].rpartition("$")[2]


@dataclass(frozen=True)
class Preview:
    """A preview. `counts` is how many resources have each op, those that are not in `steps` included; not the stack.

    `is_failed`: it ended with an error, or was cut off. `project` and `stack` are empty if nothing tells them.
    """

    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    counts: Mapping[str, int] = field(default_factory=dict)
    config: Mapping[str, str] = field(default_factory=dict)
    is_failed: bool = False
    project: str = ""
    stack: str = ""

    @property
    def errors(self) -> tuple[Message, ...]:
        return tuple(message for message in self.messages if message.severity == "error")


def read_preview(text: str, source: str) -> Preview:
    """The preview in a text; `source` is where it came from, for messages. An empty text is a failed preview.

    Errors: SpecError if it is neither of the two forms.
    """
    documents = list(_documents(text, source))
    if not documents:
        return Preview(is_failed=True)
    if any("sequence" in document for document in documents):
        return _of_events(documents, source)
    if len(documents) > 1 or not documents[0].keys() & {"steps", "changeSummary", "diagnostics", "duration"}:
        raise _wrong(source, "is no preview")
    return _of_digest(documents[0])


def _documents(text: str, source: str) -> Iterator[dict[str, Any]]:
    """The JSON objects of a text, one after the other."""
    decoder, position = json.JSONDecoder(), 0
    while (position := _next(text, position)) < len(text):
        try:
            document, position = decoder.raw_decode(text, position)
        except ValueError as error:
            raise _wrong(source, f"is not JSON: {error}") from error
        if not isinstance(document, dict):
            raise _wrong(source, "is no preview")
        yield document


def _next(text: str, position: int) -> int:
    while position < len(text) and text[position] in " \t\r\n\ufeff":
        position += 1
    return position


def _of_digest(digest: Mapping[str, Any]) -> Preview:
    steps = [
        Step(
            urn=step["urn"],
            op=step["op"],
            old=step.get("oldState"),
            new=step.get("newState"),
            changed=_changed(step.get("diffReasons"), step.get("detailedDiff")),
            replaces=tuple(step.get("replaceReasons") or ()),
        )
        for step in digest.get("steps") or ()
    ]
    said, counts = digest.get("diagnostics") or (), digest.get("changeSummary") or {}
    return _preview(steps, said, (), counts, digest.get("config") or {}, is_failed=False)


def _of_events(events: Iterable[Mapping[str, Any]], source: str) -> Preview:
    config: Mapping[str, str] = {}
    summary: Mapping[str, Any] | None = None
    steps: list[Step] = []
    policies: list[Message] = []
    said: list[Mapping[str, Any]] = []
    for event in events:
        config = event.get("preludeEvent", {}).get("config") or config
        summary = event.get("summaryEvent", summary)
        if "resourcePreEvent" in event and _is_of_users(event["resourcePreEvent"]["metadata"]):
            steps.append(_step_of_event(event["resourcePreEvent"]["metadata"]))
        elif "policyEvent" in event:
            policies.append(_of_policy(event["policyEvent"]))
        elif "diagnosticEvent" in event:
            said.append(event["diagnosticEvent"])
    if summary is not None and not summary.get("isPreview", True):
        raise _wrong(source, "is the event log of an update, not of a preview")
    counts = summary["resourceChanges"] if summary else {}
    is_failed = summary is None or summary.get("result", "succeeded") != "succeeded"
    return _preview(steps, said, policies, counts, config, is_failed=is_failed)


def _step_of_event(metadata: Mapping[str, Any]) -> Step:
    return Step(
        urn=metadata["urn"],
        op=metadata["op"],
        old=metadata.get("old"),
        new=metadata.get("new"),
        changed=_changed(metadata.get("diffs"), metadata.get("detailedDiff")),
        replaces=tuple(metadata.get("keys") or ()),
    )


def _of_policy(violation: Mapping[str, Any]) -> Message:
    level = violation.get("enforcementLevel")
    said = _message(violation)
    text = f"policy {violation.get('policyName', '')}: {said.text}"
    return Message("error" if level == "mandatory" else "warning", text, violation.get("resourceUrn", ""))


def _preview(
    steps: Iterable[Step],
    said: Iterable[Mapping[str, Any]],
    policies: Iterable[Message],
    counts: Mapping[str, int],
    config: Mapping[str, str],
    *,
    is_failed: bool,
) -> Preview:
    said = [item for item in said if item.get("severity") != "debug" and not item.get("ephemeral")]
    is_failed |= any(item.get("severity") == "error" for item in said)
    # A program that is ended by a failure tells of its own end, at length.
    said = [item for item in said if not (is_failed and item.get("severity") == "info#err")]
    told = {step.urn: step for step in steps if step.op not in _TOLD_BY_OTHERS}
    root = next((step for step in told.values() if step.type == _STACK_TYPE), None)
    numbers = Counter({op: number for op, number in counts.items() if op not in _TOLD_BY_OTHERS})
    numbers.subtract([root.op] if root else [])
    stack, project = _stack_and_project([*told, *(item["urn"] for item in said if item.get("urn"))])
    return Preview(
        steps=tuple(step for step in told.values() if step is not root),
        messages=(*(message for item in said if (message := _message(item)).text), *policies),
        counts={op: number for op, number in numbers.items() if number > 0},
        config=config,
        is_failed=is_failed or any(policy.severity == "error" for policy in policies),
        project=project,
        stack=stack,
    )


def _message(item: Mapping[str, Any]) -> Message:
    severity = item.get("severity")
    text = _PREFIX.sub("", _TERMINAL_CODES.sub("", item.get("message", "")))
    text = (_PROBLEM.sub("", text) if item.get("urn") else text).strip("\n")
    return Message(severity if severity in ("warning", "error") else "info", text, item.get("urn", ""))


def _changed(keys: Iterable[str] | None, detailed: Mapping[str, Any] | None) -> tuple[str, ...]:
    paths = [re.split(r"[.\[]", path, maxsplit=1)[0] for path in detailed or ()]
    return tuple(dict.fromkeys([*(keys or ()), *paths]))


def _is_of_users(metadata: Mapping[str, Any]) -> bool:
    """Default providers are the engine's own."""
    return not (metadata.get("type", "").startswith("pulumi:providers:") and "::default" in metadata["urn"])


def _stack_and_project(urns: Iterable[str]) -> tuple[str, str]:
    for urn in urns:
        stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::")
        return stack, project
    return "", ""


def _wrong(source: str, what: str) -> SpecError:
    return SpecError([Problem(source, None, what, "Give what `pulumi preview --json` prints, or its event log")])
