"""SageMaker: what a trained model becomes on its way to being served; of the sandbox's there are records only."""

from __future__ import annotations

from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values
from sagemaker_sandbox.aws_plugin.served.tags import changed_tags, from_tag_list, removed_tags, to_tag_list

__all__ = ["EndpointConfiguration", "Model"]


class _Record(ResourceType):
    """Named by its id; everything but its tags is immutable."""

    name = Name(limit=63)

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        sagemaker, arn = aws.client("sagemaker", inputs["region"]), state["arn"]
        if removed := removed_tags(state.get("tags"), inputs.get("tags")):
            sagemaker.delete_tags(ResourceArn=arn, TagKeys=removed)
        if changed := changed_tags(state.get("tags"), inputs.get("tags")):
            sagemaker.add_tags(ResourceArn=arn, Tags=changed)


class Model(_Record):
    token = "aws:sagemaker/model:Model"
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "executionRoleArn": Input(required=True, replaces=True),
        "primaryContainer": Input(replaces=True),
        "enableNetworkIsolation": Input(replaces=True, aws_decides=True),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "tagsAll")

    _CONTAINER: ClassVar = {
        "image": "Image",
        "modelDataUrl": "ModelDataUrl",
        "containerHostname": "ContainerHostname",
        "environment": "Environment",
    }

    def create(self, aws: Aws, inputs: Values) -> str:
        name: str = inputs["name"]
        request: Values = {
            "ModelName": name,
            "ExecutionRoleArn": inputs["executionRoleArn"],
            "Tags": to_tag_list(inputs.get("tags")),
        }
        if container := inputs.get("primaryContainer"):
            request["PrimaryContainer"] = _renamed(container, self._CONTAINER)
        if "enableNetworkIsolation" in inputs:
            request["EnableNetworkIsolation"] = inputs["enableNetworkIsolation"]
        aws.client("sagemaker", inputs["region"]).create_model(**request)
        return name

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        sagemaker = aws.client("sagemaker", state.get("region"))
        model = sagemaker.describe_model(ModelName=id)
        return {
            "name": model["ModelName"],
            "executionRoleArn": model["ExecutionRoleArn"],
            "primaryContainer": _named_back(model.get("PrimaryContainer"), self._CONTAINER),
            "enableNetworkIsolation": model.get("EnableNetworkIsolation"),
            "tags": from_tag_list(sagemaker.list_tags(ResourceArn=model["ModelArn"])["Tags"]),
            "arn": model["ModelArn"],
        }

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("sagemaker", state.get("region")).delete_model(ModelName=id)


class EndpointConfiguration(_Record):
    token = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "productionVariants": Input(required=True, replaces=True),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "tagsAll")

    _VARIANT: ClassVar = {
        "variantName": "VariantName",
        "modelName": "ModelName",
        "instanceType": "InstanceType",
        "initialInstanceCount": "InitialInstanceCount",
        "initialVariantWeight": "InitialVariantWeight",
    }

    def create(self, aws: Aws, inputs: Values) -> str:
        name: str = inputs["name"]
        aws.client("sagemaker", inputs["region"]).create_endpoint_config(
            EndpointConfigName=name,
            ProductionVariants=[_renamed(variant, self._VARIANT) for variant in inputs["productionVariants"]],
            Tags=to_tag_list(inputs.get("tags")),
        )
        return name

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        sagemaker = aws.client("sagemaker", state.get("region"))
        config = sagemaker.describe_endpoint_config(EndpointConfigName=id)
        arn = config["EndpointConfigArn"]
        return {
            "name": config["EndpointConfigName"],
            "productionVariants": [_named_back(each, self._VARIANT) for each in config["ProductionVariants"]],
            "tags": from_tag_list(sagemaker.list_tags(ResourceArn=arn)["Tags"]),
            "arn": arn,
        }

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        aws.client("sagemaker", state.get("region")).delete_endpoint_config(EndpointConfigName=id)


def _renamed(block: Values, words: dict[str, str]) -> Values:
    """Errors: ValueError for a key that is not served."""
    if unknown := sorted(block.keys() - words.keys()):
        raise ValueError(f"the offline aws stand-in does not serve {', '.join(unknown)}; it serves {', '.join(words)}")
    return {words[key]: value for key, value in block.items()}


def _named_back(block: Any, words: dict[str, str]) -> Values | None:
    if not block:
        return None
    return {key: block[word] for key, word in words.items() if block.get(word) not in (None, {})}
