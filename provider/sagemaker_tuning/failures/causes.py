"""The likely cause of a failed training job, from what SageMaker says of it and from the end of its log.

Decides by texts, because there is nothing else: FailureReason is not documented beyond its first word, and a stopped
job has none. The first rule that fits is the cause; a rule of the service's own words is not tried on what a container
wrote. Each text is one that users quote; where from is beside it, with `sdk` for aws/sagemaker-python-sdk and
`examples` for aws/amazon-sagemaker-examples.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sagemaker_tuning.failures.evidence import Evidence
from sagemaker_tuning.failures.reasons import error_of, exit_code_of, is_of_algorithm, last_traceback

__all__ = ["LikelyCause", "likely_cause"]


@dataclass(frozen=True)
class LikelyCause:
    """`id` is for programs; `sentence` says what happened and `mend` what to do, both for people."""

    id: str
    sentence: str
    mend: str


@dataclass(frozen=True)
class _Rule:
    id: str
    pattern: re.Pattern[str]
    sentence: str
    mend: str

    def cause(self, error: str) -> LikelyCause:
        return LikelyCause(self.id, self.sentence.format(error=error), self.mend)


def likely_cause(evidence: Evidence) -> LikelyCause:
    """The first cause that the evidence speaks for; `unknown` if nothing does."""
    if evidence.status == "Stopped":
        return _of_stopped(evidence)
    if evidence.status == "Completed":
        return _no_metric(evidence)
    if is_of_algorithm(evidence.reason):
        return _of_algorithm(evidence)
    if "No objective metrics found" in evidence.reason:
        return _no_metric(evidence)
    for rule in _OF_THE_SERVICE:
        if rule.pattern.search(evidence.reason):
            return rule.cause(error_of(evidence.reason))
    if evidence.reason:
        return LikelyCause("unknown", error_of(evidence.reason), "Read the reason and the log.")
    return LikelyCause("unknown", "SageMaker gives no reason.", "Read the log; ask AWS support if it says nothing.")


def _of_stopped(evidence: Evidence) -> LikelyCause:
    if evidence.secondary_status == "MaxWaitTimeExceeded" and evidence.was_interrupted:
        return LikelyCause(
            "spot_interruption",
            "Its spot instances were taken away, and it did not end within MaxWaitTimeInSeconds.",
            "Raise `max_wait_time_in_seconds`, keep checkpoints (`checkpoint_config`), or train on demand.",
        )
    if evidence.secondary_status == "MaxWaitTimeExceeded":
        return LikelyCause(
            "out_of_time",
            "Waiting for spot instances and training took longer than MaxWaitTimeInSeconds.",
            "Raise `stopping_condition.max_wait_time_in_seconds`, or train on demand.",
        )
    if evidence.secondary_status == "MaxRuntimeExceeded":
        return LikelyCause(
            "out_of_time",
            "It trained longer than MaxRuntimeInSeconds.",
            "Raise `stopping_condition.max_runtime_in_seconds`, or let a trial do less.",
        )
    return LikelyCause(
        "stopped",
        "It was stopped before it had a value of the objective.",
        "Let it run; or report the objective earlier, if early stopping ended it.",
    )


def _no_metric(evidence: Evidence) -> LikelyCause:
    metric = f"'{evidence.metric}'" if evidence.metric else "the objective metric"
    regex = f", `{evidence.regex}`" if evidence.regex else ""
    return LikelyCause(
        "no_metric",
        f"No line of the log matches the regex of {metric}{regex}.",
        "Print a line that matches, with a number in the first group; or correct the metric definition.",
    )


def _of_algorithm(evidence: Evidence) -> LikelyCause:
    """The container's own failure; what it says may be in its last lines only."""
    error, exit_code = error_of(evidence.reason), exit_code_of(evidence.reason)
    for said in (error, *reversed(evidence.log[-_LAST_WORDS:])):
        for rule in _ANYWHERE:
            if rule.pattern.search(said):
                return rule.cause(said.strip())
    if exit_code in _KILLED:
        return LikelyCause(
            "out_of_memory",
            f"It was killed (exit code {exit_code}), most often for want of memory.",
            "Take an instance type with more memory, or keep less in it.",
        )
    if _REFUSED.search(evidence.reason):
        return LikelyCause("configuration", error, "Correct the hyperparameter, channel or data that it names.")
    traceback = last_traceback(evidence.log)
    if traceback and (error in traceback.error or traceback.error in error):
        error = f"{traceback.error} ({traceback.place})" if traceback.place else traceback.error
    if exit_code not in (None, 1):
        error = f"{error} (exit code {exit_code})" if error else f"exit code {exit_code}, and no word of why"
    return LikelyCause(
        "script_error",
        f"The training script failed: {error or 'it says not why'}",
        "Correct the script or what it is given; run it by itself with a trial's hyperparameters to see.",
    )


_LAST_WORDS = 10
_KILLED = (137, -9)

# "UserError: Hyperparameter eta: ..." and the like: what the built-in algorithms call an error of the user.
_REFUSED = re.compile(r"\b(?:UserError|Customer ?(?:Value)?Error|XGBoostError)\b")

# In the words of programs, so that they hold for containers as well.
_ANYWHERE = (
    _Rule(
        "out_of_disk",
        # sdk#128: "ClientError: Data download failed:Insufficient disk space"; Python's OSError 28
        re.compile(r"No space left on device|\[Errno 28\]|[Ii]nsufficient disk space|Disk quota exceeded"),
        "The volume is full: {error}",
        "Raise `resource_config.volume_size_in_gb`.",
    ),
    _Rule(
        "out_of_memory",
        # DIAGNijmegen/rse-grand-challenge: "ClientError: Please use an instance type with more memory, ..." and
        # "Artifact upload failed:ClientError: Out of Memory."; rapidsai/deployment#523: "std::bad_alloc"
        re.compile(r"instance type with more memory|[Oo]ut of [Mm]emory|\bMemoryError\b|\bbad_alloc\b|OutOfMemoryError"
                   r"|Cannot allocate memory|oom-kill"),
        "There was too little memory: {error}",
        "Take an instance type with more memory, or keep less in it.",
    ),
    _Rule(
        "permissions",
        # examples#4384: "Data download failed:Unable to download object ... (AccessDenied: Access Denied)";
        # sdk#35: "SageMaker was unable to assume the role"; astronomer/docs#1695: "SageMaker is
        # unable to perform: sts:AssumeRole on the role"
        re.compile(r"AccessDenied|Access Denied|not authorized to perform|unable to assume the role|sts:AssumeRole"
                   r"|Could not assume role|no identity-based policy|\(403\)|UnauthorizedOperation"),
        "The execution role may not do it: {error}",
        "Allow the execution role what is refused here (and SageMaker to assume it), or use another role.",
    ),
    _Rule(
        "network",
        # aws/amazon-sagemaker-operator-for-k8s#22: "Please ensure that the subnet's route table has a route to
        # an S3 VPC endpoint or a NAT device"
        re.compile(r"route to an S3 VPC endpoint|NAT device|EndpointConnectionError|ConnectTimeout"
                   r"|Could not connect to the endpoint|Temporary failure in name resolution"),
        "It could not reach what it needs: {error}",
        "Give the subnets a way there: a VPC endpoint of S3 or a NAT; check the security groups and network isolation.",
    ),
)  # fmt: skip

_OF_THE_SERVICE = (
    _Rule(
        "internal_error",
        # sdk#70 and #2496: "InternalServerError: We encountered an internal error. Please try again."
        re.compile(r"^Internal(?:Server|Service)?(?:Error|Failure)\b|We encountered an internal error"),
        "SageMaker failed by itself: {error}",
        "Run the job again; `retry_strategy` lets SageMaker do so for each trial.",
    ),
    _Rule(
        "image_pull",
        # sdk#57 and #1968: "Cannot pull algorithm container. Either the image does not exist or its permissions
        # are incorrect."; examples#2534: "Cannot find repository: ..."; #1476: "Cannot find the requested image";
        # aws/sagemaker-spark-container#158: "Access denied for repository"
        re.compile(r"[Cc]annot pull|[Cc]annot find (?:repository|the requested image)|Access denied for repository"
                   r"|ecr:(?:BatchGetImage|GetDownloadUrlForLayer|BatchCheckLayerAvailability)"),
        "The training image could not be pulled: {error}",
        "Check the image's address, region and tag, and that its repository lets the execution role pull it.",
    ),
    _Rule(
        "capacity",
        # DIAGNijmegen/rse-grand-challenge#2631: "CapacityError: Unable to provision requested ML compute
        # capacity. Please retry using a different ML instance type."
        re.compile(r"CapacityError|Unable to provision|[Ii]nsufficient (?:instance )?capacity|InsufficientCapacity"),
        "AWS had no such instance free: {error}",
        "Try again later, or choose another instance type, region or availability zone.",
    ),
    _Rule(
        "quota",
        # examples#263: "The account-level service limit 'ml.p2.xlarge for training job usage' is 0 Instances ..."
        re.compile(r"ResourceLimitExceeded|account-level service limit"),
        "A service quota of the account is used up: {error}",
        "Lower `max_parallel_training_jobs`, choose another instance type, or have the quota raised in Service Quotas.",
    ),
    *_ANYWHERE,
    _Rule(
        "output",
        # aws/amazon-sagemaker-operator-for-k8s#22: "ClientError: Artifact upload failed:..."
        re.compile(r"[Aa]rtifact upload failed"),
        "The model could not be stored: {error}",
        "Check the bucket of `output_data_config.s3_output_path` and the execution role's access to it.",
    ),
    _Rule(
        "data_not_found",
        # examples#2495: "No S3 objects found under S3 URL"; sdk#835: "An error occurred (404) when calling
        # the HeadObject operation: Not Found"
        re.compile(r"[Nn]o (?:S3 )?objects found under S3 URL|NoSuchKey|NoSuchBucket|specified (?:key|bucket) does not"
                   r"|\(404\)|matched no files"),
        "The training data or code is not there: {error}",
        "Check that the S3 address has objects, in the job's region.",
    ),
    _Rule(
        "data_unreadable",
        # aws-samples/generative-ai-on-amazon-sagemaker#242: "Data download failed:Failed to download
        # data. S3 key: ... has an illegal char sub-sequence '//' in it"
        re.compile(r"[Dd]ata download failed|[Mm]anifest|gzip|[Cc]annot unpack"),
        "The training data or code cannot be read as it is declared: {error}",
        "Correct the channel (input mode, compression, type of data) or what lies there.",
    ),
    _Rule(
        "configuration",
        # examples#587: "ClientError: Please use a GPU instance for training"
        re.compile(r"^ClientError\b|ValidationException"),
        "{error}",
        "Change what the reason names in the training job definition.",
    ),
)  # fmt: skip
