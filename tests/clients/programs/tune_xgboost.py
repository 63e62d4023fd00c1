"""Tunes the built-in XGBoost with the SageMaker Python SDK, and takes the job up again by its name."""

import sagemaker
from sagemaker import image_uris
from sagemaker.estimator import Estimator
from sagemaker.inputs import TrainingInput
from sagemaker.tuner import ContinuousParameter, HyperparameterTuner, IntegerParameter
from surroundings import create_role, say

session = sagemaker.Session()
rows = "".join(f"{int(number % 7 > 3)},{number % 7},{number % 5}\n" for number in range(200))
uri = session.upload_string_as_file_body(rows, session.default_bucket(), "data/rows.csv")
channels = {name: TrainingInput(uri, content_type="text/csv") for name in ("train", "validation")}
estimator = Estimator(
    image_uri=image_uris.retrieve("xgboost", session.boto_region_name, "1.7-1"),
    role=create_role(),
    instance_count=1,
    instance_type="ml.m5.large",
    hyperparameters={"num_round": 3, "objective": "binary:logistic"},
    output_path=f"s3://{session.default_bucket()}/models",
    sagemaker_session=session,
)
ranges = {"eta": ContinuousParameter(0.1, 0.9), "max_depth": IntegerParameter(1, 6)}
tuner = HyperparameterTuner(estimator, "validation:auc", ranges, max_jobs=2, max_parallel_jobs=2)
tuner.fit(channels, job_name="xgboost-first")

attached = HyperparameterTuner.attach("xgboost-first", sagemaker_session=session)
best = attached.best_estimator()
again = attached.identical_dataset_and_algorithm_tuner()
again.fit(channels, job_name="xgboost-again")
say(
    best=attached.best_training_job(),
    model=best.model_data,
    eta=best.hyperparameters()["eta"],
    overall=again.describe()["OverallBestTrainingJob"]["TuningJobName"],
)
