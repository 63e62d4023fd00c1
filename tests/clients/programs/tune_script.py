"""Tunes a training script with the SageMaker Python SDK, then goes on from what was learned."""

import sagemaker
from sagemaker.estimator import Estimator
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, WarmStartConfig, WarmStartTypes
from surroundings import create_role, say

session = sagemaker.Session()
data = session.upload_string_as_file_body("1,2\n", session.default_bucket(), "data/rows.csv")
role = create_role()


def tuner(warm_start: WarmStartConfig | None = None) -> HyperparameterTuner:
    estimator = Estimator(
        image_uri="123456789012.dkr.ecr.us-east-1.amazonaws.com/own:1",
        role=role,
        instance_count=1,
        instance_type="ml.m5.large",
        source_dir="source",
        entry_point="train.py",
        hyperparameters={"offset": 0.5},
        output_path=f"s3://{session.default_bucket()}/models",
        sagemaker_session=session,
    )
    return HyperparameterTuner(
        estimator,
        objective_metric_name="score",
        metric_definitions=[{"Name": "score", "Regex": "score=([0-9.]+);"}],
        hyperparameter_ranges={"x": ContinuousParameter(0, 1)},
        max_jobs=3,
        max_parallel_jobs=2,
        random_seed=3,
        warm_start_config=warm_start,
    )


first = tuner()
first.fit({"train": data}, job_name="sdk-first", wait=False)
first.wait()
second = tuner(WarmStartConfig(WarmStartTypes.TRANSFER_LEARNING, parents={"sdk-first"}))
second.fit({"train": data}, job_name="sdk-second")

table = first.analytics().dataframe()
say(
    status=first.describe()["HyperParameterTuningJobStatus"],
    best=first.best_training_job(),
    columns=sorted(table.columns),
    scores=dict(zip(table["TrainingJobName"], table["FinalObjectiveValue"], strict=True)),
    warm_start=second.describe()["WarmStartConfig"],
    warm_status=second.describe()["HyperParameterTuningJobStatus"],
)
