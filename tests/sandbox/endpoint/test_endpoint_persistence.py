"""A sandbox with a data folder: what the next one on the same folder has of it."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from endpoint_clients import Aws, wait_until
from endpoint_requests import BUCKET, TRUST_SAGEMAKER, code_archive, edited, tuning_request
from sagemaker_sandbox.endpoint import Sandbox
from sagemaker_sandbox.endpoint.persistence import DataDir, DataDirError
from sagemaker_sandbox.search import Search

ROLE = "arn:aws:iam::123456789012:role/training"
FINISHED = ("Completed", "Failed", "Stopped")


@contextmanager
def opened(folder: Path, *, speed: float = 20) -> Iterator[Aws]:
    """A sandbox on a data folder."""
    with Sandbox(data_dir=folder, speed=speed) as sandbox:
        session = boto3.session.Session("sandbox", "sandbox", region_name="us-east-1")
        clients = {name: session.client(name, endpoint_url=sandbox.url) for name in ("s3", "iam", "sagemaker")}
        yield Aws(sandbox, **clients, role_arn=ROLE)
        for client in clients.values():
            client.close()


def furnish(aws: Aws) -> None:
    aws.s3.create_bucket(Bucket=BUCKET)
    aws.s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=code_archive())
    aws.s3.put_object(Bucket=BUCKET, Key="data/rows.csv", Body=b"1,2\n")
    aws.iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)


def without_metadata(response: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in response.items() if key != "ResponseMetadata"}


def jobs_of(aws: Aws) -> dict[str, Any]:
    """All that the API says of the tuning jobs and their training jobs."""
    names = [job["HyperParameterTuningJobName"] for job in _all(aws, "list_hyper_parameter_tuning_jobs")]
    trials = [job["TrainingJobName"] for job in _all(aws, "list_training_jobs")]
    tuning_jobs = {name: without_metadata(aws.describe(name)) for name in names}
    return {
        "tuning jobs": tuning_jobs,
        "tags": {
            name: aws.sagemaker.list_tags(ResourceArn=job["HyperParameterTuningJobArn"])["Tags"]
            for name, job in tuning_jobs.items()
        },
        "trials": {name: aws.trials(name) for name in names},
        "training jobs": {
            name: without_metadata(aws.sagemaker.describe_training_job(TrainingJobName=name)) for name in trials
        },
    }


def _all(aws: Aws, operation: str) -> list[dict[str, Any]]:
    pages = aws.sagemaker.get_paginator(operation).paginate()
    return [item for page in pages for key in page if key.endswith("Summaries") for item in page[key]]


def test_jobs_their_trials_and_tags_are_the_same_in_the_next_sandbox(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        tags = [{"Key": "team", "Value": "risk"}]
        aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("good", ROLE), Tags=tags)
        aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("bad", ROLE, does="fail"))
        aws.ended("good"), aws.ended("bad")
        before = jobs_of(aws)
    assert before["tags"]["good"] == tags
    with opened(tmp_path) as aws:
        assert jobs_of(aws) == before
        with pytest.raises(ClientError, match="ResourceInUse"):
            aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("good", ROLE))


def test_what_other_services_hold_is_the_same_in_the_next_sandbox(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        aws.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
        for body in (b"first", b"second"):
            aws.s3.put_object(Bucket=BUCKET, Key="a/b c.txt", Body=body, Metadata={"made": "here"})
        aws.s3.put_object_tagging(Bucket=BUCKET, Key="a/b c.txt", Tagging={"TagSet": [{"Key": "k", "Value": "v"}]})
        aws.s3.put_object(Bucket=BUCKET, Key="deleted", Body=b"x")
        aws.s3.delete_object(Bucket=BUCKET, Key="deleted")
        aws.s3.create_bucket(Bucket="gone")
        aws.s3.delete_bucket(Bucket="gone")
        upload = aws.s3.create_multipart_upload(Bucket=BUCKET, Key="large")["UploadId"]
        aws.sagemaker.create_model(ModelName="kept", ExecutionRoleArn=ROLE)
        before = _services(aws)
        assert len(before["versions"]) == 5
    with opened(tmp_path) as aws:
        assert _services(aws) == before
        assert aws.s3.get_object(Bucket=BUCKET, Key="a/b c.txt")["Body"].read() == b"second"
        assert [item["UploadId"] for item in aws.s3.list_multipart_uploads(Bucket=BUCKET)["Uploads"]] == [upload]
        with pytest.raises(ClientError, match="EntityAlreadyExists"):
            aws.iam.create_role(RoleName="training", AssumeRolePolicyDocument=TRUST_SAGEMAKER)
        aws.s3.create_bucket(Bucket="gone")


def _services(aws: Aws) -> dict[str, Any]:
    ec2 = boto3.session.Session("sandbox", "sandbox", region_name="us-east-1").client(
        "ec2", endpoint_url=aws.sandbox.url
    )
    vpcs = ec2.describe_vpcs()["Vpcs"]
    if len(vpcs) == 1:  # the default one
        ec2.create_vpc(CidrBlock="10.7.0.0/16")
        vpcs = ec2.describe_vpcs()["Vpcs"]
    ec2.close()
    tagging = aws.s3.get_object_tagging(Bucket=BUCKET, Key="a/b c.txt")
    return {
        "buckets": aws.s3.list_buckets()["Buckets"],
        "versions": aws.s3.list_object_versions(Bucket=BUCKET)["Versions"],
        "markers": aws.s3.list_object_versions(Bucket=BUCKET)["DeleteMarkers"],
        "tags": tagging["TagSet"],
        "metadata": aws.s3.head_object(Bucket=BUCKET, Key="a/b c.txt")["Metadata"],
        "role": aws.iam.get_role(RoleName="training")["Role"],
        "networks": sorted(vpc["VpcId"] for vpc in vpcs),
        "models": aws.sagemaker.list_models()["Models"],
    }


def test_objects_that_were_replaced_leave_nothing_on_disk(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        for number in range(5):
            aws.s3.put_object(Bucket=BUCKET, Key="again", Body=b"%d" % number)
    with opened(tmp_path):
        pass
    with DataDir(tmp_path).opened() as (_, services):
        assert len(services.keys("object")) == 3


def test_an_interrupted_search_goes_on_as_if_it_had_not_been(tmp_path: Path) -> None:
    budget = 12
    limits = {"MaxNumberOfTrainingJobs": budget, "MaxParallelTrainingJobs": 1}
    request = edited(
        tuning_request("bayes", ROLE),
        {"HyperParameterTuningJobConfig.ResourceLimits": limits, "HyperParameterTuningJobConfig.Strategy": "Bayesian"},
    )
    with opened(tmp_path) as aws:
        furnish(aws)
        aws.sagemaker.create_hyper_parameter_tuning_job(**request)
    for ended in (3, 6):
        with opened(tmp_path) as aws:
            wait_until(lambda aws=aws: _finished(aws, "bayes"), lambda done, ended=ended: len(done) >= ended)
            assert aws.describe("bayes")["HyperParameterTuningJobStatus"] == "InProgress"
    with opened(tmp_path) as aws:
        aws.ended("bayes")
        trials = aws.trials("bayes")
    tried = [trial["TunedHyperParameters"]["x"] for trial in sorted(trials, key=lambda item: item["CreationTime"])]
    assert tried == _uninterrupted(request, budget)


def _finished(aws: Aws, name: str) -> list[str]:
    return [trial["TrainingJobName"] for trial in aws.trials(name) if trial["TrainingJobStatus"] in FINISHED]


def _uninterrupted(request: dict[str, Any], budget: int) -> list[str]:
    """What the same search tries when nothing comes in between; trials score as the script does."""
    search = Search(request["HyperParameterTuningJobConfig"], [request["TrainingJobDefinition"]], seed=0)
    tried = []
    for _ in range(budget):
        suggestion = search.ask()
        assert suggestion
        x = suggestion.hyper_parameters["x"]
        tried.append(x)
        score = float(f"{1 - (float(x) - 0.3) ** 2}")
        search.report(suggestion.trial_id, 1, score)
        search.tell(suggestion.trial_id, score, "Completed")
    return tried


def test_a_trial_that_was_running_runs_again_under_its_name(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        waits = {"TrainingJobDefinition.StaticHyperParameters.does": "pause"}
        aws.sagemaker.create_hyper_parameter_tuning_job(**edited(tuning_request("again", ROLE, trials=1), waits))
        (trial,) = wait_until(lambda: [job for job in aws.trials("again") if job.get("TrainingStartTime")], bool)
    with opened(tmp_path) as aws:
        aws.ended("again")
        (same,) = aws.trials("again")
        assert same["TrainingJobName"] == trial["TrainingJobName"]
        job = aws.sagemaker.describe_training_job(TrainingJobName=trial["TrainingJobName"])
        assert job["TrainingJobStatus"] == "Completed"
        entered = [transition["Status"] for transition in job["SecondaryStatusTransitions"]]
        assert entered.count("Restarting") == 1
        assert entered[-1] == "Completed"


def test_what_was_being_stopped_is_stopped_and_what_was_being_deleted_is_deleted(tmp_path: Path) -> None:
    with opened(tmp_path, speed=0.1) as aws:  # at this speed stopping and deleting take ten seconds
        furnish(aws)
        for name in ("stopped", "deleted"):
            aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request(name, ROLE, does="wait"))
            aws.sagemaker.stop_hyper_parameter_tuning_job(HyperParameterTuningJobName=name)
    with opened(tmp_path) as aws:
        assert aws.ended("stopped")["HyperParameterTuningJobStatus"] == "Stopped"
        aws.ended("deleted")
    with opened(tmp_path, speed=0.1) as aws:
        aws.sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="deleted")
        assert aws.describe("deleted")["HyperParameterTuningJobStatus"] == "Deleting"
    with opened(tmp_path) as aws:
        wait_until(lambda: list(jobs_of(aws)["tuning jobs"]), lambda names: names == ["stopped"])


def test_trials_of_a_deleted_job_are_not_those_of_a_new_one_of_its_name(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("twice", ROLE))
        aws.ended("twice")
        aws.sagemaker.delete_hyper_parameter_tuning_job(HyperParameterTuningJobName="twice")
        wait_until(lambda: list(jobs_of(aws)["tuning jobs"]), lambda names: not names)
        aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("twice", ROLE))
        aws.ended("twice")
        before = jobs_of(aws)
        assert len(before["trials"]["twice"]) == 2
        assert len(before["training jobs"]) == 4
    with opened(tmp_path) as aws:
        assert jobs_of(aws) == before


def test_a_folder_is_for_one_process_at_a_time(tmp_path: Path) -> None:
    with opened(tmp_path):
        second = subprocess.run(
            [sys.executable, "-m", "sagemaker_sandbox", "exec", "--data", str(tmp_path), "--", "true"],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
    assert second.returncode == 2
    assert "another sandbox is using this folder" in " ".join(second.stderr.replace("│", "").split())


def test_a_folder_written_by_another_version_is_refused_with_its_name(tmp_path: Path) -> None:
    with DataDir(tmp_path).opened():
        pass
    file = tmp_path / "versions.json"
    file.write_text(json.dumps({**json.loads(file.read_text()), "moto": "4.0.0"}))
    with pytest.raises(DataDirError, match=r"written with moto 4\.0\.0, but .* is installed\.\nInstall moto==4\.0\.0"):
        Sandbox(data_dir=tmp_path).__enter__()


def test_exec_keeps_pulumis_stacks_too(tmp_path: Path) -> None:
    def run(script: str) -> str:
        command = [sys.executable, "-m", "sagemaker_sandbox", "exec", "--data", str(tmp_path), "--", "sh", "-c", script]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True)
        return done.stdout

    backend = run('echo kept > "${PULUMI_BACKEND_URL#file://}/file"; echo "$PULUMI_BACKEND_URL"')
    assert run('cat "${PULUMI_BACKEND_URL#file://}/file"; echo "$PULUMI_BACKEND_URL"') == f"kept\n{backend}"


def test_without_its_trials_folders_a_data_folder_still_opens(tmp_path: Path) -> None:
    with opened(tmp_path) as aws:
        furnish(aws)
        aws.sagemaker.create_hyper_parameter_tuning_job(**tuning_request("tidy", ROLE))
        aws.ended("tidy")
        before = jobs_of(aws)
    shutil.rmtree(tmp_path / "training-jobs")
    with opened(tmp_path) as aws:
        assert jobs_of(aws) == before
        assert before["tuning jobs"]["tidy"]["CreationTime"] < datetime.now(timezone.utc)
