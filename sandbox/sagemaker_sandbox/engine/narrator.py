"""Tells the display what happens, from any thread, and counts it."""

from __future__ import annotations

import threading
import traceback

from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.events import Diagnostic, Display, Summary, counts
from sagemaker_sandbox.engine.planner import CheckFailed
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Step


class Narrator:
    """The one who talks to the display of an operation. Thread-safe."""

    def __init__(self, display: Display, *, preview: bool) -> None:
        self.summary = Summary(preview)
        self._display = display
        self._lock = threading.RLock()  # reentrant: a signal may come while its own thread is talking

    def begin(self, title: str) -> None:
        with self._lock:
            self._display.begin(title)

    def started(self, step: Step) -> None:
        with self._lock:
            self._display.step_started(step)

    def finished(self, step: Step, seconds: float) -> None:
        with self._lock:
            if counts(step):
                self.summary.changes[step.result_op] += 1
            self._display.step_finished(step, seconds)

    def failed(self, step: Step, seconds: float, error: Exception) -> None:
        with self._lock:
            self.say("error", str(error), step.urn, f"step-{id(step)}")
            self.summary.errored += 1
            self._display.step_failed(step, seconds)

    def outputs(self, state: ResourceState) -> None:
        with self._lock:
            self._display.outputs_registered(state)

    def end(self) -> None:
        with self._lock:
            self._display.end(self.summary)

    def say(self, severity: str, message: str, urn: str = "", stream: str = "") -> None:
        """Severity: info, warning, error, or output for a line that a process printed."""
        self.pass_on(Diagnostic(severity, message, urn, stream))

    def pass_on(self, diagnostic: Diagnostic) -> None:
        with self._lock:
            self._display.diagnostic(diagnostic)

    def warn(self, urn: str, message: str) -> None:
        self.say("warning", message, urn)

    def report(self, error: Exception, urn: str = "") -> None:
        """Show why the operation cannot go on; a bug of this engine with its traceback."""
        if isinstance(error, CheckFailed):
            self.summary.errored += 1
            for message in error.messages:
                self.say("error", message, error.urn, "check")
        elif isinstance(error, StepFailed) and error.urn:
            self.summary.errored += 1
            self.say("error", str(error), error.urn)
        elif isinstance(error, EngineError):
            self.say("error", str(error), urn)
        else:
            trace = "".join(traceback.format_exception(error))
            self.say("error", f"the local engine failed; this is a bug of it, please report it:\n{trace}", urn)
