"""A training script whose score is best at x = 0.3."""

import argparse

parser = argparse.ArgumentParser()
parser.add_argument("-x", type=float)
parser.add_argument("--offset", type=float)
arguments = parser.parse_args()
print(f"score={arguments.offset + 1 - (arguments.x - 0.3) ** 2};", flush=True)
