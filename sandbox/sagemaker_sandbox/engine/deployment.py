"""Preview, up, refresh and destroy of one stack.

Each registration of the program runs in a thread of its own (the one that gRPC gives it): it is planned while no other
is, and its steps run while fewer than `parallel` others do. The first failure stops everything that has not begun; what
runs is finished and recorded. Nothing here writes the state: steps do, through the journal.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

from pulumi.runtime.proto import provider_pb2

from sagemaker_sandbox.engine import deletions, urns
from sagemaker_sandbox.engine.backend import ORGANIZATION
from sagemaker_sandbox.engine.builtin_provider import BuiltinProvider
from sagemaker_sandbox.engine.engine_service import EngineService
from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.events import Display, Summary
from sagemaker_sandbox.engine.goals import Goal, ReadGoal, default_provider_goal
from sagemaker_sandbox.engine.journal import Journal, pending_warning
from sagemaker_sandbox.engine.monitor import OperationStopped
from sagemaker_sandbox.engine.narrator import Narrator
from sagemaker_sandbox.engine.old_states import OldStates
from sagemaker_sandbox.engine.planner import Planner
from sagemaker_sandbox.engine.plugins import PluginLauncher
from sagemaker_sandbox.engine.program import SHOWN, Program, ProgramSettings
from sagemaker_sandbox.engine.properties import Properties, equal
from sagemaker_sandbox.engine.provider import CheckFailure
from sagemaker_sandbox.engine.provider_client import ProviderClient
from sagemaker_sandbox.engine.registry import ProviderRegistry
from sagemaker_sandbox.engine.serving import deployment_info, serve
from sagemaker_sandbox.engine.stack import Stack
from sagemaker_sandbox.engine.state import ResourceState
from sagemaker_sandbox.engine.steps import Op, Step, StepContext, run


@dataclass(frozen=True)
class Options:
    """preview: decide, but change nothing; refresh: read every resource before; targets: URN patterns.

    clears_pending_creates: a refresh forgets creates left pending; someone has looked whether they came about.
    """

    preview: bool
    parallel: int = 16
    refresh: bool = False
    targets: Sequence[str] = ()
    clears_pending_creates: bool = False


@dataclass
class _Progress:
    """What the threads of an operation share."""

    failed: bool = False
    stopped: threading.Event = field(default_factory=threading.Event)
    outputs: Properties | None = None  # of the stack; recorded at the end, when it is clear whether all went well
    registered: dict[str, ResourceState] = field(default_factory=dict)
    default_providers: dict[tuple[str, str, str], str] = field(default_factory=dict)


class Deployment:
    """One operation on a stack. Use one object for one operation."""

    def __init__(self, stack: Stack, options: Options, display: Display) -> None:
        self._stack = stack
        self._options = options
        self._narrator = Narrator(display, preview=options.preview)
        self._planning = threading.RLock()
        self._failing = threading.Lock()
        self._slots = threading.BoundedSemaphore(max(options.parallel, 1))
        self._progress = _Progress()
        self._summary = self._narrator.summary
        self._program: Program | None = None
        self._registry: ProviderRegistry | None = None
        self._config = stack.config.decrypted()
        base, writer = stack.read()
        self._base = base
        self._journal = Journal(base, writer, None if options.preview else stack.write)
        if base.stack is not None:
            self._summary.old_outputs = dict(base.stack.outputs)

    # -------------------------------------------------------------------------------------------------- operations

    def update(self) -> Summary:
        """Run the program and make the stack what it says."""
        title = "Previewing update" if self._options.preview else "Updating"
        with self._running(title):
            if self._options.refresh:
                self._refresh_first()
            self._report_pending()
            self._plan_from_base()
            self._run_program()
            if not self._progress.stopped.is_set():
                self._delete(self._planner.deletes())
            self._record_outputs()
        return self._summary

    def refresh(self) -> Summary:
        """Record what providers say the resources are now; the program does not run."""
        title = "Previewing refresh" if self._options.preview else "Refreshing"
        with self._running(title):
            self._refresh_all()
            if self._base.stack is not None:
                self._summary.new_outputs = dict(self._base.stack.outputs)
        return self._summary

    def destroy(self) -> Summary:
        """Delete everything in the stack; the program does not run."""
        title = "Previewing destroy" if self._options.preview else "Destroying"
        self._summary.old_outputs = {}  # that they go with the stack is not worth telling
        with self._running(title):
            if self._options.refresh:
                self._refresh_first()
            self._report_pending()
            self._plan_from_base()
            self._delete(self._planner.deletes())
        return self._summary

    def cancel(self) -> None:
        """Begin nothing new; what runs may finish, and providers are asked to hurry."""
        self._narrator.say("warning", "canceling: what is under way is finished; press Ctrl-C again to end at once")
        self._progress.failed = True
        self._stop()
        if self._registry is not None:
            threading.Thread(target=self._registry.cancel, daemon=True).start()

    def kill(self) -> None:
        """End every process of this operation. What is under way stays in the state as pending."""
        for process in (self._registry, self._program):
            if process is not None:
                process.kill()

    # --------------------------------------------------------------------------- what the monitor asks (other threads)

    def register(self, goal: Goal) -> ResourceState:
        return self._carry_out(lambda: self._planner.register(goal))

    def read(self, goal: ReadGoal) -> ResourceState:
        return self._carry_out(lambda: self._planner.read(goal))

    def register_outputs(self, urn: str, outputs: Properties) -> None:
        if urns.type_of(urn) == urns.STACK_TYPE:
            self._progress.outputs = outputs
            return
        state = self._progress.registered.get(urn)
        if state is None:
            raise EngineError(f"cannot complete a resource '{urn}' whose registration isn't pending")
        if not equal(state.outputs, outputs):
            state.outputs = outputs
            self._journal.touched(state)
        self._narrator.outputs(state)

    def default_provider(self, package: str, version: str, download_url: str) -> str:
        """The reference of the provider that resources of a package get when they name none."""
        key = (package, version, download_url)
        with self._planning:
            if key not in self._progress.default_providers:
                goal = default_provider_goal(package, version, download_url, self._config)
                state = self.register(goal)
                self._progress.default_providers[key] = urns.provider_reference(state.urn, state.id)
            return self._progress.default_providers[key]

    def invoke(self, reference: str, token: str, arguments: Properties) -> tuple[Properties, list[CheckFailure]]:
        self._raise_if_stopped()
        return self._provider(reference).invoke(token, arguments, preview=self._options.preview)

    def construct(self, reference: str, request: provider_pb2.ConstructRequest) -> provider_pb2.ConstructResponse:
        self._raise_if_stopped()
        return self._client(reference).construct(request)

    def call(self, reference: str, request: provider_pb2.CallRequest) -> provider_pb2.CallResponse:
        self._raise_if_stopped()
        return self._client(reference).call(request)

    def fail(self, error: Exception, urn: str) -> NoReturn:
        """Report an error and end the operation. Always raises OperationStopped."""
        self._narrator.report(error, urn)
        self._fail()
        raise OperationStopped from error

    # ------------------------------------------------------------------------------------------------------- steps

    def _carry_out(self, plan: Callable[[], list[Step]]) -> ResourceState:
        """Plan, run the steps in their order, and give the new state back."""
        with self._planning:
            self._raise_if_stopped()
            steps = plan()
        for step in steps:
            self._run_step(step)
        state = next(step.new for step in steps if step.new is not None)
        self._progress.registered[state.urn] = state
        return state

    def _run_step(self, step: Step) -> None:
        """Run one step in a free slot. Errors: OperationStopped, after the failure has been shown."""
        with self._slots:
            self._raise_if_stopped()
            started = time.monotonic()
            self._narrator.started(step)
            try:
                run(step, self._context)
            except (StepFailed, EngineError) as error:
                self._narrator.failed(step, time.monotonic() - started, error)
                self._fail(tells=True)
                raise OperationStopped from error
            self._narrator.finished(step, time.monotonic() - started)

    def _run_together(self, steps: Sequence[Step]) -> None:
        """Run steps that do not depend on each other; all of them, even if one fails."""
        with futures.ThreadPoolExecutor(max(self._options.parallel, 1)) as pool:
            for future in [pool.submit(self._run_step, step) for step in steps]:
                with contextlib.suppress(OperationStopped):
                    future.result()

    def _delete(self, steps: Sequence[Step]) -> None:
        by_state = {step.old: step for step in steps}
        for wave in deletions.waves(step.old for step in steps if step.old is not None):
            self._run_together([by_state[state] for state in wave])
            if self._progress.stopped.is_set():
                return

    def _refresh_all(self) -> None:
        self._plan_from_base()
        managed = (state for state in self._base.resources if not urns.is_provider_type(state.type))
        chosen = [state for state in managed if self._planner.is_targeted(state)]
        self._run_together([Step(Op.REFRESH, old=state, new=state) for state in chosen])
        if not self._progress.stopped.is_set():
            self._journal.forget_pending(creates=self._options.clears_pending_creates)

    def _refresh_first(self) -> None:
        """Refresh as a part of another operation, which counts only what it does itself."""
        self._refresh_all()
        self._summary.changes.clear()

    # ----------------------------------------------------------------------------------------------------- program

    def _run_program(self) -> None:
        self._program = Program(
            ProgramSettings(
                project=self._stack.project,
                stack=self._stack.name,
                organization=ORGANIZATION,
                config={key: text for key, (text, _) in self._config.items()},
                secret_keys=tuple(key for key, (_, secret) in self._config.items() if secret),
                preview=self._options.preview,
                parallel=self._options.parallel,
                address=self._address,
            ),
            self._say_program_line,
        )
        if self._progress.stopped.is_set():  # canceled before there was a program to stop
            self._program.kill()
        code = self._program.wait()
        if code and not self._progress.stopped.is_set():
            self._progress.failed = True
            self._progress.stopped.set()
            if code != SHOWN and not self._summary.errored:
                reason = f"program exited with non-zero exit code: {code}"
                self._narrator.say("error", f"an unhandled error occurred: {reason}")
        self._wait_for_steps()

    def _say_program_line(self, stream: str, line: str) -> None:
        # A program that is being ended has only its own end to tell, at length.
        if not self._progress.stopped.is_set():
            self._narrator.say("output", line, "", stream)

    def _say_plugin_line(self, line: str) -> None:
        self._narrator.say("output", line, "", "plugin")

    def _wait_for_steps(self) -> None:
        """Return when no step runs any more."""
        for _ in range(max(self._options.parallel, 1)):
            self._slots.acquire()
        for _ in range(max(self._options.parallel, 1)):
            self._slots.release()

    def _record_outputs(self) -> None:
        """Give the stack its new outputs; after a failure, those that were not reached stay as they were."""
        root = next((item for item in self._progress.registered.values() if item.type == urns.STACK_TYPE), None)
        outputs = self._progress.outputs
        if outputs is None or root is None:
            self._summary.new_outputs = self._summary.old_outputs
            return
        outputs = {**self._summary.old_outputs, **outputs} if self._progress.failed else outputs
        if not equal(root.outputs, outputs):
            root.outputs = outputs
            self._journal.touched(root)
        self._summary.new_outputs = dict(outputs)
        self._narrator.outputs(root)

    # ------------------------------------------------------------------------------------------------------ set-up

    @contextmanager
    def _running(self, title: str) -> Iterator[None]:
        """Serve programs and providers, and end them with the operation."""
        started = time.monotonic()
        info = deployment_info(
            self._stack, self._config, preview=self._options.preview, parallel=self._options.parallel
        )
        self._narrator.begin(f"{title} ({self._stack.name}):")
        with serve(self, EngineService(self._narrator.pass_on), info, self._stack.project.program_folder) as address:
            self._address = address
            launcher = PluginLauncher(self._stack.project, address, self._say_plugin_line)
            self._registry = registry = ProviderRegistry(launcher, address, self._stack.outputs_of)
            try:
                yield
            except OperationStopped:
                pass  # shown when it happened
            except EngineError as error:
                self._narrator.report(error)
                self._fail()
            finally:
                self._wait_for_steps()
        registry.stop()
        self._summary.failed = self._progress.failed
        self._summary.seconds = time.monotonic() - started
        self._narrator.end()

    def _plan_from_base(self) -> None:
        """Get ready to plan and to run steps, from the state as it is now."""
        assert self._registry is not None, "an operation plans only while it runs"
        self._planner = Planner(
            preview=self._options.preview,
            base=list(self._base.resources),
            olds=OldStates(self._stack.name, self._stack.project.name, self._base.resources),
            registry=self._registry,
            warn=self._narrator.warn,
            targets=self._options.targets,
        )
        self._context = StepContext(
            preview=self._options.preview,
            journal=self._journal,
            registry=self._registry,
            states=self._planner.olds.by_urn,
            deleted=self._planner.deleted,
            warn=self._narrator.warn,
        )

    def _report_pending(self) -> None:
        """Tell what an interrupted operation left behind, as the Pulumi CLI does."""
        pending = self._base.pending_operations
        if pending and not self._options.preview:
            self._narrator.say("warning", pending_warning(pending))
            self._journal.forget_pending(creates=False)

    # ---------------------------------------------------------------------------------------------------- stopping

    def _fail(self, *, tells: bool = False) -> None:
        """The operation has failed; with `tells`, say so once for the stack as a whole."""
        with self._failing:
            if tells and not self._progress.failed:
                self._narrator.say("error", "preview failed" if self._options.preview else "update failed")
            self._progress.failed = True
        self._stop()

    def _stop(self) -> None:
        """Begin nothing new. The program is ended: all it could still do is register more."""
        self._progress.stopped.set()
        if self._program is not None:
            self._program.kill()

    def _raise_if_stopped(self) -> None:
        if self._progress.stopped.is_set():
            raise OperationStopped

    def _provider(self, reference: str) -> ProviderClient | BuiltinProvider:
        assert self._registry is not None, "a program asks only while the operation runs"
        return self._registry.get(reference)

    def _client(self, reference: str) -> ProviderClient:
        provider = self._provider(reference)
        if not isinstance(provider, ProviderClient):
            raise EngineError(f"provider '{reference}' builds no components and has no methods")
        return provider
