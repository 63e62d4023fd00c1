"""Tuning jobs with all that they need, made of pulumi_aws's resources and this package's provider.

    HyperparameterTuning      an image, data and ranges to a tuned model
    ExecutionRole             what the training jobs may do, computed from their definitions
    OutputBucket              for data, code and models: private, encrypted, with versions
    PrivateNetwork            subnets that lead to S3 and to SageMaker, and nowhere else
    source_archive            a folder with scripts as the archive that SageMaker unpacks
    Integer, Continuous, Categorical    ranges of hyperparameters

Each of them can be used by itself.
"""

from .execution_role import ExecutionRole
from .hyperparameter_tuning import HyperparameterTuning
from .output_bucket import OutputBucket
from .private_network import PrivateNetwork
from .ranges import Categorical, Continuous, Integer
from .uploads import source_archive

__all__ = [
    "Categorical",
    "Continuous",
    "ExecutionRole",
    "HyperparameterTuning",
    "Integer",
    "OutputBucket",
    "PrivateNetwork",
    "source_archive",
]
