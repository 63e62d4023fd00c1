"""Trials: training jobs that run as local processes with SageMaker's container contract."""

from .events import Event, Finished, Listener, Metric, SecondaryStatus
from .runner import Trial, TrialRunner

__all__ = ["Event", "Finished", "Listener", "Metric", "SecondaryStatus", "Trial", "TrialRunner"]
