"""ECR: repositories of training images, who may pull from them, and how long images stay."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, ClassVar

from sagemaker_sandbox.aws_plugin.aws import Aws
from sagemaker_sandbox.aws_plugin.resource import Input, Name, ResourceType, Values, same_json
from sagemaker_sandbox.aws_plugin.served.tags import changed_tags, from_tag_list, removed_tags, to_tag_list

__all__ = ["LifecyclePolicy", "Repository", "RepositoryPolicy"]


class Repository(ResourceType):
    """The id is the repository's name."""

    token = "aws:ecr/repository:Repository"
    name = Name(limit=256, lower=True)
    inputs: ClassVar = {
        "name": Input(replaces=True),
        "encryptionConfigurations": Input(replaces=True, aws_decides=True),
        "forceDelete": Input(default=False, reported=False),
        "imageScanningConfiguration": Input(aws_decides=True),
        "imageTagMutability": Input(default="MUTABLE"),
        "region": Input(replaces=True),
        "tags": Input(),
    }
    computed = ("arn", "registryId", "repositoryUrl", "tagsAll")

    def create(self, aws: Aws, inputs: Values) -> str:
        name: str = inputs["name"]
        request: Values = {"imageTagMutability": inputs["imageTagMutability"], "tags": to_tag_list(inputs.get("tags"))}
        if scanning := inputs.get("imageScanningConfiguration"):
            request["imageScanningConfiguration"] = scanning
        if encryption := inputs.get("encryptionConfigurations"):
            request["encryptionConfiguration"] = encryption[0]
        aws.client("ecr", inputs["region"]).create_repository(repositoryName=name, **request)
        return name

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        ecr = aws.client("ecr", state.get("region"))
        (repository,) = ecr.describe_repositories(repositoryNames=[id])["repositories"]
        return {
            "name": repository["repositoryName"],
            "encryptionConfigurations": [repository["encryptionConfiguration"]],
            "imageScanningConfiguration": repository["imageScanningConfiguration"],
            "imageTagMutability": repository["imageTagMutability"],
            "tags": from_tag_list(ecr.list_tags_for_resource(resourceArn=repository["repositoryArn"])["tags"]),
            "arn": repository["repositoryArn"],
            "registryId": repository["registryId"],
            "repositoryUrl": repository["repositoryUri"],
        }

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        ecr = aws.client("ecr", inputs["region"])
        if not self.is_same("imageTagMutability", state, inputs):
            ecr.put_image_tag_mutability(repositoryName=id, imageTagMutability=inputs["imageTagMutability"])
        if not self.is_same("imageScanningConfiguration", state, inputs):
            scanning = inputs["imageScanningConfiguration"]
            ecr.put_image_scanning_configuration(repositoryName=id, imageScanningConfiguration=scanning)
        if removed := removed_tags(state.get("tags"), inputs.get("tags")):
            ecr.untag_resource(resourceArn=state["arn"], tagKeys=removed)
        if changed := changed_tags(state.get("tags"), inputs.get("tags")):
            ecr.tag_resource(resourceArn=state["arn"], tags=changed)

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        ecr = aws.client("ecr", state.get("region"))
        ecr.delete_repository(repositoryName=id, force=state.get("forceDelete", False))


class _PolicyOfARepository(ResourceType):
    """One text of a repository: put, get and delete by the repository's name, which is also the id."""

    inputs: ClassVar = {
        "repository": Input(required=True, replaces=True),
        "policy": Input(required=True, same=same_json),
        "region": Input(replaces=True),
    }
    computed = ("registryId",)

    def create(self, aws: Aws, inputs: Values) -> str:
        repository: str = inputs["repository"]
        self.put(aws.client("ecr", inputs["region"]), repository, inputs["policy"])
        return repository

    def read(self, aws: Aws, id: str, state: Values) -> Values | None:
        found = self.get(aws.client("ecr", state.get("region")), id)
        return {"repository": id, "policy": self.text(found), "registryId": found["registryId"]}

    def update(self, aws: Aws, id: str, state: Values, inputs: Values) -> None:
        self.put(aws.client("ecr", inputs["region"]), id, inputs["policy"])

    def delete(self, aws: Aws, id: str, state: Values) -> None:
        self.remove(aws.client("ecr", state.get("region")), id)

    @abstractmethod
    def put(self, ecr: Any, repository: str, policy: str) -> None: ...

    @abstractmethod
    def get(self, ecr: Any, repository: str) -> Values: ...

    @abstractmethod
    def text(self, found: Values) -> str: ...

    @abstractmethod
    def remove(self, ecr: Any, repository: str) -> None: ...


class RepositoryPolicy(_PolicyOfARepository):
    """Who may pull and push."""

    token = "aws:ecr/repositoryPolicy:RepositoryPolicy"

    def put(self, ecr: Any, repository: str, policy: str) -> None:
        ecr.set_repository_policy(repositoryName=repository, policyText=policy)

    def get(self, ecr: Any, repository: str) -> Values:
        found: Values = ecr.get_repository_policy(repositoryName=repository)
        return found

    def text(self, found: Values) -> str:
        return str(found["policyText"])

    def remove(self, ecr: Any, repository: str) -> None:
        ecr.delete_repository_policy(repositoryName=repository)


class LifecyclePolicy(_PolicyOfARepository):
    """Which images expire. The real provider has no update of it, and so neither has this."""

    token = "aws:ecr/lifecyclePolicy:LifecyclePolicy"
    inputs: ClassVar = {
        **_PolicyOfARepository.inputs,
        "policy": Input(required=True, replaces=True, same=same_json),
    }
    is_one_of_a_kind = True

    def put(self, ecr: Any, repository: str, policy: str) -> None:
        ecr.put_lifecycle_policy(repositoryName=repository, lifecyclePolicyText=policy)

    def get(self, ecr: Any, repository: str) -> Values:
        found: Values = ecr.get_lifecycle_policy(repositoryName=repository)
        return found

    def text(self, found: Values) -> str:
        return str(found["lifecyclePolicyText"])

    def remove(self, ecr: Any, repository: str) -> None:
        ecr.delete_lifecycle_policy(repositoryName=repository)
