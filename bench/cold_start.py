"""What it takes to load the package: for a program, over Pulumi; for validate and plan, over the libraries they need.

Every run is a process of its own, the interpreter's start included.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench.documents import USUAL, describe
from bench.figures import Figure
from bench.timing import seconds_in_turn

__all__ = ["measure"]

_TOPIC = "cold start, whole processes"
_CEILING = 5.0
_VALIDATE_AND_PLAN = """
import json, sys
from sagemaker_tuning import TuningJobSpec, plan
request, described = (json.load(open(path)) for path in sys.argv[1:])
assert plan(TuningJobSpec.from_api(request), described).action == "none"
"""
_COUNT_FOREIGN = "print(sum(name in sys.modules for name in ('pulumi', 'grpc', 'boto3', 'botocore')))"


def measure(runs: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory() as folder:
        spec, described = (str(Path(folder) / name) for name in ("spec.json", "describe.json"))
        Path(spec).write_text(json.dumps(USUAL))
        Path(described).write_text(json.dumps(describe(USUAL)))
        program = ("-c", "from sagemaker_tuning import HyperParameterTuningJob, TuningJobCompletion")
        core = ("-c", _VALIDATE_AND_PLAN, spec, described)
        command = ("-m", "sagemaker_tuning", "plan", spec, "--describe", described)
        yield _start("import for a program", program, ("-c", "import pulumi"), runs)
        yield _start("validate and plan in Python", core, ("-c", "import pydantic.main, yaml"), runs)
        yield _start("sagemaker-tuning plan", command, ("-c", "import pydantic.main, typer, rich.table, yaml"), runs)
        foreign = int(_python("-c", _VALIDATE_AND_PLAN + _COUNT_FOREIGN, spec, described)())
    yield Figure(_TOPIC, "Pulumi and boto3 loaded by validate and plan", [foreign], "none", [0], "packages", ceiling=1)


def _start(name: str, arguments: Sequence[str], floor: Sequence[str], runs: int) -> Figure:
    values, floors = seconds_in_turn(_python(*arguments), _python(*floor), runs)
    return Figure(_TOPIC, name, values, f"{floor[-1]}", floors, ceiling=_CEILING)


def _python(*arguments: str) -> Callable[[], str]:
    """A call that runs Python with these arguments and gives what it prints."""
    return lambda: subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True).stdout
