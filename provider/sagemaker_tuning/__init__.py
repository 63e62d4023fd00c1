"""Amazon SageMaker hyperparameter tuning jobs as infrastructure.

The names below are loaded when they are first used, so that the core needs no Pulumi and a preview no boto3.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sagemaker_tuning.adapters.dynamic.completion import TuningJobCompletion, TuningJobResult, TuningJobTrial
    from sagemaker_tuning.adapters.dynamic.job import HyperParameterTuningJob
    from sagemaker_tuning.adapters.dynamic.reads import (
        get_hyper_parameter_tuning_job_output,
        get_training_job_output,
        list_training_jobs_output,
    )
    from sagemaker_tuning.planning import Change, Plan, plan
    from sagemaker_tuning.reporting import Report, report
    from sagemaker_tuning.spec import TuningJobSpec
    from sagemaker_tuning.training_jobs import (
        TrainingJob,
        TuningJob,
        get_hyper_parameter_tuning_job,
        get_training_job,
        list_training_jobs,
    )

__all__ = [
    "Change",
    "HyperParameterTuningJob",
    "Plan",
    "Report",
    "TrainingJob",
    "TuningJob",
    "TuningJobCompletion",
    "TuningJobResult",
    "TuningJobSpec",
    "TuningJobTrial",
    "get_hyper_parameter_tuning_job",
    "get_hyper_parameter_tuning_job_output",
    "get_training_job",
    "get_training_job_output",
    "list_training_jobs",
    "list_training_jobs_output",
    "plan",
    "report",
]

_HOMES = {
    "HyperParameterTuningJob": "adapters.dynamic.job",
    "TuningJobCompletion": "adapters.dynamic.completion",
    "TuningJobResult": "adapters.dynamic.completion",
    "TuningJobTrial": "adapters.dynamic.completion",
    "TuningJobSpec": "spec",
    "Change": "planning",
    "Plan": "planning",
    "plan": "planning",
    "Report": "reporting",
    "report": "reporting",
    "TrainingJob": "training_jobs",
    "TuningJob": "training_jobs",
    "get_hyper_parameter_tuning_job": "training_jobs",
    "get_hyper_parameter_tuning_job_output": "adapters.dynamic.reads",
    "get_training_job": "training_jobs",
    "get_training_job_output": "adapters.dynamic.reads",
    "list_training_jobs": "training_jobs",
    "list_training_jobs_output": "adapters.dynamic.reads",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
