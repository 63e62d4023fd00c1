"""Every failure that the sandbox can produce has its digest, by HTTP from jobs that really ran."""

from __future__ import annotations

from typing import Any

import pytest
from failing_jobs import KINDS, SECRET, Kind
from sagemaker_tuning.failures import FailureDigest, digest_of
from sagemaker_tuning.trials import trials_of


def digest(failed_jobs: Any, kind: str) -> FailureDigest | None:
    return digest_of(
        failed_jobs.described(kind), trials_of(failed_jobs.names[kind], failed_jobs.gateway), failed_jobs.gateway
    )


@pytest.mark.parametrize("name", KINDS)
def test_a_failure_has_its_cause_and_the_end_of_its_log(failed_jobs: Any, name: str) -> None:
    kind: Kind = KINDS[name]
    found = digest(failed_jobs, name)
    assert found is not None
    print("\n".join(found.lines()))
    (group,) = found.groups
    assert group.cause.id == kind.cause
    assert kind.sentence in group.cause.sentence
    assert group.cause.mend
    assert group.example.startswith(failed_jobs.names[name])
    log = "\n".join(group.log_lines)
    assert (kind.log in log) if kind.log else not log
    assert SECRET not in str(found) + "\n".join(found.lines())
    assert found.log_problem is None
