"""Strikes trials with the faults that the rules have for them: a crash, or the end of a spot instance."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import Future

from sagemaker_sandbox.trials import Event, Finished, Listener, SecondaryStatus, Trial

from .faults.rules import TrialCrash, TrialFault

__all__ = ["TrialFaults"]

_RETRY_SECONDS = 0.05


class TrialFaults:
    """The faults of one trial. It follows the trial as a listener, and needs to be told which trial it is."""

    def __init__(self, faults: Sequence[TrialFault], on_event: Listener) -> None:
        self._waiting = list(faults)
        self._on_event = on_event
        self._trial: Future[Trial] = Future()
        self._is_over = threading.Event()

    def are_of(self, trial: Trial) -> None:
        self._trial.set_result(trial)

    def listen(self, event: Event) -> None:
        """Pass an event on; the time of each fault begins with the first training."""
        if isinstance(event, Finished):
            self._is_over.set()
        self._on_event(event)
        if isinstance(event, SecondaryStatus) and event.status == "Training":
            while self._waiting:
                threading.Thread(target=self._strike, args=[self._waiting.pop()], daemon=True).start()

    def _strike(self, fault: TrialFault) -> None:
        """Wait for the fault's time, and try until there is a process to strike, or the trial is over."""
        trial = self._trial.result()
        is_over = self._is_over.wait(fault.after_seconds)
        while not is_over:
            is_struck = trial.crash() if isinstance(fault, TrialCrash) else trial.interrupt()
            is_over = is_struck or self._is_over.wait(_RETRY_SECONDS)
