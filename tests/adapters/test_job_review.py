"""What is said before a job runs, through the dynamic host as the engine calls it: ceilings and preflight."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from adapter_jobs import JOB, job
from pulumi import UNKNOWN
from sagemaker_sandbox.endpoint.faults import load_plan

# One trial of an hour on ml.m5.large, in a region that the package has no price of this type for.
PRICE = "regions: {eu-west-1: {ml.m5.large: 0.128}}"


def priced(folder: Path, **config: str) -> dict[str, str]:
    (folder / "prices.yaml").write_text(PRICE)
    return {"sagemaker-tuning:prices": str(folder / "prices.yaml"), **config}


def test_a_job_over_its_ceilings_is_refused_with_the_arithmetic_and_without_a_call(
    start: Any, sandbox: Any, tmp_path: Path
) -> None:
    sandbox.calls.clear()
    host = start(config=priced(tmp_path))
    _, failures = host.check(job(maxInstanceHours=0.5, maxCostUsd=0.1))
    arithmetic = "1 trial × 1 × ml.m5.large × 3,600 s = 1 instance-hour, at $0.128 an hour $0.13"
    assert [reason.splitlines()[0] for _, reason in failures] == [
        f"max_instance_hours: 0.5 is less than the 1 instance-hour that this job can use: {arithmetic}.",
        f"max_cost_usd: 0.1 is less than the $0.13 that this job can cost by prices.yaml: {arithmetic}.",
    ]
    assert sandbox.calls.as_json() == []


def test_a_job_under_its_ceilings_passes_and_knows_its_estimate(start: Any, sagemaker: Any, tmp_path: Path) -> None:
    host = start(config=priced(tmp_path))
    inputs, failures = host.check(job(maxInstanceHours=1, maxCostUsd=0.128))
    assert failures == []
    id_, state = host.create(inputs)
    assert (state["estimatedInstanceHours"], state["estimatedCostUsd"]) == (1, 0.128)
    assert (state["maxInstanceHours"], state["maxCostUsd"]) == (1, 0.128)
    _, refreshed, _ = host.read(id_, state)
    assert (refreshed["estimatedInstanceHours"], refreshed["estimatedCostUsd"]) == (1, 0.128)


def test_a_cost_that_is_not_known_is_refused_where_there_is_a_ceiling_and_left_out_where_not(
    start: Any, sagemaker: Any
) -> None:
    host = start()
    _, failures = host.check(job(maxCostUsd=1000))
    assert [reason.splitlines()[0] for _, reason in failures] == [
        "max_cost_usd: 1000 cannot be checked: the price of ml.m5.large in eu-west-1 is not in the package's price "
        "table of 2026-09-23."
    ]
    inputs, failures = host.check(JOB)
    assert failures == []
    _, state = host.create(inputs)
    assert state["estimatedInstanceHours"] == 1
    assert "estimatedCostUsd" not in state


def test_configured_ceilings_hold_for_every_job_without_its_own(start: Any, tmp_path: Path) -> None:
    host = start(config=priced(tmp_path, **{"sagemaker-tuning:maxCostUsd": "0.1"}))
    assert [reason.partition(":")[0] for _, reason in host.check(JOB)[1]] == ["max_cost_usd"]
    assert host.check(job(maxCostUsd=5))[1] == []


def test_a_changed_ceiling_never_replaces_the_job_nor_stops_it(start: Any, sagemaker: Any, tmp_path: Path) -> None:
    host = start(config=priced(tmp_path))
    checked, _ = host.check(job(maxCostUsd=5))
    id_, state = host.create(checked)
    lowered, failures = host.check(job(maxCostUsd=0.01), olds=checked)
    assert failures == []  # nothing would run
    diff = host.diff(id_, state, lowered)
    assert (diff.changes, list(diff.replaces)) == (diff.DIFF_SOME, [])
    after = host.update(id_, state, lowered)
    assert (after["maxCostUsd"], after["estimatedCostUsd"]) == (0.01, 0.128)


def test_a_value_that_up_will_know_is_a_warning_at_preview(start: Any, tmp_path: Path) -> None:
    host = start(config=priced(tmp_path))
    unknown = job(trainingJobDefinition__resourceConfig__instanceCount=UNKNOWN, maxInstanceHours=0.5)
    assert host.check(unknown)[1] == []
    assert host.printed() == (
        "churn: max_instance_hours: 0.5 cannot be checked: training_job_definition.resource_config.instance_count is "
        "not known until up.\n  It is checked again before the job is created.\n"
    )


def test_a_secret_is_masked_in_the_arithmetic_and_counts_all_the_same(start: Any, tmp_path: Path) -> None:
    host = start(config=priced(tmp_path))
    whole = [["training_job_definition"]]
    _, failures = host.check(job(maxInstanceHours=0.5) | {"__secretPaths": whole})
    assert failures[0][1].startswith("max_instance_hours: 0.5 is less than")
    assert "ml.m5.large" not in failures[0][1]


SECRET_OPTIONS: dict[str, tuple[str, Any, str]] = {
    "a ceiling that is passed": ("maxInstanceHours", 0.0625, "max_instance_hours: [secret] is less than"),
    "an option that is wrong": ("rerunToken", 424242, "rerun_token: [secret] is not text"),
}


@pytest.mark.parametrize(("name", "value", "told"), SECRET_OPTIONS.values(), ids=SECRET_OPTIONS)
def test_a_secret_option_is_refused_without_its_value(
    start: Any, tmp_path: Path, name: str, value: Any, told: str
) -> None:
    location = [["max_instance_hours" if name == "maxInstanceHours" else "rerun_token"]]
    [(_, reason)] = start(config=priced(tmp_path)).check(job(**{name: value}) | {"__secretPaths": location})[1]
    assert reason.startswith(told)
    assert str(value) not in reason


# -- AWS's price list, over HTTP ---------------------------------------------------------------------------------------

US = {"sagemaker-tuning:region": "us-east-1", "sagemaker-tuning:pricingApi": "true"}
TRAINIUM = job(
    trainingJobDefinition__resourceConfig={"instanceType": "ml.trn1.32xlarge", "instanceCount": 1}, maxCostUsd=20
)


def test_a_price_that_the_table_lacks_is_asked_for_where_that_is_allowed(start: Any, sandbox: Any) -> None:
    sandbox.calls.clear()
    without = start(config={**US, "sagemaker-tuning:pricingApi": "false"})
    assert "cannot be checked: the price of ml.trn1.32xlarge in us-east-1 is not in" in without.check(TRAINIUM)[1][0][1]
    assert sandbox.calls.as_json() == []

    host = start(config=US)
    for _ in range(2):
        [(_, reason)] = host.check(TRAINIUM)[1]
        assert "1 trial × 1 × ml.trn1.32xlarge × 3,600 s = 1 instance-hour, at $28.497 an hour $28.50" in reason
    assert [(call["service"], call["operation"]) for call in sandbox.calls.as_json()] == [("pricing", "GetProducts")]


def test_who_may_not_ask_is_told_so_and_the_table_serves(start: Any, sandbox: Any) -> None:
    sandbox.faults.add(load_plan({"rules": [{"fault": "access_denied", "call": "pricing:*"}]}))
    try:
        host = start(config=US)
        [(_, reason)] = host.check(TRAINIUM)[1]
        assert "the price of ml.trn1.32xlarge in us-east-1 is not in the package's price table" in reason
        assert host.check(job(maxCostUsd=1))[1] == []  # ml.m5.large is in the table
    finally:
        sandbox.faults.clear()
    told = host.printed()
    assert told.count("prices are those of the table, as AWS's price list could not be asked") == 2
    assert "GetProducts: AccessDeniedException" in told


# -- preflight ---------------------------------------------------------------------------------------------------------

UNLIMITED = job(trainingJobDefinition__stoppingCondition={})
TOLD = (
    "churn: warning runtime-missing: training_job_definition.stopping_condition.max_runtime_in_seconds: is left out, "
    "which lets each training job run for a day.\n"
    "  Set it to what a training job needs at most; it also bounds the cost.\n"
)


def test_preflight_warns_of_a_new_run_and_only_of_that(start: Any) -> None:
    host = start()
    inputs, failures = host.check(UNLIMITED)
    assert failures == []
    host.check(UNLIMITED, olds=inputs)  # nothing would run
    assert host.printed() == TOLD


def test_a_silenced_check_says_nothing(start: Any) -> None:
    own, configured = start(), start(config={"sagemaker-tuning:silence": "runtime-missing"})
    assert own.check(UNLIMITED | {"silence": ["runtime-missing"]})[1] == []
    assert configured.check(UNLIMITED)[1] == []
    assert own.printed() + configured.printed() == ""


def test_a_strict_configuration_refuses_what_preflight_finds(start: Any) -> None:
    host = start(config={"sagemaker-tuning:strict": "true"})
    _, failures = host.check(UNLIMITED)
    assert [reason.partition(": ")[2] for _, reason in failures] == [
        "is left out, which lets each training job run for a day (runtime-missing).\n"
        "Set it to what a training job needs at most; it also bounds the cost."
    ]
    assert host.check(UNLIMITED | {"silence": ["runtime-missing"]})[1] == []
    assert [reason.splitlines()[0] for _, reason in host.check(JOB | {"silence": ["nonsense"]})[1]] == [
        "silence: 'nonsense' is not the id of a check."
    ]
