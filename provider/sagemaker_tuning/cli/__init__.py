"""The `sagemaker-tuning` command: one module a command, over the same core that the Pulumi adapters use.

A command reads its documents, calls the core and prints; nothing is decided here but exit codes. Only the live commands
reach AWS, and import the gateway when they run.
"""

from sagemaker_tuning.cli.app import app, main

__all__ = ["app", "main"]
