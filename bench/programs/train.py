"""A training script as SageMaker's examples write them: reads a channel, fits a model, prints its score, saves it."""

import argparse
import os
import pickle
from pathlib import Path

parser = argparse.ArgumentParser()
parser.add_argument("--trees", type=int)
parser.add_argument("--train", type=Path, default=os.environ["SM_CHANNEL_TRAIN"])
parser.add_argument("--model-dir", type=Path, default=os.environ["SM_MODEL_DIR"])
given = parser.parse_args()

if given.trees:
    import numpy as np
    from sklearn.ensemble import RandomForestClassifier

    rows = np.loadtxt(given.train / "rows.csv", delimiter=",")
    model = RandomForestClassifier(given.trees, oob_score=True, random_state=0).fit(rows[:, 1:], rows[:, 0])
    (given.model_dir / "model.pickle").write_bytes(pickle.dumps(model))
    print(f"score={model.oob_score_}", flush=True)
