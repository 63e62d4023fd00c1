"""A team's tuning job with what the platform's stack exports: its image, its bucket, and this project's role."""

import pulumi
from sagemaker_tuning_components import Continuous, HyperparameterTuning

config = pulumi.Config()
platform = pulumi.StackReference(
    config.get("platform") or f"{pulumi.get_organization()}/sagemaker-tuning-platform/{pulumi.get_stack()}"
)

slope = HyperparameterTuning(
    "slope",
    image=platform.require_output("image"),
    bucket=platform.require_output("bucket"),
    role_arn=platform.require_output("role_arns").apply(lambda arns: arns[pulumi.get_project()]),
    source_dir="source",
    ranges={"rate": Continuous(0.001, config.get_float("fastest") or 1.5, scale="log")},
    minimize="loss",
    metrics={"loss": r"loss=([0-9.e+-]+)"},
    trials=3,
)

pulumi.export("job_name", slope.job_name)
pulumi.export("best_objective_value", slope.best_objective_value)
pulumi.export("best_model_artifacts", slope.best_model_artifacts)
