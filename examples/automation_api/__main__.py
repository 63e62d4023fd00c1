"""The tuning job of one store; the stack's name is the store's."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import Continuous, HyperparameterTuning

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")

slope = HyperparameterTuning(
    "slope",
    image=image.registry_path,
    source_dir="source",
    ranges={"rate": Continuous(0.001, config.require_float("fastest"), scale="log")},
    minimize="loss",
    metrics={"loss": r"loss=([0-9.e+-]+)"},
    trials=config.require_int("trials"),
    force_destroy=True,
    tags={"store": pulumi.get_stack()},
)

pulumi.export("best_objective_value", slope.best_objective_value)
pulumi.export("best_hyperparameters", slope.best_hyperparameters)
pulumi.export("best_model_artifacts", slope.best_model_artifacts)
