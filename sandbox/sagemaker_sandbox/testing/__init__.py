"""What tests of Pulumi stacks are made of. `sagemaker_sandbox.pytest_plugin` gives it to pytest as fixtures.

served_sandbox   a sandbox in a process of its own
projects         a user's program as a project that tests may write to, the program's folder left alone
stacks           one stack of a project, on the local engine or the Pulumi CLI
results          what an operation did, read from the engine's event log
engines          which engines can run here
aws_provider     which aws provider the Pulumi CLI gets
"""

from .aws_provider import AwsProvider, aws_provider, has_real_plugin
from .engines import AUTO, CLI, ENGINES, LOCAL, available_engines, choose_engine, why_not
from .results import Diagnostic, OperationResult, Result, Step
from .served_sandbox import ServedSandbox, serve
from .stacks import PulumiStack, interrupt

__all__ = [
    "AUTO",
    "CLI",
    "ENGINES",
    "LOCAL",
    "AwsProvider",
    "Diagnostic",
    "OperationResult",
    "PulumiStack",
    "Result",
    "ServedSandbox",
    "Step",
    "available_engines",
    "aws_provider",
    "choose_engine",
    "has_real_plugin",
    "interrupt",
    "serve",
    "why_not",
]
