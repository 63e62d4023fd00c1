"""`python -m sagemaker_tuning` is the `sagemaker-tuning` command."""

from sagemaker_tuning.cli import main

main()
