"""Two searches: a wide one, and a narrow one that begins with what the wide one has learned."""

import pulumi
import pulumi_aws as aws
from sagemaker_tuning_components import Continuous, HyperparameterTuning, OutputBucket

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-scikit-learn", image_tag="1.2-1")
bucket = OutputBucket("slope", force_destroy=True).bucket
common = {
    "image": image.registry_path,
    "source_dir": "source",
    "minimize": "loss",
    "metrics": {"loss": r"loss=([0-9.e+-]+)"},
    "bucket": bucket,
    "trials": 3,
}

wide = HyperparameterTuning("wide", ranges={"rate": Continuous(0.0001, 1.5, scale="log")}, **common)

# A parent has to have ended: its name is passed on only with its result.
parent = pulumi.Output.all(wide.job_name, wide.best_training_job).apply(lambda found: found[0])
narrow = HyperparameterTuning(
    "narrow",
    ranges={"rate": Continuous(0.1, config.get_float("widest") or 1.0)},
    warm_start_config={
        "parent_hyper_parameter_tuning_jobs": [{"hyper_parameter_tuning_job_name": parent}],
        "warm_start_type": "TransferLearning",
    },
    **common,
)

pulumi.export("wide", wide.best_objective_value)
pulumi.export("narrow", narrow.best_objective_value)
