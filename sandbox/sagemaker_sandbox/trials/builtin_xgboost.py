"""The built-in XGBoost algorithm: `python -m sagemaker_sandbox.trials.builtin_xgboost`, inside of a trial.

Takes channels `train` and (optional) `validation` as CSV (no header; the label first, then the weight if
`csv_weights` is 1) or libsvm, and the hyperparameters of the SageMaker algorithm, all of them strings. Prints each
round's metrics and saves `xgboost-model`, which `xgboost.Booster(model_file=...)` loads.
Source: SageMaker Developer Guide, "XGBoost algorithm": input/output interface, hyperparameters, tuned metrics.
"""

from __future__ import annotations

import io
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

# XGBoost imports scikit-learn for estimator classes that are not used here, and works without it; importing it takes
# longer than most of these trainings. None in sys.modules is Python's way to have an import fail.
sys.modules["sklearn"] = None  # type: ignore[assignment]  # typeshed does not know of it
import xgboost  # noqa: E402

del sys.modules["sklearn"]

from .xgboost_hyperparameters import UserError, check  # noqa: E402

if TYPE_CHECKING:
    from numpy.typing import NDArray

_OWN_PARAMETERS = ("num_round", "early_stopping_rounds", "csv_weights", "eval_metric", "save_model_on_termination")
_CHECKPOINT = "xgboost-checkpoint"
_KEPT_CHECKPOINTS = 5
_CSV_TYPES = ("text/csv", "csv")
_LIBSVM_TYPES = ("text/libsvm", "text/x-libsvm", "libsvm")


def main() -> None:
    try:
        train(
            parameters=_read("hyperparameters.json"),
            channels=_read("inputdataconfig.json"),
            data=Path(os.environ["SM_INPUT_DIR"]) / "data",
            model=Path(os.environ["SM_MODEL_DIR"]),
            checkpoints=Path(os.environ["SM_MODEL_DIR"]).with_name("checkpoints"),
        )
    except (UserError, xgboost.core.XGBoostError) as error:
        message = str(error).partition("Stack trace:")[0].strip()
        Path(os.environ["SM_OUTPUT_DIR"], "failure").write_text(f"{type(error).__name__}: {message}")
        sys.exit(message)


def train(
    parameters: Mapping[str, str], channels: Mapping[str, Mapping[str, str]], data: Path, model: Path, checkpoints: Path
) -> None:
    """Train the rounds that are not in a checkpoint yet. `checkpoints` is a folder if the job keeps any."""
    check(parameters)
    if "train" not in channels:
        raise UserError("The 'train' channel is required.")
    rounds = int(parameters["num_round"])
    has_weights = parameters.get("csv_weights") == "1"
    matrices = [
        (_matrix(data, name, channels[name], has_weights and name == "train"), name)
        for name in ("train", "validation")
        if name in channels
    ]
    names = _metric_names(parameters)
    begun = _latest_checkpoint(checkpoints)
    booster = xgboost.train(
        {**_algorithm_parameters(parameters), "eval_metric": [name for name in names if name not in _METRICS]},
        matrices[0][0],
        num_boost_round=rounds - (begun.num_boosted_rounds() if begun else 0),
        evals=matrices,
        custom_metric=_custom_metric([name for name in names if name in _METRICS]),
        early_stopping_rounds=int(parameters.get("early_stopping_rounds", 0)) or None,
        verbose_eval=True,
        xgb_model=begun,
        callbacks=_callbacks(parameters, checkpoints),
    )
    (model / "xgboost-model").write_bytes(booster.save_raw("ubj"))


def _callbacks(parameters: Mapping[str, str], checkpoints: Path) -> list[xgboost.callback.TrainingCallback]:
    callbacks: list[xgboost.callback.TrainingCallback] = []
    if checkpoints.is_dir():
        callbacks.append(_Checkpoints(checkpoints))
    if parameters.get("save_model_on_termination") == "true":
        callbacks.append(_EndOnTermination())
    return callbacks


class _EndOnTermination(xgboost.callback.TrainingCallback):
    """Lets the training end after the round in which SIGTERM comes, so that its model is saved."""

    def __init__(self) -> None:
        self._is_to_end = False
        signal.signal(signal.SIGTERM, self._end)

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: Any) -> bool:
        return self._is_to_end

    def _end(self, *_: object) -> None:
        self._is_to_end = True


class _Checkpoints(xgboost.callback.TrainingCallback):
    """Saves the model of each round as `xgboost-checkpoint.<round>`, and keeps the last few."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def after_iteration(self, model: xgboost.Booster, epoch: int, evals_log: Any) -> bool:
        number = model.num_boosted_rounds() - 1
        unfinished = self._folder / f"{_CHECKPOINT}.unfinished"
        unfinished.write_bytes(model.save_raw("ubj"))
        unfinished.rename(self._folder / f"{_CHECKPOINT}.{number}")
        (self._folder / f"{_CHECKPOINT}.{number - _KEPT_CHECKPOINTS}").unlink(missing_ok=True)
        return False  # go on


def _latest_checkpoint(folder: Path) -> xgboost.Booster | None:
    numbers = [int(path.suffix[1:]) for path in folder.glob(f"{_CHECKPOINT}.*") if path.suffix[1:].isdigit()]
    if not numbers:
        return None
    return xgboost.Booster(model_file=bytearray((folder / f"{_CHECKPOINT}.{max(numbers)}").read_bytes()))


def _algorithm_parameters(parameters: Mapping[str, str]) -> dict[str, str]:
    """The hyperparameters that XGBoost itself takes."""
    return {
        name: value
        for name, value in parameters.items()
        if name not in _OWN_PARAMETERS and not name.startswith(("_", "sagemaker_"))
    }


def _metric_names(parameters: Mapping[str, str]) -> list[str]:
    """The metrics to print: eval_metric's, then the tuning objective, which early stopping then goes by."""
    names = [name.strip() for name in parameters.get("eval_metric", "").split(",") if name.strip()]
    objective = parameters.get("_tuning_objective_metric", "").partition(":")[2]
    return [*(name for name in names if name != objective), *([objective] if objective else [])]


def _matrix(data: Path, name: str, channel: Mapping[str, str], has_weights: bool) -> xgboost.DMatrix:
    """A channel's files, in the order of their names, or what its pipe gives, as one matrix."""
    content_type = channel.get("ContentType")
    kind = (content_type or _LIBSVM_TYPES[0]).partition(";")[0].strip().lower()
    if kind not in (*_CSV_TYPES, *_LIBSVM_TYPES):
        raise UserError(f"Content type '{content_type}' is not supported; use text/csv or text/libsvm.")
    is_pipe = channel["TrainingInputMode"] == "Pipe"
    contents = [(data / f"{name}_0").read_bytes()] if is_pipe else _read_files(data / name)
    if not any(contents):
        raise UserError(f"No data in the '{name}' channel.")
    try:
        return _csv_matrix(contents, has_weights) if kind in _CSV_TYPES else _libsvm_matrix(contents)
    except ValueError as error:
        raise UserError(f"The '{name}' channel has data that is not {kind}: {error}") from error


def _read_files(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in sorted(folder.rglob("*")) if _has_data(path)]


def _has_data(path: Path) -> bool:
    """Job outputs have markers beside the data, such as _SUCCESS."""
    return path.is_file() and path.stat().st_size > 0 and not path.name.startswith((".", "_"))


def _csv_matrix(contents: list[bytes], has_weights: bool) -> xgboost.DMatrix:
    table = np.vstack([_read_csv(content) for content in contents])
    label, features = table[:, 0], table[:, 1:]
    if np.isnan(label).any():
        raise UserError("There is a label that is not a number; CSV files must have no header, and the label first.")
    if has_weights:
        return xgboost.DMatrix(features[:, 1:], label=label, weight=features[:, 0])
    return xgboost.DMatrix(features, label=label)


def _read_csv(content: bytes) -> NDArray[np.float32]:
    try:
        return np.loadtxt(io.BytesIO(content), delimiter=",", dtype=np.float32, ndmin=2)
    except ValueError:  # an empty field, most likely; the slower reader takes it for a missing value
        return np.genfromtxt(io.BytesIO(content), delimiter=",", dtype=np.float32, ndmin=2)


def _libsvm_matrix(contents: list[bytes]) -> xgboost.DMatrix:
    from scipy.sparse import vstack
    from sklearn.datasets import load_svmlight_files

    # Columns are numbered as in the file, as XGBoost numbers them: column 0 is merely empty if the file starts at 1.
    files = [io.BytesIO(content) for content in contents]
    loaded = load_svmlight_files(files, dtype=np.float32, zero_based=True)
    return xgboost.DMatrix(vstack(loaded[0::2], format="csr"), label=np.concatenate(loaded[1::2]))


def _accuracy(predicted: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    return float(np.mean(_classes(predicted) == labels))


def _f1(predicted: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    """The mean of the classes' F1 scores."""
    classes = _classes(predicted)
    scores = []
    for label in np.union1d(classes, labels):
        hits = np.sum((classes == label) & (labels == label))
        scores.append(2 * hits / (np.sum(classes == label) + np.sum(labels == label)))
    return float(np.mean(scores))


def _mse(predicted: NDArray[np.float32], labels: NDArray[np.float32]) -> float:
    return float(np.mean((predicted - labels) ** 2))


def _classes(predicted: NDArray[np.float32]) -> NDArray[Any]:
    return np.argmax(predicted, axis=1) if predicted.ndim > 1 else (predicted > 0.5).astype(np.float32)


# Metrics that the algorithm documents and XGBoost itself does not have.
_METRICS: dict[str, Callable[[NDArray[np.float32], NDArray[np.float32]], float]] = {
    "accuracy": _accuracy,
    "f1": _f1,
    "mse": _mse,
}


def _custom_metric(names: list[str]) -> Callable[[Any, xgboost.DMatrix], list[tuple[str, float]]] | None:
    if not names:
        return None
    return lambda predicted, matrix: [(name, _METRICS[name](predicted, matrix.get_label())) for name in names]


def _read(name: str) -> Any:
    return json.loads(Path(os.environ["SM_INPUT_CONFIG_DIR"], name).read_text())


if __name__ == "__main__":
    main()
