"""Tunes a script of one's own: a folder with code, a folder with data, and the ranges."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import Categorical, HyperparameterTuning, Integer

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")

iris = HyperparameterTuning(
    "iris",
    image=image.registry_path,
    source_dir="source",
    data={"train": "data"},
    ranges={
        "neighbors": Integer(1, config.get_int("most") or 30),
        "weights": Categorical(["uniform", "distance"]),
    },
    maximize="accuracy",
    metrics={"accuracy": r"accuracy=([0-9.]+)"},
    trials=4,
    force_destroy=True,
    tags={"team": config.get("team") or "ml"},
)

pulumi.export("best_hyperparameters", iris.best_hyperparameters)
pulumi.export("best_objective_value", iris.best_objective_value)
pulumi.export("best_model_artifacts", iris.best_model_artifacts)
pulumi.export("console_url", iris.console_url)
