"""The program that declares jobs which exist, and the commands that give its stack what belongs to the account.

What a program has to say of a job is `planning.declaration`'s to decide; what of it belongs to the account,
`account_values`'. Here they are put together, and what may keep an adoption from working is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sagemaker_tuning.cli.account_values import AccountValues
from sagemaker_tuning.cli.literals import Code
from sagemaker_tuning.cli.program import Declared, Variables, program
from sagemaker_tuning.errors import SpecError
from sagemaker_tuning.lifecycle.ownership import OWNER_TAG, RELEASED_TAG
from sagemaker_tuning.planning.declaration import declaration
from sagemaker_tuning.spec import TuningJobSpec
from sagemaker_tuning.spec.likely_secrets import likely_secret_paths

__all__ = ["ExistingJob", "adoption_program"]

_NAME = "hyper_parameter_tuning_job_name"
_ADOPTION = Code("True", "takes over the job that is there; once `pulumi up` has, this line may go")
_OTHER_MANAGERS = {
    "services.k8s.aws/": "the ACK controller of a Kubernetes cluster",
    "eks:eks-capability-arn": "the ACK capability of an EKS cluster",
    "crossplane-": "Crossplane",
    "aws:cloudformation:": "a CloudFormation stack",
}
"""Who manages a job that has tags which begin so. Terraform leaves no mark."""


@dataclass(frozen=True)
class ExistingJob:
    """A job to adopt: the native document to declare it with, and all of its tags."""

    native: Mapping[str, Any]
    tags: Mapping[str, str]

    @classmethod
    def of(cls, describe: Mapping[str, Any], tags: list[dict[str, str]]) -> ExistingJob:
        return cls(declaration(describe, tags), {tag["Key"]: tag["Value"] for tag in tags})

    @property
    def name(self) -> str:
        return str(self.native[_NAME])

    def warnings(self) -> Iterator[str]:
        """What may keep the adoption from working, or make two owners of one job."""
        owner = self.tags.get(OWNER_TAG)
        if owner and RELEASED_TAG not in self.tags:
            yield f"{self.name} has the owner tag of the Pulumi resource {owner}; a state that has it must let go of it"
        for prefix, manager in _OTHER_MANAGERS.items():
            if any(key.startswith(prefix) for key in self.tags):
                yield f"{self.name} has tags of {manager}; see to it that it is not managed from there any more"
        try:
            TuningJobSpec.from_native(self.native, secret_paths=likely_secret_paths(self.native))
        except SpecError as error:
            for problem in error.problems:
                yield f"{self.name}: a preview will refuse what SageMaker has accepted: {problem}"


def adoption_program(jobs: Sequence[ExistingJob], region: str) -> tuple[str, list[str]]:
    """The program's text, and the commands that set its stack's config."""
    variables = Variables()
    own = [variables.new("job" if len(jobs) == 1 else job.name) for job in jobs]
    account = AccountValues([job.native for job in jobs], variables)
    declared = [
        Declared(variable, job.name, _arguments(account.lifted(job.native, region=region)))
        for variable, job in zip(own, jobs, strict=True)
    ]
    what = f"job {jobs[0].name}" if len(jobs) == 1 else f"jobs of this stack, {len(jobs)} of them"
    text = program(
        f"The SageMaker hyperparameter tuning {what}, written by `sagemaker-tuning adopt`.",
        declared,
        config=["config = pulumi.Config()", *(value.line for value in account.values)] if account.values else [],
        exports=[f'pulumi.export("{job.logical_name}", {job.variable}.arn)' for job in declared],
    )
    region_command = f"pulumi config set sagemaker-tuning:region {region}"
    return text, [region_command, *(value.command for value in account.values)]


def _arguments(lifted: Mapping[str, Any]) -> dict[str, Any]:
    rest = {name: value for name, value in lifted.items() if name != _NAME}
    return {_NAME: lifted[_NAME], "adopt_existing": _ADOPTION, **rest}
