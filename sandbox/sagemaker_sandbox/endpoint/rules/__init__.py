"""What CreateHyperParameterTuningJob rejects beyond its shapes: rules between members, and about warm start's parents.

Only rules whose rejection is recorded somewhere or documented as a requirement; the provider's own check before the
call may be stricter. Sources: the SageMaker Developer Guide's pages on automatic model tuning, the API reference, and
error texts quoted in public issues, named at the rule where the text is the service's. Other texts are ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from sagemaker_sandbox.endpoint.autotune import autotune_problems
from sagemaker_sandbox.endpoint.errors import invalid
from sagemaker_sandbox.endpoint.jobs import TuningJob, definitions

from .definition import definition_problems
from .ranges import budget_problems, range_problems
from .warm_start import parent_problems

__all__ = ["check_request"]

_MOST_ENVIRONMENT_ENTRIES = 48
_MOST_EPOCHS = 20_000

FindJob = Callable[[str], TuningJob | None]


def check_request(request: Mapping[str, Any], find_job: FindJob) -> None:
    """Raise a ValidationException for the first rule that the request breaks. `find_job` knows jobs by name."""
    for problem in _problems(request, find_job):
        raise invalid(problem)


def _problems(request: Mapping[str, Any], find_job: FindJob) -> Iterator[str]:
    if ("TrainingJobDefinition" in request) == ("TrainingJobDefinitions" in request):
        yield "Exactly one of TrainingJobDefinition and TrainingJobDefinitions must be provided."
    config = request["HyperParameterTuningJobConfig"]
    yield from _several_definitions(request)
    yield from _hyperband(config)
    if "Autotune" in request:
        yield from autotune_problems(request)
    for definition in definitions(request):
        objective = definition.get("TuningObjective") or config.get("HyperParameterTuningJobObjective")
        ranges = definition.get("HyperParameterRanges") or config.get("ParameterRanges")
        if "Autotune" not in request and (objective is None or ranges is None):
            yield (
                "A hyperparameter tuning job objective and parameter ranges are required for every training job "
                "definition."
            )
        yield from range_problems(ranges or {}, definition.get("StaticHyperParameters", {}))
        yield from budget_problems(config, ranges or {})
        yield from definition_problems(definition, objective)
    if sum(len(definition.get("Environment", {})) for definition in definitions(request)) > _MOST_ENVIRONMENT_ENTRIES:
        yield f"All training job definitions together can have {_MOST_ENVIRONMENT_ENTRIES} environment variables."
    if "WarmStartConfig" in request:
        yield from parent_problems(request, find_job)


def _several_definitions(request: Mapping[str, Any]) -> Iterator[str]:
    if "TrainingJobDefinitions" not in request:
        return
    config = request["HyperParameterTuningJobConfig"]
    names = [definition.get("DefinitionName") for definition in request["TrainingJobDefinitions"]]
    if None in names or len(set(names)) < len(names):
        yield "Every training job definition must have a unique DefinitionName."
    for member in ("HyperParameterTuningJobObjective", "ParameterRanges"):
        if member in config:
            yield f"{member} must be given in each of the TrainingJobDefinitions, not in HyperParameterTuningJobConfig."
    if len(names) > 1 and "WarmStartConfig" in request:
        yield "WarmStartConfig is not supported with more than one training job definition."
    if len(names) > 1 and config.get("TrainingJobEarlyStoppingType") == "Auto":
        yield "TrainingJobEarlyStoppingType Auto is not supported with more than one training job definition."


def _hyperband(config: Mapping[str, Any]) -> Iterator[str]:
    if config["Strategy"] != "Hyperband":
        return
    if config.get("TrainingJobEarlyStoppingType") == "Auto":
        yield "TrainingJobEarlyStoppingType must be Off with Hyperband, which stops training jobs by itself."
    resources = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
    if resources.get("MaxResource", 0) > _MOST_EPOCHS:
        yield f"MaxResource must be at most {_MOST_EPOCHS}."
