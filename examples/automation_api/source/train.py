"""Fits a line by gradient descent, and says how far off it is after each epoch."""

import argparse
import json
import os
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--rate", type=float)
parser.add_argument("--epochs", type=int, default=9)
arguments, _ = parser.parse_known_args()

points = [(x / 10, 3 * x / 10 + 1) for x in range(-10, 11)]
slope = offset = 0.0
for epoch in range(1, arguments.epochs + 1):
    errors = [(slope * x + offset - y, x) for x, y in points]
    slope -= arguments.rate * sum(error * x for error, x in errors) / len(points)
    offset -= arguments.rate * sum(error for error, _ in errors) / len(points)
    print(f"epoch={epoch} loss={sum(error**2 for error, _ in errors) / len(points):.6f}", flush=True)

Path(os.environ["SM_MODEL_DIR"], "line.json").write_text(json.dumps({"slope": slope, "offset": offset}))
