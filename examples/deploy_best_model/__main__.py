"""From data to a model that can be served, in one program: the best trial's artifacts become a SageMaker model."""

import pulumi
import pulumi_aws as aws
from dataset import csv_files
from sagemaker_tuning_components import Continuous, HyperparameterTuning, Integer
from serving_role import serving_role

config = pulumi.Config()
image = aws.sagemaker.get_prebuilt_ecr_image(repository_name="sagemaker-xgboost", image_tag="1.7-1")

churn = HyperparameterTuning(
    "churn",
    image=image.registry_path,
    data=csv_files(),
    ranges={"eta": Continuous(0.05, 0.5, scale="log"), "max_depth": Integer(2, config.get_int("deepest") or 6)},
    maximize="validation:auc",
    hyperparameters={"objective": "binary:logistic", "eval_metric": "auc", "num_round": 20},
    trials=3,
    force_destroy=True,
)

model = aws.sagemaker.Model(
    "churn",
    execution_role_arn=serving_role(churn.best_model_artifacts, image),
    primary_container={"image": image.registry_path, "model_data_url": churn.best_model_artifacts},
)
serving = aws.sagemaker.EndpointConfiguration(
    "churn",
    production_variants=[
        {
            "variant_name": "best",
            "model_name": model.name,
            "instance_type": "ml.m5.large",
            "initial_instance_count": 1,
        }
    ],
)

pulumi.export("best_objective_value", churn.best_objective_value)
pulumi.export("model", model.name)
pulumi.export("model_data", model.primary_container.apply(lambda container: container.model_data_url))
pulumi.export("endpoint_configuration", serving.name)
