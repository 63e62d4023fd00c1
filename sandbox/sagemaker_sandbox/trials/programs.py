"""What a training job runs: a script (script mode), or the sandbox's own XGBoost for the built-in image.

A script runs in the sandbox's own Python environment; its requirements.txt is not installed.
Source: sagemaker-training-toolkit, the package inside of SageMaker's framework containers (SM_* variables, command
line of scripts, which hyperparameters are the toolkit's own).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .builtin_metrics import is_xgboost
from .errors import TrialError
from .layout import HOST, Layout, input_data_config, resource_config

__all__ = ["Program", "environment", "program"]

_TOOLKIT_PREFIX = "sagemaker_"
_TOOLKIT_KEYS = ("_tuning_objective_metric", "default_user_module_name")

# A container sees none of its host's variables; a local process needs these to find its interpreter and libraries.
_INHERITED = ("PATH", "HOME", "USER", "LANG", "LC_ALL", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(frozen=True)
class Program:
    """A command, and where the archive of its code is: in S3, or at a path of the container, in a channel."""

    command: tuple[str, ...]
    code_uri: str | None = None
    entry_point: str | None = None

    def notes(self, code: Path) -> list[str]:
        """What a reader of the log has to know, of the code in this folder."""
        if self.entry_point and (code / "requirements.txt").is_file():
            return ["The sandbox does not install requirements.txt: the script runs with the packages of its Python."]
        return []


def program(job: Mapping[str, Any]) -> Program:
    """Choose what to run. Errors: TrialError for an image that the sandbox cannot run."""
    parameters = _decoded(job.get("HyperParameters", {}))
    image = job["AlgorithmSpecification"].get("TrainingImage", "")
    if "sagemaker_program" in parameters:
        return _script(parameters)
    if is_xgboost(image):
        return Program((sys.executable, "-m", "sagemaker_sandbox.trials.builtin_xgboost"))
    name = image or job["AlgorithmSpecification"].get("AlgorithmName", "")
    raise TrialError(
        f"ClientError: Cannot pull training image '{name}'. The sandbox runs the built-in XGBoost image, and any "
        "image in script mode (hyperparameters sagemaker_program and sagemaker_submit_directory)."
    )


def environment(
    job: Mapping[str, Any], layout: Layout, entry_point: str | None, cpus: int, extra: Mapping[str, str]
) -> dict[str, str]:
    """The variables of the trial's process; the job's own Environment comes last and wins."""
    inherited = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    return {
        **inherited,
        **dict.fromkeys(_THREAD_LIMITS, str(cpus)),
        "PYTHONUNBUFFERED": "1",  # metrics have to be seen when they are printed
        "PYTHONPATH": str(layout.code),
        "TRAINING_JOB_NAME": job["TrainingJobName"],
        "TRAINING_JOB_ARN": job.get("TrainingJobArn", ""),
        **extra,
        **{name: _variable(value) for name, value in _sagemaker_variables(job, layout, entry_point, cpus).items()},
        **job.get("Environment", {}),
    }


def _sagemaker_variables(job: Mapping[str, Any], layout: Layout, entry_point: str | None, cpus: int) -> dict[str, Any]:
    parameters = _decoded(job.get("HyperParameters", {}))
    own, toolkit = _split(parameters)
    resources = resource_config(job)
    names = [channel["ChannelName"] for channel in job.get("InputDataConfig", ())]
    channels = {name: layout.channel(name) for name in names}
    variables = {
        "SM_HOSTS": resources["hosts"],
        "SM_CURRENT_HOST": HOST,
        "SM_CURRENT_INSTANCE_TYPE": resources["current_instance_type"],
        "SM_CURRENT_INSTANCE_GROUP": resources["current_group_name"],
        "SM_CURRENT_INSTANCE_GROUP_HOSTS": [HOST],
        "SM_INSTANCE_GROUPS": [group["instance_group_name"] for group in resources["instance_groups"]],
        "SM_INSTANCE_GROUPS_DICT": {group["instance_group_name"]: group for group in resources["instance_groups"]},
        "SM_IS_HETERO": len(resources["instance_groups"]) > 1,
        "SM_NETWORK_INTERFACE_NAME": resources["network_interface_name"],
        "SM_NUM_CPUS": cpus,
        "SM_NUM_GPUS": 0,
        "SM_HPS": own,
        "SM_FRAMEWORK_PARAMS": {name: value for name, value in toolkit.items() if name.startswith(_TOOLKIT_PREFIX)},
        "SM_USER_ARGS": list(_arguments(own)),
        "SM_USER_ENTRY_POINT": entry_point or "",
        "SM_MODULE_NAME": (entry_point or "").removesuffix(".py"),
        "SM_MODULE_DIR": toolkit.get("sagemaker_submit_directory", ""),
        "SM_LOG_LEVEL": toolkit.get("sagemaker_container_log_level", 20),
        "SM_RESOURCE_CONFIG": resources,
        "SM_INPUT_DATA_CONFIG": input_data_config(job),
        "SM_CHANNELS": sorted(channels),
        "SM_INPUT_DIR": str(layout.input),
        "SM_INPUT_CONFIG_DIR": str(layout.config),
        "SM_MODEL_DIR": str(layout.model),
        "SM_OUTPUT_DIR": str(layout.output),
        "SM_OUTPUT_DATA_DIR": str(layout.output_data),
        "SM_OUTPUT_INTERMEDIATE_DIR": str(layout.intermediate),
        **{f"SM_CHANNEL_{name.upper()}": str(path) for name, path in channels.items()},
        **{f"SM_HP_{name.upper()}": value for name, value in own.items()},
    }
    # The toolkit's record of all of it, in the names of its attributes.
    record = {
        "job_name": job["TrainingJobName"],
        "hyperparameters": own,
        "channel_input_dirs": {name: str(path) for name, path in channels.items()},
        "current_host": HOST,
        "hosts": resources["hosts"],
        "num_cpus": cpus,
        "num_gpus": 0,
        "model_dir": str(layout.model),
        "output_data_dir": str(layout.output_data),
        "input_dir": str(layout.input),
        "resource_config": resources,
        "user_entry_point": entry_point,
    }
    return {**variables, "SM_TRAINING_ENV": record}


def _script(parameters: Mapping[str, Any]) -> Program:
    entry_point = str(parameters["sagemaker_program"])
    uri = parameters.get("sagemaker_submit_directory")
    if not isinstance(uri, str):
        raise TrialError("ClientError: sagemaker_program needs sagemaker_submit_directory, the s3 URI of its tar.gz.")
    interpreters = {".py": sys.executable, ".sh": "/bin/sh"}
    interpreter = interpreters.get(Path(entry_point).suffix)
    if interpreter is None:
        raise TrialError(f"ClientError: sagemaker_program '{entry_point}' is neither a .py nor a .sh script.")
    own, _ = _split(parameters)
    return Program((interpreter, entry_point, *_arguments(own)), code_uri=uri, entry_point=entry_point)


def _arguments(parameters: Mapping[str, Any]) -> Sequence[str]:
    """`--name value` for each hyperparameter, in alphabetical order; one-letter names with one dash."""
    return [
        part
        for name, value in sorted(parameters.items())
        for part in (f"--{name}" if len(name) > 1 else f"-{name}", _argument(value))
    ]


def _argument(value: Any) -> str:
    if isinstance(value, dict):
        return ",".join(f"{key}={item}" for key, item in sorted(value.items()))
    return "" if value is None else str(value)


def _variable(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, sort_keys=True, separators=(",", ":"))


def _decoded(parameters: Mapping[str, str]) -> dict[str, Any]:
    """Hyperparameters as the toolkit reads them: JSON where they parse as JSON, text otherwise."""
    return {name: _decode(text) for name, text in parameters.items()}


def _decode(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _split(parameters: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The script's own hyperparameters, and the toolkit's."""
    toolkit = {
        name: value for name, value in parameters.items() if name.startswith(_TOOLKIT_PREFIX) or name in _TOOLKIT_KEYS
    }
    return {name: value for name, value in parameters.items() if name not in toolkit}, toolkit
