"""A state that is older than what runs: the orphans are found, and the history of a job is told from what is there."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from tuning_stacks import BUCKET, PROGRAMS, eventually

pytestmark = pytest.mark.e2e


def command(aws, *arguments, stdin=None):
    return subprocess.run(
        [sys.executable, "-m", "sagemaker_tuning", *arguments, "--stack-export", "-"],
        env={**aws.environment, "PATH": "/nowhere"},
        input=stdin,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_what_an_older_state_does_not_know_is_an_orphan_and_in_the_history(aws, pulumi_stack, engine):
    def jobs(rate, **more):
        return {"churn": {"maxRate": rate, "onDelete": "retain", "inTeam": True}, **more}

    stack = pulumi_stack(
        PROGRAMS / "fleet",
        stack=f"history-{engine}",
        config={"bucket": BUCKET, "roleArn": aws.role_arn, "jobs": jobs(1)},
        secrets={"token": "hunter2"},
    )
    assert stack.up().ok
    first = stack.resources()["churn"]["id"]
    eventually(lambda: aws.jobs()[first] == "Completed")
    older = stack.run("stack", "export", "--stack", stack.name).stdout
    stack.configure(jobs=jobs(2, other={}))
    assert stack.up().ok
    second, other = (stack.resources()[name]["id"] for name in ("churn", "other"))
    newer = stack.run("stack", "export", "--stack", stack.name).stdout

    clean = command(aws, "orphans", stdin=newer)
    assert (clean.returncode, clean.stderr) == (0, ""), clean.stdout
    assert f"{first}: Completed" in clean.stdout.partition("Let go of on purpose")[2]
    with aws.calls() as calls:
        found = command(aws, "orphans", "--json", stdin=older)
    assert found.returncode == 2, found.stderr
    assert set(calls) == {"ListHyperParameterTuningJobs", "ListTags"}
    orphans = {item["job"]: item for item in json.loads(found.stdout)}
    assert {name: orphan["resource"] for name, orphan in orphans.items()} == {second: "churn", other: "other"}
    assert (orphans[second]["successor"], orphans[other]["successor"]) == (first, None)

    history = command(aws, "history", "churn", "--json", stdin=newer)
    assert history.returncode == 0, history.stderr
    one, two = json.loads(history.stdout)
    assert (one["job"], one["status"], one["released"], one["changes"]) == (first, "Completed", True, None)
    best = aws.describe(first)["BestTrainingJob"]["FinalHyperParameterTuningJobObjectiveMetric"]["Value"]
    assert one["best_value"] == pytest.approx(best)
    assert (two["job"], two["in_state"]) == (second, True)
    assert [(change["before"], change["after"]) for change in two["changes"]] == [("1", "2")]
    assert "hunter2" not in found.stdout + history.stdout
    by_owner = command(aws, "history", f"fleet/{stack.name}/acme:ml:Team::churn")
    assert "2 generations of" in by_owner.stdout, by_owner.stderr
