"""Likely causes of FailureReasons as users quote them, and of what the sandbox's sources can raise."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import get_args

import pytest
import sagemaker_sandbox
from failing_jobs import KINDS
from sagemaker_sandbox.endpoint.faults.rules import TrialFault
from sagemaker_sandbox.trials.events import LastSecondaryStatus
from sagemaker_tuning.failures import Evidence, likely_cause

# Quoted in public threads, which provider/sagemaker_tuning/failures/causes.py names.
REASONS = {
    "ClientError: Cannot pull algorithm container. Either the image does not exist or its permissions are incorrect.": (
        "image_pull"
    ),
    "ClientError: SageMaker was unable to assume the role 'arn:aws:iam::123456789012:role/R'": "permissions",
    "ClientError: TrainingHostAgent Initialization failed:InvalidInputException: SageMaker is unable to perform: "
    "sts:AssumeRole on the role. Check if you have a trust relationship": "permissions",
    "ClientError: Data download failed:Unable to download object s3://b/k (AccessDenied: Access Denied)": "permissions",
    "ClientError: Data download failed:Insufficient disk space": "out_of_disk",
    "ClientError: Data download failed:Failed to download data. S3 key: s3://b//k has an illegal char sub-sequence "
    "'//' in it": "data_unreadable",
    "CapacityError: Unable to provision requested ML compute capacity. Please retry using a different ML instance "
    "type.": "capacity",
    "ResourceLimitExceeded: The account-level service limit 'ml.p2.xlarge for training job usage' is 0 Instances, with "
    "current utilization of 0 Instances and a request delta of 1 Instances.": "quota",
    "ClientError: Please use an instance type with more memory, or reduce the size of job data processed on an "
    "instance.": "out_of_memory",
    "ClientError: Artifact upload failed:ClientError: Out of Memory. Please use a larger instance": "out_of_memory",
    "ClientError: Artifact upload failed:Please ensure that the subnet's route table has a route to an S3 VPC endpoint "
    "or a NAT device, and both the security groups and the subnet's network ACL allow outbound traffic to S3": (
        "network"
    ),
    "ClientError: Artifact upload failed:Error 7: The credentials received have been expired": "output",
    "InternalServerError: We encountered an internal error. Please try again.": "internal_error",
    "ClientError: Please use a GPU instance for training": "configuration",
    "AlgorithmError: , exit code: 137": "out_of_memory",
    "AlgorithmError: Exit Code: 139": "script_error",
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "RuntimeError: CUDA out of memory. Tried to '
    'allocate 2.00 GiB"\nCommand "python train.py", exit code: 1': "out_of_memory",
    'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "ValueError: the quota\'s column is missing"\n'
    'Command "python train.py", exit code: 1': "script_error",
    "AlgorithmError: framework error: \nTraceback (most recent call last):\n"
    "sagemaker_algorithm_toolkit.exceptions.UserError: Hyperparameter eta: failed validation": "configuration",
    "No objective metrics found after running 5 training jobs. Please ensure that the custom algorithm is emitting the "
    "objective metric as defined by the regular expression provided.": "no_metric",
    "Something that nobody has documented": "unknown",
    "": "unknown",
}


@pytest.mark.parametrize(
    ("reason", "cause"), REASONS.items(), ids=[f"{value}: {key[:40]}" for key, value in REASONS.items()]
)
def test_a_reason_has_its_likely_cause(reason: str, cause: str) -> None:
    found = likely_cause(Evidence(reason))
    assert found.id == cause
    assert found.sentence
    assert found.mend.endswith(".")


STOPPED = {
    "MaxRuntimeExceeded": ("out_of_time", "max_runtime_in_seconds"),
    "MaxWaitTimeExceeded": ("out_of_time", "max_wait_time_in_seconds"),
    "Stopped": ("stopped", "Let it run"),
    None: ("stopped", "Let it run"),
}


@pytest.mark.parametrize("status", STOPPED)
def test_a_stopped_trial_is_known_by_its_secondary_status(status: str | None) -> None:
    found = likely_cause(Evidence(status="Stopped", secondary_status=status))
    cause, mend = STOPPED[status]
    assert found.id == cause
    assert mend in found.mend


def test_an_interruption_counts_only_if_time_ran_out_after_it() -> None:
    interrupted = Evidence(status="Stopped", secondary_status="MaxWaitTimeExceeded", was_interrupted=True)
    assert likely_cause(interrupted).id == "spot_interruption"
    assert likely_cause(Evidence("AlgorithmError: exit code: 1", was_interrupted=True)).id == "script_error"


def test_the_last_lines_of_the_log_count_where_a_container_says_little() -> None:
    said_little = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage "", exit code: 1'
    found = likely_cause(Evidence(said_little, log=("epoch 3", "OSError: [Errno 28] No space left on device", "bye")))
    assert (found.id, found.sentence) == (
        "out_of_disk",
        "The volume is full: OSError: [Errno 28] No space left on device",
    )
    long_ago = ("No space left on device", *["epoch"] * 10)
    assert likely_cause(Evidence(said_little, log=long_ago)).id == "script_error"


def test_a_script_error_names_the_place_in_the_users_code() -> None:
    log = ("Traceback (most recent call last):", '  File "/opt/ml/code/train.py", line 7, in <module>', "KeyError: 'x'")
    reason = "AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage \"KeyError: 'x'\", exit code: 1"
    assert likely_cause(Evidence(reason, log=log)).sentence == (
        "The training script failed: KeyError: 'x' (train.py, line 7)"
    )


def test_an_older_traceback_in_the_log_does_not_stand_for_the_error() -> None:
    log = ("Traceback (most recent call last):", '  File "a.py", line 1, in <module>', "KeyError: 'handled'", "on")
    reason = 'AlgorithmError: ExecuteUserScriptError:\nExitCode 2\nErrorMessage "usage: train.py", exit code: 2'
    assert likely_cause(Evidence(reason, log=log)).sentence == (
        "The training script failed: usage: train.py (exit code 2)"
    )


TRIALS = Path(sagemaker_sandbox.__file__).parent / "trials"


def trial_errors() -> list[str]:
    """The texts of every TrialError in the sandbox's sources, with an x for what is known only when it is raised."""
    calls = (node for file in TRIALS.glob("*.py") for node in ast.walk(ast.parse(file.read_text())))
    raised = [node for node in calls if isinstance(node, ast.Call) and ast.unparse(node.func) == "TrialError"]
    return [_text(node.args[0]) for node in raised]


def _text(node: ast.expr) -> str:
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    return str(node.value) if isinstance(node, ast.Constant) else "x"


@pytest.mark.parametrize("reason", trial_errors())
def test_no_error_that_the_sandbox_can_raise_is_unknown(reason: str) -> None:
    assert likely_cause(Evidence(reason)).id != "unknown"


def test_the_sandbox_has_errors_to_look_at() -> None:
    assert len(trial_errors()) > 10


def test_every_fault_of_trials_and_every_end_is_among_the_failing_jobs() -> None:
    faults = {kind.fault["fault"] for kind in KINDS.values() if kind.fault}
    assert faults == {fault.model_fields["fault"].annotation.__args__[0] for fault in get_args(TrialFault)}
    causes = {kind.cause for kind in KINDS.values()}
    ends = {
        "Completed": "no_metric",
        "Failed": "script_error",
        "Stopped": "stopped",
        "MaxRuntimeExceeded": "out_of_time",
        "MaxWaitTimeExceeded": "spot_interruption",
    }
    assert set(ends) == set(get_args(LastSecondaryStatus))
    assert set(ends.values()) <= causes
