"""The resources as a program uses them, under the SDK's mocks: what they register and what their outputs hold."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import mocks, settings
from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion

CONFIG: Any = {
    "strategy": "Random",
    "hyper_parameter_tuning_job_objective": {"type": "Maximize", "metric_name": "score"},
    "resource_limits": {"max_number_of_training_jobs": 4, "max_parallel_training_jobs": 2},
    "parameter_ranges": {"continuous_parameter_ranges": [{"name": "eta", "min_value": "0", "max_value": "1"}]},
}
DEFINITION: Any = {
    "algorithm_specification": {
        "training_image": "123456789012.dkr.ecr.eu-west-1.amazonaws.com/trainer:1",
        "training_input_mode": "File",
        "metric_definitions": [{"name": "score", "regex": "score=([0-9.]+)"}],
    },
    "role_arn": "arn:aws:iam::123456789012:role/tuning",
    "output_data_config": {"s3_output_path": "s3://models/"},
    "resource_config": {"instance_type": "ml.m5.large", "instance_count": 1, "volume_size_in_gb": 10},
    "stopping_condition": {"max_runtime_in_seconds": 3600},
}
RESULT = {
    "status": "Completed",
    "trainingJobStatusCounters": {"completed": 4.0, "in_progress": 0.0},
    "bestTrainingJob": "churn-1-003",
    "bestHyperparameters": {"num_round": "12"},
    "bestObjectiveValue": 0.91,
    "bestBillableSeconds": 120.0,
    "trials": [{"name": "churn-1-003", "status": "Completed", "instanceCount": 2.0, "objectiveValue": 0.91}],
}


class Engine(mocks.Mocks):
    """Answers as the provider would, and remembers what was registered."""

    def __init__(self) -> None:
        self.registered: dict[str, mocks.MockResourceArgs] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        self.registered[args.name] = args
        if args.typ.endswith("TuningJobCompletion"):
            names = args.inputs.get("jobNames") or [args.inputs["jobName"]]
            return "id", {**args.inputs, "results": dict.fromkeys(names, RESULT)}
        name = args.inputs.get("hyperParameterTuningJobName") or f"{args.name}-1"
        outputs = {"hyperParameterTuningJobName": name, "arn": f"arn:{name}", "status": "InProgress"}
        return name, {**args.inputs, **outputs, "creationTime": "2026-11-21T00:00:00+00:00", "__generation": "g1"}

    def call(self, args: mocks.MockCallArgs) -> dict[str, Any]:
        raise NotImplementedError(args.token)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Engine]:
    opened: list[asyncio.AbstractEventLoop] = []
    new_event_loop = asyncio.new_event_loop

    def recorded() -> asyncio.AbstractEventLoop:
        opened.append(new_event_loop())
        return opened[-1]

    # The SDK's mocks open a loop in each of their threads, and close none.
    monkeypatch.setattr(asyncio, "new_event_loop", recorded)
    asyncio.set_event_loop(recorded())
    engine = Engine()
    mocks.set_mocks(engine, project="shop", stack="dev", preview=False)
    yield engine
    settings.reset_options()
    asyncio.set_event_loop(None)
    for loop in opened:
        loop.close()


def job(name: str = "churn", **edits: Any) -> HyperParameterTuningJob:
    return HyperParameterTuningJob(
        name, **{"hyper_parameter_tuning_job_config": CONFIG, "training_job_definition": DEFINITION, **edits}
    )


@pulumi.runtime.test
def test_the_type_says_what_it_is(engine: Engine) -> Any:
    def check(_: Any) -> None:
        assert engine.registered["churn"].typ == "pulumi-python:dynamic/sagemaker-tuning:HyperParameterTuningJob"

    return job().urn.apply(check)


@pulumi.runtime.test
def test_the_outputs_of_a_job(engine: Engine) -> Any:
    tuning_job = job()

    def check(values: list[Any]) -> None:
        assert values == ["churn-1", "arn:churn-1", "InProgress", "2026-11-21T00:00:00+00:00"]

    return pulumi.Output.all(
        tuning_job.hyper_parameter_tuning_job_name, tuning_job.arn, tuning_job.status, tuning_job.creation_time
    ).apply(check)


@pulumi.runtime.test
def test_a_job_registers_what_only_the_program_knows(engine: Engine) -> Any:
    def check(_: Any) -> None:
        inputs = engine.registered["churn"].inputs
        assert (inputs["__owner"], inputs["__autoName"]) == ("shop/dev/churn", True)
        assert len(inputs["__provider"]) < 300
        named = engine.registered["named"].inputs
        assert (named["hyperParameterTuningJobName"], named["__autoName"]) == ("mine", False)

    named = job("named", hyper_parameter_tuning_job_name="mine")
    return pulumi.Output.all(job().urn, named.urn).apply(check)


@pulumi.runtime.test
def test_the_policies_of_a_job(engine: Engine) -> Any:
    job = HyperParameterTuningJob(
        "churn",
        hyper_parameter_tuning_job_config=CONFIG,
        training_job_definition=DEFINITION,
        warm_start_config={"parents": "previous"},
        on_change="reject",
        rerun_on=["Failed"],
        rerun_token="1",
    )
    expected = {
        "warmStartConfig": {"parents": "previous"},
        "onChange": "reject",
        "rerunOn": ["Failed"],
        "rerunToken": "1",
    }

    def check(found: list[Any]) -> None:
        assert found == ["churn-1", None]
        inputs = engine.registered["churn"].inputs
        assert {name: inputs[name] for name in expected} == expected
        assert "replaceOnStatus" not in inputs

    return pulumi.Output.all(job.hyper_parameter_tuning_job_name, job.warm_start_parents).apply(check)


@pulumi.runtime.test
def test_the_results_of_the_one_job_waited_for(engine: Engine) -> Any:
    done = TuningJobCompletion("done", job_name=job().hyper_parameter_tuning_job_name)

    def check(values: list[Any]) -> None:
        assert values[:5] == ["Completed", "churn-1-003", {"num_round": "12"}, 0.91, None]
        assert values[5:] == [2, 0.91, None, {"completed": 4, "in_progress": 0}]
        assert isinstance(values[5], int)

    return pulumi.Output.all(
        done.status,
        done.best_training_job,
        done.best_hyperparameters,
        done.best_objective_value,
        done.best_model_artifacts,
        done.trials.apply(lambda trials: trials[0].instance_count),
        done.trials[0].objective_value,
        done.result.failure_reason,
        done.result.training_job_status_counters,
    ).apply(check)


@pulumi.runtime.test
def test_the_results_of_several_jobs_go_by_name(engine: Engine) -> Any:
    done = TuningJobCompletion("done", job_names=[job("a").hyper_parameter_tuning_job_name, "by-hand"])

    def check(values: list[Any]) -> None:
        assert values == ["churn-1-003", ["a-1", "by-hand"]]

    names = done.results.apply(sorted)
    return pulumi.Output.all(done.results["by-hand"].best_training_job, names).apply(check)


@pulumi.runtime.test
def test_a_completion_knows_the_generations_of_the_jobs_it_waits_for(engine: Engine) -> Any:
    """So a job that is replaced by one of the same name is waited for again."""
    names = [job("b").hyper_parameter_tuning_job_name, job("a").hyper_parameter_tuning_job_name, "by-hand"]
    done = TuningJobCompletion("done", job_names=names)
    alone = TuningJobCompletion("alone", job_name="by-hand")

    def check(_: Any) -> None:
        assert engine.registered["done"].inputs["__generations"] == ["g1", "g1"]
        assert "__generations" not in engine.registered["alone"].inputs

    return pulumi.Output.all(done.urn, alone.urn).apply(check)


@pulumi.runtime.test
def test_a_completion_knows_where_the_jobs_it_waits_for_have_secrets(engine: Engine) -> Any:
    """So it can mask them in what it tells of failures."""
    definition = DEFINITION | {"environment": {"NICKNAME": pulumi.Output.secret("hush")}}
    secret = HyperParameterTuningJob(
        "secret", hyper_parameter_tuning_job_config=CONFIG, training_job_definition=definition
    )
    names = [secret.hyper_parameter_tuning_job_name, job("plain").hyper_parameter_tuning_job_name]
    done = TuningJobCompletion("done", job_names=names)
    alone = TuningJobCompletion("alone", job_name="by-hand")

    def check(_: Any) -> None:
        assert engine.registered["done"].inputs["__jobSecretPaths"] == [
            ["training_job_definition", "environment", "NICKNAME"]
        ]
        assert "__jobSecretPaths" not in engine.registered["alone"].inputs

    return pulumi.Output.all(done.urn, alone.urn).apply(check)


@pulumi.runtime.test
def test_a_file_is_laid_under_what_the_program_gives(engine: Engine, tmp_path: Path) -> Any:
    path = tmp_path / "nightly.json"
    path.write_text(
        json.dumps({"hyper_parameter_tuning_job_config": CONFIG, "training_job_definition": DEFINITION}),
        encoding="utf-8",
    )
    role = pulumi.Output.from_input("arn:aws:iam::123456789012:role/made-here")
    from_file = HyperParameterTuningJob.from_file(
        str(path), training_job_definition={"role_arn": role}, on_delete="retain"
    )

    def check(_: Any) -> None:
        inputs = engine.registered["nightly"].inputs
        assert inputs["trainingJobDefinition"]["roleArn"].endswith("made-here")
        assert inputs["trainingJobDefinition"]["resourceConfig"]["volumeSizeInGb"] == 10
        assert inputs["onDelete"] == "retain"

    return from_file.urn.apply(check)


@pulumi.runtime.test
def test_a_file_may_lack_what_the_program_gives(engine: Engine, tmp_path: Path) -> Any:
    path = tmp_path / "nightly.json"
    definition = {key: value for key, value in DEFINITION.items() if key != "role_arn"}
    document = {"hyper_parameter_tuning_job_config": CONFIG, "training_job_definition": definition}
    path.write_text(json.dumps(document), encoding="utf-8")
    role = pulumi.Output.from_input("arn:aws:iam::123456789012:role/made-here")
    from_file = HyperParameterTuningJob.from_file(str(path), training_job_definition={"role_arn": role})

    def check(_: Any) -> None:
        assert engine.registered["nightly"].inputs["trainingJobDefinition"]["roleArn"].endswith("made-here")

    return from_file.urn.apply(check)


@pulumi.runtime.test
def test_two_components_may_each_have_a_job_of_the_same_name(engine: Engine) -> Any:
    owners = []

    def job_in(component: str) -> pulumi.Output[Any]:
        parent = pulumi.ComponentResource(component, component)
        job = HyperParameterTuningJob(
            "churn",
            hyper_parameter_tuning_job_config=CONFIG,
            training_job_definition=DEFINITION,
            opts=pulumi.ResourceOptions(parent=parent),
        )
        return job.urn.apply(lambda _: owners.append(engine.registered["churn"].inputs["__owner"]))

    def in_the_other(_: Any) -> pulumi.Output[Any]:
        return job_in("shop:ml:Weekly")

    def check(_: Any) -> None:
        assert owners == [f"shop/dev/shop:ml:{type_}::churn" for type_ in ("Nightly", "Weekly")]

    return job_in("shop:ml:Nightly").apply(in_the_other).apply(check)


def test_a_wrong_file_is_a_plain_error_with_every_problem(tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    document = {"hyper_parameter_tuning_job_config": CONFIG | {"strategi": "Grid"}, "autotun": {"mode": "Enabled"}}
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(pulumi.RunError) as refused:
        HyperParameterTuningJob.from_file(str(path))
    assert "hyper_parameter_tuning_job_config.strategi: is not a field here" in str(refused.value)
    assert "Did you mean `autotune`?" in str(refused.value)


@pulumi.runtime.test
def test_an_existing_job_is_read_by_its_name(engine: Engine) -> Any:
    def check(_: Any) -> None:
        assert engine.registered["theirs"].resource_id == "by-hand"

    return HyperParameterTuningJob.get("theirs", "by-hand").urn.apply(check)
