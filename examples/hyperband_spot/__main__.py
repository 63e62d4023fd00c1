"""Hyperband on spot instances: many trials begin, the bad ones end early, and an interrupted one goes on."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import Continuous, HyperparameterTuning

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")
epochs = config.get_int("epochs") or 9

slope = HyperparameterTuning(
    "slope",
    image=image.registry_path,
    source_dir="source",
    hyperparameters={"epochs": epochs},
    ranges={"rate": Continuous(0.001, 1.5, scale="log")},
    minimize="loss",
    metrics={"loss": r"loss=([0-9.e+-]+)"},
    strategy="Hyperband",
    config={"strategy_config": {"hyperband_strategy_config": {"min_resource": 1, "max_resource": epochs}}},
    trials=6,
    spot=True,
    max_runtime_in_seconds=600,
    force_destroy=True,
)

pulumi.export("best_hyperparameters", slope.best_hyperparameters)
pulumi.export("trials", slope.result.apply(lambda result: result.training_job_status_counters))
