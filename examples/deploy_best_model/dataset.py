"""The Wisconsin breast cancer data that scikit-learn ships, as the CSV files that built-in XGBoost reads."""

from __future__ import annotations

import csv
from pathlib import Path

_FOLDER = Path(__file__).parent / "data"


def csv_files() -> dict[str, Path]:
    """By channel; the label comes first and there is no header."""
    files = {name: _FOLDER / f"{name}.csv" for name in ("train", "validation")}
    if not all(file.exists() for file in files.values()):
        _write(files)
    return files


def _write(files: dict[str, Path]) -> None:
    # Imported here: only the first run pays the second that it takes.
    from sklearn.datasets import load_breast_cancer
    from sklearn.model_selection import train_test_split

    features, labels = load_breast_cancer(return_X_y=True)
    rows = [[label, *row] for label, row in zip(labels.tolist(), features.tolist(), strict=True)]
    parts = train_test_split(rows, test_size=0.25, random_state=0, stratify=labels)
    _FOLDER.mkdir(exist_ok=True)
    for path, part in zip(files.values(), parts, strict=True):
        with path.open("w", newline="") as file:
            csv.writer(file).writerows(part)
