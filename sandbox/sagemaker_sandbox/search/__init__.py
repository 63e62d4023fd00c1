"""The search behind a tuning job: which hyperparameters to try next, when to stop a trial, when the tuning job is done.

Pure: no I/O, no clock, no thread. It is a function of its seed and of the calls made to it, so that replaying the
same `ask`, `report` and `tell` calls on a new `Search` gives the same state; that is how a search is restored.
optuna is imported when a `Search` is made, not before.
"""

from .completion import CompletionReason
from .ranges import SearchError
from .search import PriorTrial, Search, Suggestion, TrialStatus

__all__ = ["CompletionReason", "PriorTrial", "Search", "SearchError", "Suggestion", "TrialStatus"]
