"""The `_output` forms in a program, under the SDK's mocks: what is asked and when, and how a record reads."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pulumi
import pytest
from fakes.jobs import request
from fakes.memory_gateway import MemoryGateway
from pulumi.runtime import mocks, settings
from sagemaker_tuning import (
    get_hyper_parameter_tuning_job_output,
    get_training_job_output,
    list_training_jobs_output,
)
from sagemaker_tuning.adapters.dynamic import reads
from sagemaker_tuning.settings import Settings


class Engine(mocks.Mocks):
    """Makes every resource; one whose type is Planned exists only after an update."""

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        return None if args.typ.endswith(":Planned") else f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        raise NotImplementedError(args.token)


class Account(MemoryGateway):
    """A tuning job with a best training job, and every setting that it was asked with."""

    def __init__(self) -> None:
        super().__init__()
        self.asked_with: list[Settings] = []
        self.create(request("churn"))
        cluster = {"InstanceType": "ml.m5.large", "InstanceCount": 2}
        figures = {"TrainingTimeInSeconds": 500, "BillableTimeInSeconds": 100}
        self.best_name = self.best("churn", 0.91, ResourceConfig=cluster, **figures)
        self.tag_training_job(self.best_name, {"team": "ml"})
        self.calls.clear()

    def gateway_for(self, settings: Settings) -> Account:
        self.asked_with.append(settings)
        return self


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> Account:
    account = Account()
    monkeypatch.setattr(reads, "gateway_for", account.gateway_for)
    return account


@pytest.fixture(autouse=True)
def _program(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    opened: list[asyncio.AbstractEventLoop] = []
    new_event_loop = asyncio.new_event_loop

    def recorded() -> asyncio.AbstractEventLoop:
        opened.append(new_event_loop())
        return opened[-1]

    # The SDK's mocks open a loop in each of their threads, and close none.
    monkeypatch.setattr(asyncio, "new_event_loop", recorded)
    asyncio.set_event_loop(recorded())
    mocks.set_mocks(Engine(), project="shop", stack="dev", preview=True)
    yield
    settings.reset_options()
    pulumi.runtime.set_all_config({})
    asyncio.set_event_loop(None)
    for loop in opened:
        loop.close()


async def known(output: pulumi.Output[Any]) -> bool:
    return await output.is_known()


@pulumi.runtime.test
async def test_a_training_job_reads_by_attribute_and_by_key(account: Account) -> None:
    job = get_training_job_output(account.best_name, tags=True)
    artifacts = f"s3://models/{account.best_name}/output/model.tar.gz"
    assert await job.model_artifacts.s3_model_artifacts.future() == artifacts
    assert await job["model_artifacts"]["s3_model_artifacts"].future() == artifacts
    assert await job.final_metric_data_list[0].metric_name.future() == "validation:auc"
    figures = pulumi.Output.all(job.billable_seconds, job.spot_savings_percent, job.instances, job.final_metrics)
    assert await figures.future() == [200, 80, {"ml.m5.large": 2}, {"validation:auc": 0.91}]
    assert await pulumi.Output.all(job.account_id, job.tags).future() == ["111122223333", {"team": "ml"}]
    assert account.calls == ["DescribeTrainingJob", "ListTags"]


@pulumi.runtime.test
async def test_what_the_service_does_not_say_is_none_and_a_misspelling_is_an_error(account: Account) -> None:
    job = await get_training_job_output(account.best_name).future()
    assert job is not None
    assert (job.failure_reason, job["failure_reason"], job.queue_seconds, job.tags) == (None, None, None, None)
    assert job.resource_config.instance_groups is None
    for misspelled in ("failure_reasons", "_failure_reason"):
        with pytest.raises(AttributeError, match=misspelled):
            getattr(job, misspelled)
        with pytest.raises(KeyError, match=misspelled):
            job[misspelled]


@pulumi.runtime.test
async def test_a_metric_that_is_no_number_is_left_out(account: Account) -> None:
    account.create(request("diverged"))
    job = await get_training_job_output(account.best("diverged", float("nan"))).future()
    assert job is not None
    assert (job.final_metrics, job.final_metric_data_list[0].value) == ({}, None)


@pulumi.runtime.test
async def test_a_record_is_plain_data(account: Account) -> None:
    """So that it can be exported, or be the input of a resource: with times as text and without nulls."""
    job = await get_hyper_parameter_tuning_job_output("churn").future()
    assert job is not None
    text = await pulumi.Output.json_dumps(job).future()
    assert text is not None
    assert '"creation_time": "2026-01-01T00:00:0' in text
    assert "null" not in text


@pulumi.runtime.test
async def test_tuning_jobs_and_lists_read_alike(account: Account) -> None:
    account.add_trials("churn", 2)
    job = get_hyper_parameter_tuning_job_output("churn")
    assert await job.hyper_parameter_tuning_job_config.resource_limits.max_parallel_training_jobs.future() == 2
    best = list_training_jobs_output(
        job.hyper_parameter_tuning_job_name, sort_by="FinalObjectiveMetricValue", order="Descending"
    )
    assert await best[0].tuned_hyper_parameters.future() == {"eta": "0.25"}
    assert len(await list_training_jobs_output(name_contains="-trial").future() or []) == 2


@pulumi.runtime.test
async def test_nothing_is_asked_while_an_argument_is_unknown(account: Account) -> None:
    unknown: Any = pulumi.Output.from_input(pulumi.UNKNOWN)
    outputs = [
        get_training_job_output(unknown),
        get_training_job_output("churn-1", region=unknown),
        get_hyper_parameter_tuning_job_output(unknown).best_training_job.training_job_name,
        list_training_jobs_output("churn", status=unknown),
    ]
    assert [await known(output) for output in outputs] == [False] * 4
    assert account.calls == []


@pulumi.runtime.test
async def test_nothing_is_asked_of_a_resource_that_does_not_exist_yet(account: Account) -> None:
    class Group(pulumi.ComponentResource):
        def __init__(self) -> None:
            super().__init__("shop:Group", "group")
            pulumi.CustomResource("shop:index:Planned", "child", opts=pulumi.ResourceOptions(parent=self))

    planned = pulumi.CustomResource("shop:index:Planned", "planned", {"name": "churn"})
    made = pulumi.CustomResource("shop:index:Made", "made", {"name": "churn"})
    name_of_planned = pulumi.Output.from_input("churn").apply(lambda name: planned.urn.apply(lambda _: name))
    unknown = [
        get_hyper_parameter_tuning_job_output(name_of_planned),
        get_hyper_parameter_tuning_job_output("churn", opts=pulumi.InvokeOutputOptions(depends_on=planned)),
        get_hyper_parameter_tuning_job_output("churn", opts=pulumi.InvokeOutputOptions(depends_on=[made, Group()])),
    ]
    assert [await known(output) for output in unknown] == [False] * 3
    assert account.calls == []
    ready = get_hyper_parameter_tuning_job_output("churn", opts=pulumi.InvokeOutputOptions(depends_on=[made]))
    assert await known(ready)


@pulumi.runtime.test
async def test_what_comes_of_a_secret_is_secret(account: Account) -> None:
    job = get_hyper_parameter_tuning_job_output(pulumi.Output.secret("churn"))
    assert await job.hyper_parameter_tuning_job_status.is_secret()
    assert not await get_hyper_parameter_tuning_job_output("churn").is_secret()


@pulumi.runtime.test
async def test_region_and_profile_come_from_the_stack_unless_the_program_says_otherwise(account: Account) -> None:
    pulumi.runtime.set_config("aws:region", "eu-west-1")
    pulumi.runtime.set_config("aws:accessKey", "AKIA")
    pulumi.runtime.set_config("aws:secretKey", "secret")
    await get_hyper_parameter_tuning_job_output("churn").future()
    await get_hyper_parameter_tuning_job_output("churn", region=pulumi.Output.from_input("us-east-2")).future()
    await get_training_job_output(account.best_name, profile="research").future()
    found = [(settings.region, settings.profile, settings.access_key) for settings in account.asked_with]
    assert found == [("eu-west-1", None, "AKIA"), ("us-east-2", None, "AKIA"), ("eu-west-1", "research", None)]


def test_a_job_that_is_not_there_ends_the_program_with_the_reason_alone(account: Account) -> None:
    @pulumi.runtime.test
    async def program() -> None:
        get_hyper_parameter_tuning_job_output("nobody")

    with pytest.raises(pulumi.RunError, match="can't find a tuning job with the name nobody"):
        program()


@pulumi.runtime.test
def test_a_provider_is_refused_with_what_to_give_instead() -> None:
    opts = pulumi.InvokeOptions()
    opts.provider = object()  # type: ignore[assignment]  # any will do
    with pytest.raises(pulumi.RunError, match="Give `region` or `profile`"):
        get_training_job_output("churn-1", opts=opts)
