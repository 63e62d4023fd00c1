"""Programs of the engine's tests: in folders, and of boxes as text."""

from __future__ import annotations

from pathlib import Path

from sagemaker_sandbox.testing import PulumiStack

__all__ = ["PROGRAMS", "rewrite"]

PROGRAMS = Path(__file__).parent / "programs"


def rewrite(runner: PulumiStack, source: str) -> None:
    """Give a stack another program."""
    head = "import pulumi\nfrom pulumi import ResourceOptions\nfrom box import Box, Case\n\nconfig = pulumi.Config()\n"
    (runner.program / "__main__.py").write_text(head + source)
