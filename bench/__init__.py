"""Ratios, each against a floor that is measured in the same run. `make bench` runs all; `--help` says what else."""
