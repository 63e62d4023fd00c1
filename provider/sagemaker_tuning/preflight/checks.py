"""All checks, and the run of them over a job."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sagemaker_tuning.errors import Problem
from sagemaker_tuning.preflight.finding import Check, Finding
from sagemaker_tuning.preflight.metrics import METRIC_CHECKS
from sagemaker_tuning.preflight.running import RUNNING_CHECKS
from sagemaker_tuning.preflight.sample import SAMPLE_CHECKS, sample_breaches
from sagemaker_tuning.preflight.search import SEARCH_CHECKS
from sagemaker_tuning.spec import findings as spec_findings
from sagemaker_tuning.spec.findings import problem_of, without_secrets
from sagemaker_tuning.spec.rules.nodes import Breach

__all__ = ["CHECKS", "explained", "preflight", "problems_of_silence"]

_WIDTH = 90

CHECKS: Mapping[str, Check] = {
    check.id: check for check in (*METRIC_CHECKS, *SAMPLE_CHECKS, *SEARCH_CHECKS, *RUNNING_CHECKS)
}


def preflight(
    job: Mapping[str, Any],
    *,
    silence: Collection[str] = (),
    secret_paths: Collection[str] = (),
    sample_log: Iterable[str] | None = None,
) -> tuple[Finding, ...]:
    """What the checks find in a checked native spec, errors first; nothing of those whose id is in `silence`.

    No finding shows a value at or below one of `secret_paths`. `sample_log` has the lines that a training job logged:
    with it, the metric definitions are tried.
    """
    document = without_secrets(dict(job), secret_paths) if secret_paths else job
    found = [(check, breach) for check in CHECKS.values() for breach in check.find(document)]
    if sample_log is not None:
        found += [(CHECKS[id_], breach) for id_, breach in sample_breaches(document, sample_log)]
    findings = [_finding(check, breach, job, secret_paths) for check, breach in found if check.id not in silence]
    return tuple(sorted(findings, key=lambda finding: ("error", "warning", "info").index(finding.level)))


def _finding(check: Check, breach: Breach, job: Mapping[str, Any], secret_paths: Collection[str]) -> Finding:
    message, fix = check.message.format(**breach.details), check.fix.format(**breach.details)
    found = spec_findings.Finding(breach.at, breach.given, message, fix)
    return Finding(check.id, check.level, problem_of(found, job, secret_paths))


def problems_of_silence(ids: Iterable[str], path: str) -> list[Problem]:
    """A problem for each id that is no check's: a misspelled one would silence nothing."""
    problems = []
    for id_ in ids:
        if id_ not in CHECKS:
            close = difflib.get_close_matches(id_, CHECKS, n=1)
            fix = f"Did you mean {close[0]}?" if close else "`sagemaker-tuning validate --explain` lists the ids"
            problems.append(Problem(path, id_, "is not the id of a check", fix))
    return problems


def explained(check: Check) -> str:
    """What a check is for, as a person reads it."""
    return f"{check.id} ({check.level})\n{textwrap.indent(textwrap.fill(check.why, _WIDTH), '  ')}"
