"""Preview, up, refresh and destroy of one stack.

Each registration of the program runs in a thread of its own (the one that gRPC gives it): it is planned while no other
is, and its steps run while fewer than `parallel` others do. The first failure stops everything that has not begun; what
runs is finished and recorded. Nothing here writes the state: steps do, through the journal.
"""

from __future__ import annotations

import threading
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from concurrent import futures
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NoReturn

import grpc
from pulumi.runtime.proto import engine_pb2_grpc, provider_pb2, resource_pb2, resource_pb2_grpc

from sagemaker_sandbox.engine import deletions, urns
from sagemaker_sandbox.engine.backend import ORGANIZATION
from sagemaker_sandbox.engine.engine_service import EngineService
from sagemaker_sandbox.engine.errors import EngineError, StepFailed
from sagemaker_sandbox.engine.events import Diagnostic, Display, Summary, counts
from sagemaker_sandbox.engine.goals import Goal, ReadGoal
from sagemaker_sandbox.engine.journal import Journal
from sagemaker_sandbox.engine.monitor import MonitorService, OperationStopped
from sagemaker_sandbox.engine.planner import CheckFailed, Planner
from sagemaker_sandbox.engine.plugins import CHANNEL_OPTIONS, PluginLauncher
from sagemaker_sandbox.engine.program import SHOWN, Program, ProgramSettings
from sagemaker_sandbox.engine.properties import Properties, Secret, equal
from sagemaker_sandbox.engine.provider import CheckFailure, ProviderClient
from sagemaker_sandbox.engine.registry import ProviderRegistry
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
        self._display = display
        self._display_lock = threading.Lock()
        self._planning = threading.RLock()
        self._failing = threading.Lock()
        self._slots = threading.BoundedSemaphore(max(options.parallel, 1))
        self._progress = _Progress()
        self._summary = Summary(options.preview)
        self._program: Program | None = None
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
                self._refresh_all()
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
        with self._running(title):
            if self._options.refresh:
                self._refresh_all()
            self._report_pending()
            self._plan_from_base()
            self._delete(self._planner.deletes())
        return self._summary

    def cancel(self) -> None:
        """Begin nothing new; what runs may finish, and providers are asked to hurry."""
        self._say(Diagnostic("warning", "canceling: what is under way is finished; press Ctrl-C again to end at once"))
        self._progress.failed = True
        self._stop()
        threading.Thread(target=self._registry.cancel, daemon=True).start()

    def kill(self) -> None:
        """End every process of this operation. What is under way stays in the state as pending."""
        self._registry.kill()
        if self._program is not None:
            self._program.kill()

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
        with self._display_lock:
            self._display.outputs_registered(state)

    def default_provider(self, package: str, version: str, download_url: str) -> str:
        """The reference of the provider that resources of a package get when they name none."""
        key = (package, version, download_url)
        with self._planning:
            if key not in self._progress.default_providers:
                state = self.register(self._default_provider_goal(package, version, download_url))
                self._progress.default_providers[key] = urns.provider_reference(state.urn, state.id)
            return self._progress.default_providers[key]

    def invoke(self, reference: str, token: str, arguments: Properties) -> tuple[Properties, list[CheckFailure]]:
        self._raise_if_stopped()
        provider = self._registry.get(reference)
        return provider.invoke(token, arguments, preview=self._options.preview)

    def construct(self, reference: str, request: provider_pb2.ConstructRequest) -> provider_pb2.ConstructResponse:
        self._raise_if_stopped()
        return self._client(reference).construct(request)

    def call(self, reference: str, request: provider_pb2.CallRequest) -> provider_pb2.CallResponse:
        self._raise_if_stopped()
        return self._client(reference).call(request)

    def fail(self, error: Exception, urn: str) -> NoReturn:
        """Report an error and end the operation. Always raises OperationStopped."""
        self._report(error, urn)
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
            with self._display_lock:
                self._display.step_started(step)
            try:
                run(step, self._context)
            except (StepFailed, EngineError) as error:
                self._say(Diagnostic("error", str(error), step.urn, f"step-{id(step)}"))
                with self._display_lock:
                    self._summary.errored += 1
                    self._display.step_failed(step, time.monotonic() - started)
                self._fail_once()
                raise OperationStopped from error
            with self._display_lock:
                if counts(step):
                    self._summary.changes[step.result_op] += 1
                self._display.step_finished(step, time.monotonic() - started)

    def _run_together(self, steps: Sequence[Step]) -> None:
        """Run steps that do not depend on each other; all of them, even if one fails."""
        with futures.ThreadPoolExecutor(max(self._options.parallel, 1)) as pool:
            for future in [pool.submit(self._run_step, step) for step in steps]:
                if not isinstance(future.exception(), (OperationStopped, type(None))):
                    future.result()

    def _delete(self, steps: Sequence[Step]) -> None:
        by_state = {step.old: step for step in steps}
        for wave in deletions.waves(step.old for step in steps if step.old is not None):
            self._run_together([by_state[state] for state in wave])
            if self._progress.stopped.is_set():
                return

    def _refresh_all(self) -> None:
        chosen = [state for state in self._base.resources if self._is_refreshed(state)]
        self._plan_from_base()
        self._run_together([Step(Op.REFRESH, old=state, new=state) for state in chosen])
        if not self._progress.stopped.is_set():
            self._journal.forget_pending(creates=self._options.clears_pending_creates)

    def _is_refreshed(self, state: ResourceState) -> bool:
        if urns.is_provider_type(state.type):
            return False
        return not self._options.targets or state.urn in self._options.targets

    # ----------------------------------------------------------------------------------------------------- program

    def _run_program(self) -> None:
        config = self._stack.config.decrypted()
        self._program = Program(
            ProgramSettings(
                project=self._stack.project,
                stack=self._stack.name,
                organization=ORGANIZATION,
                config={key: text for key, (text, _) in config.items()},
                secret_keys=tuple(key for key, (_, secret) in config.items() if secret),
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
                self._say(Diagnostic("error", f"program exited with non-zero exit code: {code}"))
        self._wait_for_steps()

    def _say_program_line(self, stream: str, line: str) -> None:
        # A program that is being ended has only its own end to tell, at length.
        if not self._progress.stopped.is_set():
            self._say(Diagnostic("output", line, "", stream))

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
        with self._display_lock:
            self._display.outputs_registered(root)

    # ------------------------------------------------------------------------------------------------------ set-up

    @contextmanager
    def _running(self, title: str) -> Iterator[None]:
        """Serve programs and providers, and end them with the operation."""
        started = time.monotonic()
        server = grpc.server(
            # A registration holds its thread until its resource is done; the program has four per slot, and every
            # component provider as many again.
            futures.ThreadPoolExecutor(max(self._options.parallel, 1) * 8 + 32),
            options=CHANNEL_OPTIONS,
        )
        monitor = MonitorService(self, self._deployment_info(), self._stack.project.program_folder)
        resource_pb2_grpc.add_ResourceMonitorServicer_to_server(monitor, server)
        engine_pb2_grpc.add_EngineServicer_to_server(EngineService(self._say), server)
        self._address = monitor.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
        launcher = PluginLauncher(
            self._stack.project, self._address, lambda line: self._say(Diagnostic("output", line, "", "plugin"))
        )
        self._registry = ProviderRegistry(launcher, self._address, self._stack.outputs_of)
        server.start()
        with self._display_lock:
            self._display.begin(f"{title} ({self._stack.name}):")
        try:
            yield
        except OperationStopped:
            pass  # shown when it happened
        except EngineError as error:
            self._report(error, "")
        finally:
            self._wait_for_steps()
            server.stop(grace=None).wait()
            self._registry.stop()
            self._summary.failed = self._progress.failed
            self._summary.seconds = time.monotonic() - started
            with self._display_lock:
                self._display.end(self._summary)

    def _plan_from_base(self) -> None:
        self._planner = Planner(
            stack=self._stack.name,
            project=self._stack.project.name,
            preview=self._options.preview,
            base=list(self._base.resources),
            registry=self._registry,
            warn=self._warn,
            targets=self._options.targets,
        )
        self._context = StepContext(
            preview=self._options.preview,
            journal=self._journal,
            registry=self._registry,
            states=self._planner.olds,
            deleted=self._planner.deleted,
            warn=self._warn,
        )

    def _deployment_info(self) -> resource_pb2.DeploymentInfo:
        config = self._stack.config.decrypted()
        return resource_pb2.DeploymentInfo(
            project=self._stack.project.name,
            stack=self._stack.name,
            organization=ORGANIZATION,
            config={key: text for key, (text, _) in config.items()},
            configSecretKeys=[key for key, (_, secret) in config.items() if secret],
            dryRun=self._options.preview,
            parallel=self._options.parallel,
        )

    def _default_provider_goal(self, package: str, version: str, download_url: str) -> Goal:
        config = self._stack.config.decrypted()
        # Dynamic providers see the whole configuration, under full keys; others their own part, under short ones.
        is_dynamic = package == "pulumi-python"
        inputs: Properties = {}
        for key, (text, is_secret) in config.items():
            namespace, _, name = key.partition(":")
            if is_dynamic or namespace == package:
                inputs[key if is_dynamic else name] = Secret(text) if is_secret else text
        name = "default"
        if version:
            inputs["version"] = version
            inputs["__internal"] = {}
            name += "_" + version.replace(".", "_").replace("-", "_").replace("+", "_")
        if download_url:
            inputs["__internal"] = {"pluginDownloadURL": download_url}
            name += "_" + download_url.split("://", 1)[-1]
        return Goal(urns.PROVIDER_TYPE_PREFIX + package, name, custom=True, properties=inputs)

    # ----------------------------------------------------------------------------------------------------- talking

    def _report_pending(self) -> None:
        """Tell what an interrupted operation left behind, as the Pulumi CLI does."""
        pending = self._base.pending_operations
        if not pending or self._options.preview:
            return
        listed = "".join(f"  * {item.resource.urn}, interrupted while {item.type}\n" for item in pending)
        self._say(Diagnostic("warning", _PENDING.format(count=len(pending), listed=listed)))
        self._journal.forget_pending(creates=False)

    def _client(self, reference: str) -> ProviderClient:
        provider = self._registry.get(reference)
        if not isinstance(provider, ProviderClient):
            raise EngineError(f"provider '{reference}' builds no components and has no methods")
        return provider

    def _report(self, error: Exception, urn: str) -> None:
        if isinstance(error, CheckFailed):
            for message in error.messages:
                self._say(Diagnostic("error", message, error.urn, "check"))
            self._summary.errored += 1
        elif isinstance(error, (EngineError, StepFailed)):
            self._say(Diagnostic("error", str(error), urn))
        else:
            trace = "".join(traceback.format_exception(error))
            self._say(
                Diagnostic("error", f"the local engine failed; this is a bug of it, please report it:\n{trace}", urn)
            )
        self._fail_once(silently=True)

    def _fail_once(self, *, silently: bool = False) -> None:
        with self._failing:
            if not self._progress.failed and not silently:
                self._say(Diagnostic("error", "preview failed" if self._options.preview else "update failed"))
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

    def _say(self, diagnostic: Diagnostic) -> None:
        with self._display_lock:
            self._display.diagnostic(diagnostic)

    def _warn(self, urn: str, message: str) -> None:
        self._say(Diagnostic("warning", message, urn))


_PENDING = """Attempting to deploy or update resources with {count} pending operations from previous deployment.
{listed}These resources are in an unknown state because the engine was interrupted while waiting for changes to these \
resources to complete. You should confirm whether or not the operations listed completed successfully by checking the \
state of the appropriate provider.

Once you have confirmed the status of the interrupted operations, you can repair your stack using `pulumi refresh` \
which will refresh the state from the provider you are using and clear the pending operations if there are any.

Note that `pulumi refresh` will need to be run interactively to clear pending CREATE operations."""
