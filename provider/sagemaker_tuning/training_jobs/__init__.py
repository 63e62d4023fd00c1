"""Tuning jobs and training jobs as the service describes them, every member typed and by its snake_case name.

document      a view of one structure of a response
shapes        the structures, generated from botocore's service model by scripts/generate_read_shapes.py
jobs          tuning job and training job, with what follows from them
reading       asking for them
"""

from sagemaker_tuning.training_jobs.document import ApiDocument
from sagemaker_tuning.training_jobs.jobs import TrainingJob, TuningJob
from sagemaker_tuning.training_jobs.reading import (
    get_hyper_parameter_tuning_job,
    get_training_job,
    list_training_jobs,
)
from sagemaker_tuning.training_jobs.shapes import HyperParameterTrainingJobSummary, TrainingJobSummary

__all__ = [
    "ApiDocument",
    "HyperParameterTrainingJobSummary",
    "TrainingJob",
    "TrainingJobSummary",
    "TuningJob",
    "get_hyper_parameter_tuning_job",
    "get_training_job",
    "list_training_jobs",
]
