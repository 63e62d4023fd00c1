"""Trains a classifier and says how right it is. SageMaker gives the hyperparameters as arguments."""

import argparse
import csv
import os
import pickle
from pathlib import Path

from sklearn.model_selection import cross_val_score
from sklearn.neighbors import KNeighborsClassifier

parser = argparse.ArgumentParser()
parser.add_argument("--neighbors", type=int)
parser.add_argument("--weights")
arguments, _ = parser.parse_known_args()

with Path(os.environ["SM_CHANNEL_TRAIN"], "iris.csv").open() as file:
    rows = [[float(value) for value in row] for row in csv.reader(file)]
features, labels = [row[1:] for row in rows], [int(row[0]) for row in rows]

model = KNeighborsClassifier(arguments.neighbors, weights=arguments.weights)
print(f"accuracy={cross_val_score(model, features, labels, cv=3).mean():.4f}")
model.fit(features, labels)
Path(os.environ["SM_MODEL_DIR"], "model.pkl").write_bytes(pickle.dumps(model))
