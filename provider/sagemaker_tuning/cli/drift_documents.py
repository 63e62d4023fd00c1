"""What `drift` found, for programs, pull requests and CI servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

# JUnit's XML is four elements here, which the standard library writes and escapes; a package for it would be a
# dependency of every user.
from xml.etree import ElementTree

from sagemaker_tuning.pull_requests.markdown import code, prose, table_row
from sagemaker_tuning.stacks.drift import JobDrift
from sagemaker_tuning.stacks.expectation import Expectation
from sagemaker_tuning.stacks.export import StackExport

__all__ = ["as_junit", "as_markdown", "to_dict"]

_LONGEST = 1000  # characters of one sentence in a table


def to_dict(export: StackExport, found: Sequence[JobDrift], drifted: Collection[JobDrift]) -> dict[str, Any]:
    """Everything that was found, as plain data."""
    return {
        "project": export.project,
        "stack": export.stack,
        "drifted": len(drifted),
        "jobs": [
            {
                "name": job.resource.name,
                "urn": job.resource.urn,
                "job": job.resource.id,
                "region": job.resource.region,
                "status": job.status or None,
                "drifted": job in drifted,
                "kinds": [kind.value for kind in job.kinds],
                "findings": [{"kind": finding.kind.value, "detail": finding.detail} for finding in job.findings],
                "up": job.up.to_dict(),
                "up_after_refresh": job.up_after_refresh.to_dict(),
                "not_compared": list(job.unseen),
            }
            for job in found
        ],
    }


def as_markdown(export: StackExport, found: Sequence[JobDrift], drifted: Collection[JobDrift]) -> str:
    """A heading, a sentence and a table of the jobs that drifted."""
    stack = prose(f"{export.project}/{export.stack}") if export.stack else "the stack"
    lines = [f"### Drift of {stack}", ""]
    if not drifted:
        told = f"None of {len(found)} tuning jobs drifted." if found else "There are no tuning jobs."
        return "\n".join([*lines, told, ""])
    lines += [f"**{len(drifted)} of {len(found)} tuning jobs drifted.**", ""]
    lines += ["| Resource | Job | Drift | `pulumi up` | after a refresh |", "| --- | --- | --- | --- | --- |"]
    for job in drifted:
        drift = "<br>".join(f"**{finding.kind.label}**: {prose(finding.detail, _LONGEST)}" for finding in job.findings)
        columns = (code(job.resource.name), code(job.resource.id), drift, _cell(job.up), _cell(job.up_after_refresh))
        lines.append(table_row(columns))
    return "\n".join([*lines, ""])


def as_junit(export: StackExport, found: Sequence[JobDrift], drifted: Collection[JobDrift]) -> str:
    """A test suite with a case for each job, which fails if the job drifted."""
    stack = f"{export.project}/{export.stack}" if export.stack else "the stack"
    counts = {"tests": str(len(found)), "failures": str(len(drifted))}
    suites = ElementTree.Element("testsuites", {"name": "sagemaker-tuning drift", **counts})
    suite = ElementTree.SubElement(suites, "testsuite", {"name": f"drift of {stack}", **counts})
    for job in found:
        case = ElementTree.SubElement(suite, "testcase", classname=stack, name=job.resource.name)
        if job in drifted:
            kinds = ", ".join(kind.label for kind in job.kinds)
            failure = ElementTree.SubElement(case, "failure", type="drift", message=f"{job.resource.id}: {kinds}")
            failure.text = _printable(
                [
                    *(finding.detail for finding in job.findings),
                    f"pulumi up: {_told(job.up)}",
                    f"after a refresh: {_told(job.up_after_refresh)}",
                ]
            )
    ElementTree.indent(suites)
    return ElementTree.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _printable(lines: Iterable[str]) -> str:
    """The lines without control characters, which XML cannot hold."""
    return "".join(character for character in "\n".join(lines) if character.isprintable() or character in "\n\t")


def _cell(expected: Expectation) -> str:
    return "nothing" if expected.action == "none" else f"**{expected.action}**: {prose(expected.reason, _LONGEST)}"


def _told(expected: Expectation) -> str:
    return "nothing" if expected.action == "none" else f"{expected.action}: {expected.reason}"
