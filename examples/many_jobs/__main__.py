"""Twenty tuning jobs, one for each line of a table, with one bucket and one wait for all of them."""

import csv
from pathlib import Path

import pulumi
import pulumi_aws as aws
from sagemaker_tuning import TuningJobCompletion
from sagemaker_tuning_components import Continuous, HyperparameterTuning, OutputBucket

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")
bucket = OutputBucket("stores", force_destroy=True).bucket
with Path("jobs.csv").open(newline="") as file:
    rows = list(csv.DictReader(file))

jobs = [
    HyperparameterTuning(
        row["name"],
        image=image.registry_path,
        source_dir="source",
        hyperparameters={"epochs": int(row["epochs"]) + (config.get_int(row["name"]) or 0)},
        ranges={"rate": Continuous(0.001, float(row["fastest"]))},
        minimize="loss",
        metrics={"loss": r"loss=([0-9.e+-]+)"},
        trials=1,
        parallel=1,
        bucket=bucket,
        wait=False,
        tags={"store": row["name"]},
    ).job
    for row in rows
]
done = TuningJobCompletion("stores-done", job_names=[job.hyper_parameter_tuning_job_name for job in jobs])

pulumi.export("losses", done.results.apply(lambda results: {n: r.best_objective_value for n, r in results.items()}))
