"""What stands against a run before it is begun: the user's ceilings, and what preflight finds.

Preflight's findings stop nothing unless the configuration is strict; infos are for the command line alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sagemaker_tuning.errors import Problem
from sagemaker_tuning.gateway import TuningGateway
from sagemaker_tuning.lifecycle.costs import check_ceilings
from sagemaker_tuning.lifecycle.options import Options
from sagemaker_tuning.preflight import Finding, preflight, problems_of_silence
from sagemaker_tuning.settings import Settings

__all__ = ["Review", "review"]


@dataclass(frozen=True)
class Review:
    """`problems` refuse the run; `warnings` are told."""

    problems: tuple[Problem, ...] = ()
    warnings: tuple[str, ...] = ()


def review(
    job: Mapping[str, Any],
    options: Options,
    settings: Settings,
    gateway: TuningGateway,
    say: Callable[[str], None],
    *,
    secret_paths: Collection[str] = (),
) -> Review:
    """What is to be said of running this job; `job` is a checked native spec."""
    verdict = check_ceilings(job, options, settings, gateway, say)
    silence = (*options.silence, *settings.silence)
    found = preflight(job, silence=silence, secret_paths=secret_paths)
    serious = [finding for finding in found if finding.level != "info"]
    problems = [*verdict.problems, *problems_of_silence(settings.silence, "sagemaker-tuning:silence")]
    warnings = [str(warning) for warning in verdict.warnings]
    if settings.strict:
        problems += map(_refusal, serious)
    else:
        warnings += [str(finding) for finding in serious]
    return Review(tuple(problems), tuple(warnings))


def _refusal(finding: Finding) -> Problem:
    return replace(finding.problem, message=f"{finding.problem.message} ({finding.id})")
