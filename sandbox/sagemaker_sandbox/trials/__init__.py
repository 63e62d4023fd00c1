"""Trials: training jobs that run as local processes with SageMaker's container contract.

What differs from a training job on AWS, each said where it happens: there is no container, so a script finds its
folders by the SM_* variables and not at `/opt/ml`, and runs with the packages of the sandbox's Python (`layout`,
`programs`). One host stands for all instances (`channels`). FastFile channels are downloaded first (`channels`). Spot
capacity has one fixed price, and is taken away only when `Trial.interrupt` is called (`limits`, `runner`).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .events import Event, Finished, Listener, Metric, SecondaryStatus
    from .runner import Trial, TrialRunner

__all__ = ["Event", "Finished", "Listener", "Metric", "SecondaryStatus", "Trial", "TrialRunner"]


def __getattr__(name: str) -> Any:
    # Imported on first use: a trial of the built-in algorithm imports this package too, and every trial pays for it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from . import events, runner

    return getattr(runner if name in runner.__all__ else events, name)
