"""What a resource registers for the inputs of a program: spelling, hidden inputs, secret paths."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc, settings
from sagemaker_tuning.adapters.dynamic.program import properties


@pytest.fixture(autouse=True)
def _program() -> Any:
    settings.configure(settings.Settings(project="shop", stack="dev"))
    yield
    settings.reset_options()


def registered(make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What the SDK would send for these inputs; outputs must be made inside of a running loop, as in a program."""

    async def serialize() -> dict[str, Any]:
        struct = await rpc.serialize_properties(properties("churn", make()), {})
        return rpc.deserialize_properties(struct, keep_unknowns=True)  # type: ignore[no-any-return]  # SDK's Any

    return asyncio.run(serialize())


SPELLINGS = {
    "keys become camelCase at every depth": (
        {"training_job_definition": {"resource_config": {"volume_size_in_gb": 10}}},
        {"trainingJobDefinition": {"resourceConfig": {"volumeSizeInGb": 10}}},
    ),
    "keys of maps stay as they are": (
        {"training_job_definition": {"static_hyper_parameters": {"num_round": "5"}, "environment": {"MY_KEY": "1"}}},
        {"trainingJobDefinition": {"staticHyperParameters": {"num_round": "5"}, "environment": {"MY_KEY": "1"}}},
    ),
    "items of lists are spelled too": (
        {"training_job_definitions": [{"role_arn": "a"}, {"role_arn": "b"}]},
        {"trainingJobDefinitions": [{"roleArn": "a"}, {"roleArn": "b"}]},
    ),
    "what is None was not given": ({"tags": None, "autotune": {"mode": None}}, {"autotune": {}}),
}


@pytest.mark.parametrize(("inputs", "expected"), SPELLINGS.values(), ids=SPELLINGS)
def test_inputs_are_spelled_as_pulumi_spells_them(inputs: dict[str, Any], expected: dict[str, Any]) -> None:
    assert registered(lambda: inputs) == expected | {"__owner": "shop/dev/churn"}


def test_an_output_may_stand_for_a_leaf_or_for_a_whole_block() -> None:
    sent = registered(
        lambda: {
            "training_job_definition": pulumi.Output.from_input(
                {"role_arn": pulumi.Output.from_input("arn"), "environment": {"SNAKE_KEY": "1"}}
            ),
            "tags": {"team": pulumi.Output.from_input("ml")},
        }
    )
    assert sent["trainingJobDefinition"] == {"roleArn": "arn", "environment": {"SNAKE_KEY": "1"}}
    assert sent["tags"] == {"team": "ml"}


def test_the_paths_of_secrets_are_registered_beside_them() -> None:
    sent = registered(
        lambda: {
            "training_job_definition": {
                "environment": {"TOKEN": pulumi.Output.secret("hush"), "PLAIN": pulumi.Output.from_input("x")},
                "input_data_config": [{"data_source": pulumi.Output.secret({"s3_data_source": {"s3_uri": "s3://b"}})}],
            },
            "tags": {"team": "ml"},
        }
    )
    assert sent["__secretPaths"] == [
        ["training_job_definition", "environment", "TOKEN"],
        ["training_job_definition", "input_data_config", 0, "data_source"],
    ]


def test_an_unknown_output_stays_unknown_in_its_place() -> None:
    def inputs() -> dict[str, Any]:
        known: asyncio.Future[bool] = asyncio.Future()
        known.set_result(False)
        value: asyncio.Future[str] = asyncio.Future()
        value.set_result("not yet")
        resources: asyncio.Future[set[pulumi.Resource]] = asyncio.Future()
        resources.set_result(set())
        return {"training_job_definition": {"role_arn": pulumi.Output(resources, value, known)}, "tags": {"a": "b"}}

    sent = registered(inputs)
    assert isinstance(sent["trainingJobDefinition"]["roleArn"], pulumi.output.Unknown)
    assert sent["tags"] == {"a": "b"}
