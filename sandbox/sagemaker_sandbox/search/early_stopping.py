"""Which running trials are not worth finishing: the median rule, and Hyperband's successive halving."""

from __future__ import annotations

from collections.abc import Mapping
from statistics import fmean, median
from typing import Any

from .ranges import SearchError

__all__ = ["RESOURCE_KEYS", "MedianRule", "hyperband_resources"]

# Source: HyperbandStrategyConfig$MaxResource in the API reference.
RESOURCE_KEYS = ("epochs", "numepochs", "n-epochs", "n_epochs", "num_epochs")

_MIN_FINISHED_TRIALS = 4  # the service does not say how many it waits for
_DEFAULT_MIN_RESOURCE = 1


class MedianRule:
    """Stops a trial whose loss is worse than the median of the finished trials' running averages at the same step.

    Source: SageMaker Developer Guide, "Stop Training Jobs Early", How Early Stopping Works. optuna's median pruner
    compares a trial's best value so far with values at the step, which is another rule.
    """

    def __init__(self) -> None:
        self._running: dict[int, list[float]] = {}
        self._finished: list[list[float]] = []

    def report(self, trial_id: int, loss: float) -> bool:
        """Take a trial's next intermediate loss and say whether to stop the trial."""
        losses = self._running.setdefault(trial_id, [])
        losses.append(loss)
        averages = [fmean(earlier[: len(losses)]) for earlier in self._finished if len(earlier) >= len(losses)]
        return len(averages) >= _MIN_FINISHED_TRIALS and loss > median(averages)

    def finish(self, trial_id: int) -> None:
        if losses := self._running.pop(trial_id, None):
            self._finished.append(losses)


def hyperband_resources(config: Mapping[str, Any], static: Mapping[str, str]) -> tuple[int, int]:
    """The smallest and largest number of epochs of a Hyperband trial.

    Shapes: `config` is HyperParameterTuningJobConfig, `static` a definition's StaticHyperParameters.
    Errors: SearchError, in the service's words, when there is no MaxResource and none can be inferred.
    """
    hyperband = config.get("StrategyConfig", {}).get("HyperbandStrategyConfig", {})
    inferred = next((static[key] for key in RESOURCE_KEYS if key in static), None)
    largest = hyperband.get("MaxResource", inferred)
    if largest is None:
        raise SearchError(
            "MaxResource parameter is not provided and could not be inferred from provided static hyperparameters "
            "of TrainingJobDefinition."
        )
    smallest = int(hyperband.get("MinResource", _DEFAULT_MIN_RESOURCE))
    if smallest > int(largest):
        raise SearchError(f"MinResource {smallest} is greater than MaxResource {largest}.")
    return smallest, int(largest)
