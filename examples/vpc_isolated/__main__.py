"""Tunes where nothing gets out: private subnets, an isolated container, a key of one's own on all that is stored."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import Continuous, HyperparameterTuning, PrivateNetwork

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")
key = aws.kms.Key("models", description="Models, checkpoints and volumes", enable_key_rotation=True)
network = PrivateNetwork("training", cidr_block="10.20.0.0/24")

tuning = HyperparameterTuning(
    "slope",
    image=image.registry_path,
    source_dir="source",
    ranges={"rate": Continuous(0.001, 0.5, scale="log")},
    minimize="loss",
    metrics={"loss": r"loss=([0-9.e+-]+)"},
    trials=config.get_int("trials") or 2,
    network=network,
    isolated=True,
    kms_key_id=key.arn,
    reads=config.get_object("reads") or [],
    force_destroy=True,
)

pulumi.export("best_hyperparameters", tuning.best_hyperparameters)
pulumi.export("subnets", network.subnet_ids)
