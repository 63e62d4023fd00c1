"""Whose prices count, and what a ceiling says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fakes.memory_gateway import REGION, MemoryGateway
from sagemaker_tuning.cost import Verdict
from sagemaker_tuning.errors import AccessDenied
from sagemaker_tuning.lifecycle import Options, estimated, spent
from sagemaker_tuning.lifecycle.costs import check_ceilings
from sagemaker_tuning.settings import Settings
from sagemaker_tuning.trials import Trial
from sagemaker_tuning.unknown import UNKNOWN

ARITHMETIC = "50 trials × 2 × ml.m5.xlarge × 3,600 s = 100 instance-hours"


def job(instance_type: Any = "ml.m5.xlarge", **limits: Any) -> dict[str, Any]:
    return {
        "hyper_parameter_tuning_job_config": {
            "strategy": "Bayesian",
            "resource_limits": {"max_number_of_training_jobs": 50, "max_parallel_training_jobs": 5, **limits},
        },
        "training_job_definition": {
            "resource_config": {"instance_type": instance_type, "instance_count": 2},
            "stopping_condition": {"max_runtime_in_seconds": 3600},
        },
    }


def verdict(aws: MemoryGateway, settings: Settings, document: dict[str, Any] | None = None, **options: Any) -> Verdict:
    return check_ceilings(document or job(), Options.from_native(options), settings, aws, lambda line: None)


US = Settings(region="us-east-1")


def test_without_a_ceiling_nothing_is_checked_and_nobody_asked(aws: MemoryGateway) -> None:
    assert verdict(aws, Settings()) == Verdict()
    assert verdict(aws, Settings(asks_for_prices=True)) == Verdict()
    assert aws.calls == []


def test_a_job_below_its_ceilings_passes(aws: MemoryGateway) -> None:
    assert verdict(aws, US, max_instance_hours=100, max_cost_usd=23) == Verdict()


def test_a_job_above_its_ceilings_is_told_both_with_the_arithmetic_and_the_mend(aws: MemoryGateway) -> None:
    told = verdict(aws, US, max_instance_hours=99.5, max_cost_usd=22.99)
    assert [str(problem) for problem in told.problems] == [
        f"max_instance_hours: 99.5 is less than the 100 instance-hours that this job can use: {ARITHMETIC}, "
        "at $0.23 an hour $23.00.\n"
        "Lower the trials, the instances or the time limit, or raise `max_instance_hours` to 100.",
        "max_cost_usd: 22.99 is less than the $23.00 that this job can cost by the package's price table of "
        f"2026-09-23: {ARITHMETIC}, at $0.23 an hour $23.00.\n"
        "Lower the trials, the instances or the time limit, or raise `max_cost_usd` to 23.",
    ]
    assert told.warnings == ()


def test_the_configuration_has_ceilings_for_jobs_that_have_none(aws: MemoryGateway) -> None:
    settings = Settings(region="us-east-1", max_instance_hours=10, max_cost_usd=5)
    assert [problem.path for problem in verdict(aws, settings).problems] == ["max_instance_hours", "max_cost_usd"]
    assert verdict(aws, settings, max_instance_hours=1000, max_cost_usd=1000) == Verdict()


def test_a_cost_that_cannot_be_reckoned_never_passes(aws: MemoryGateway) -> None:
    told = verdict(aws, US, job("ml.m9.xlarge"), max_cost_usd=1_000_000)
    assert [str(problem) for problem in told.problems] == [
        "max_cost_usd: 1000000 cannot be checked: the price of ml.m9.xlarge in us-east-1 is not in the package's "
        "price table of 2026-09-23.\n"
        "Give a file with the price as `sagemaker-tuning:prices`, or set `sagemaker-tuning:pricingApi` to true."
    ]
    assert verdict(aws, US, job("ml.m9.xlarge"), max_instance_hours=100) == Verdict()


def test_a_number_of_trials_that_sagemaker_chooses_never_passes(aws: MemoryGateway) -> None:
    told = verdict(aws, US, job(max_number_of_training_jobs=None), max_instance_hours=1_000_000)
    assert [problem.path for problem in told.problems] == ["max_instance_hours"]
    assert "SageMaker chooses how many" in told.problems[0].message


def test_what_up_will_know_is_told_now_and_checked_then(aws: MemoryGateway) -> None:
    told = verdict(aws, US, job(UNKNOWN), max_cost_usd=5)
    assert told.problems == ()
    assert [str(warning) for warning in told.warnings] == [
        "max_cost_usd: 5 cannot be checked: training_job_definition.resource_config.instance_type is not known until "
        "up.\nIt is checked again before the job is created."
    ]


def test_a_ceiling_that_is_not_known_yet_is_none_yet(aws: MemoryGateway) -> None:
    assert verdict(aws, US, max_cost_usd=UNKNOWN) == Verdict()


def test_a_price_needs_a_region_and_an_amount_of_hours_does_not(aws: MemoryGateway) -> None:
    told = verdict(aws, Settings(), max_cost_usd=5)
    assert f"the price of ml.m5.xlarge in {REGION}" not in str(told.problems)  # eu-west-1 is in the table
    assert "$25.70" in told.problems[0].message
    assert verdict(aws, Settings(), max_instance_hours=100) == Verdict()


def prices_file(folder: Path, price: float = 1.0, instance_type: str = "ml.m5.xlarge") -> str:
    path = folder / "prices.json"
    path.write_text(json.dumps({"regions": {"us-east-1": {instance_type: price}}}))
    return str(path)


def product(instance_type: str, price: float, region: str = "us-east-1") -> str:
    attributes = {"usagetype": f"USE1-Train:{instance_type}", "instanceName": instance_type, "regionCode": region}
    dimension = {"unit": "Hrs", "pricePerUnit": {"USD": str(price)}}
    terms = {"OnDemand": {"t": {"priceDimensions": {"d": dimension}}}}
    return json.dumps({"product": {"attributes": attributes}, "terms": terms})


@pytest.mark.parametrize("asks", [False, True], ids=["table", "price list"])
def test_the_users_file_replaces_the_table_and_is_asked_first(aws: MemoryGateway, tmp_path: Path, asks: bool) -> None:
    aws.products = [product("ml.m5.xlarge", 9), product("ml.m5.large", 7)]
    settings = Settings(region="us-east-1", prices=prices_file(tmp_path), asks_for_prices=asks)
    assert estimated(job(), settings, aws, pytest.fail).max_cost_usd == 100
    assert aws.calls == []
    other = estimated(job("ml.m5.large"), settings, aws, pytest.fail)  # it is in the table, but not in the file
    assert other.max_cost_usd == (700 if asks else None)


def test_the_price_list_wins_over_the_table_and_is_done_without_for_what_it_lacks(aws: MemoryGateway) -> None:
    aws.products = [product("ml.m5.xlarge", 0.5)]
    settings = Settings(region="us-east-1", asks_for_prices=True)
    found = estimated(job(), settings, aws, pytest.fail)
    assert (found.max_cost_usd, found.prices_name) == (
        50,
        "AWS's price list or in the package's price table of 2026-09-23",
    )
    assert estimated(job("ml.m5.large"), settings, aws, pytest.fail).max_cost_usd == pytest.approx(11.5)
    assert aws.calls == ["GetProducts", "GetProducts"]


def test_a_price_list_that_may_not_be_asked_is_told_and_the_table_serves(aws: MemoryGateway, said: list[str]) -> None:
    aws.fail_next("GetProducts", AccessDenied("GetProducts: AccessDeniedException: no", code="AccessDeniedException"))
    found = estimated(job(), Settings(region="us-east-1", asks_for_prices=True), aws, said.append)
    assert found.max_cost_usd == 23
    assert said == [
        "prices are those of the table, as AWS's price list could not be asked: GetProducts: AccessDeniedException: no"
    ]


def test_a_wrong_price_file_is_told_before_anything_is_created(aws: MemoryGateway, tmp_path: Path) -> None:
    path = tmp_path / "prices.yaml"
    path.write_text("regions: {us-east-1: {ml.m5.xlarge: cheap}}")
    told = verdict(aws, Settings(region="us-east-1", prices=str(path)))
    assert [problem.path for problem in told.problems] == ["prices.regions[us-east-1][ml.m5.xlarge]"]


# -- after the run -----------------------------------------------------------------------------------------------------


def trial(instance_type: str, billable: int | None = 3600) -> Trial:
    arn = f"arn:aws:sagemaker:{REGION}:111122223333:training-job/t"
    summary = {"TrainingJobName": "t", "TrainingJobArn": arn, "TrainingJobStatus": "Completed"}
    billed = {} if billable is None else {"BillableTimeInSeconds": billable}
    resources = {"InstanceType": instance_type, "InstanceCount": 1}
    return Trial.from_summary(summary).described({"ResourceConfig": resources, **billed})


SPENT: dict[str, tuple[list[Trial], float | None]] = {
    "the sum": ([trial("ml.m5.xlarge"), trial("ml.m5.xlarge", 1800)], 0.3855),
    "without trials that were not billed": ([trial("ml.m5.xlarge"), trial("ml.m5.xlarge", None)], 0.257),
    "unknown, if the price of one is": ([trial("ml.m5.xlarge"), trial("ml.m9.xlarge")], None),
    "unknown, if nothing was billed": ([trial("ml.m5.xlarge", None)], None),
    "unknown without trials": ([], None),
}


@pytest.mark.parametrize("case", SPENT.values(), ids=SPENT)
def test_what_trials_cost(aws: MemoryGateway, case: tuple[list[Trial], float | None]) -> None:
    trials, cost = case
    found = spent(trials, Settings(), aws, pytest.fail)
    assert found == (cost if cost is None else pytest.approx(cost))


def test_prices_are_asked_for_after_the_run_as_well(aws: MemoryGateway) -> None:
    aws.products = [product("ml.m9.xlarge", 7, REGION)]
    assert spent([trial("ml.m9.xlarge")], Settings(asks_for_prices=True), aws, pytest.fail) == 7
