"""A tuning job's life with sagemaker-core: create, wait, best training job, list, delete."""

import io
import tarfile

import boto3
from botocore.exceptions import ClientError
from sagemaker_core.main import shapes
from sagemaker_core.main.resources import HyperParameterTuningJob, TrainingJob
from surroundings import create_role, say

BUCKET = "core-data"


def upload_code() -> str:
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        tar.add("source/train.py", "train.py")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key="code.tar.gz", Body=archive.getvalue())
    return f"s3://{BUCKET}/code.tar.gz"


role, code = create_role(), upload_code()


def create(name: str, trials: int) -> HyperParameterTuningJob:
    config = shapes.HyperParameterTuningJobConfig(
        strategy="Bayesian",
        hyper_parameter_tuning_job_objective=shapes.HyperParameterTuningJobObjective(
            type="Maximize", metric_name="score"
        ),
        resource_limits=shapes.ResourceLimits(max_number_of_training_jobs=trials, max_parallel_training_jobs=2),
        parameter_ranges=shapes.ParameterRanges(
            continuous_parameter_ranges=[shapes.ContinuousParameterRange(name="x", min_value="0", max_value="1")]
        ),
    )
    definition = shapes.HyperParameterTrainingJobDefinition(
        algorithm_specification=shapes.HyperParameterAlgorithmSpecification(
            training_image="123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
            training_input_mode="File",
            metric_definitions=[shapes.MetricDefinition(name="score", regex="score=([0-9.]+);")],
        ),
        static_hyper_parameters={"offset": "0", "sagemaker_program": "train.py", "sagemaker_submit_directory": code},
        role_arn=role,
        output_data_config=shapes.OutputDataConfig(s3_output_path=f"s3://{BUCKET}/models"),
        resource_config=shapes.ResourceConfig(instance_type="ml.m5.large", instance_count=1, volume_size_in_gb=5),
        stopping_condition=shapes.StoppingCondition(max_runtime_in_seconds=600),
    )
    return HyperParameterTuningJob.create(
        hyper_parameter_tuning_job_name=name,
        hyper_parameter_tuning_job_config=config,
        training_job_definition=definition,
        tags=[shapes.Tag(key="team", value="ml")],
    )


job = create("core-first", trials=2)
job.wait(poll=1)
trials = [summary.training_job_name for summary in job.get_all_training_jobs()]
best = TrainingJob.get(job.best_training_job.training_job_name)
create("core-second", trials=1).wait(poll=1)
listed = sorted(found.hyper_parameter_tuning_job_name for found in HyperParameterTuningJob.get_all())
status = job.hyper_parameter_tuning_job_status
job.delete()
job.wait_for_delete(poll=1)
try:
    left = HyperParameterTuningJob.get("core-first").hyper_parameter_tuning_job_status
except ClientError as error:
    left = error.response["Error"]["Code"]
say(
    status=status,
    trials=sorted(trials),
    best=best.training_job_name,
    score=best.final_metric_data_list[0].value,
    listed=listed,
    left=left,
)
