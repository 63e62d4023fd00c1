"""For all rooms: what a run says at its end of the engines and programs that it ran beside pytest's own process."""

from __future__ import annotations

import pytest
from sagemaker_sandbox.testing import CLI, ENGINES, has_real_plugin, why_not

pytest_plugins = ["pytester"]  # runs of pytest on a user's project; pytest takes plugins from this file only

RAN = "ran"
"""The property in which a test records the name and version of such a program."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Properties come with the reports, so that this holds for tests that other workers ran.
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    for program in sorted({value for report in reports for name, value in report.user_properties if name == RAN}):
        terminalreporter.write_line(f"ran: {program}")
    on_engines = {engine for report in reports for engine in ENGINES if f"[{engine}" in report.nodeid}
    for engine in ENGINES:
        terminalreporter.write_line(
            f"engine {engine}: {'ran' if engine in on_engines else why_not(engine) or 'no test'}"
        )
    if CLI in on_engines:
        plugin = "the real plugin" if has_real_plugin() else "the sandbox's stand-in"
        terminalreporter.write_line(f"aws provider of engine {CLI}: {plugin}")
