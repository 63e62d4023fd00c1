"""For all rooms: what a run says at its end of the programs that it ran beside pytest's own process."""

from __future__ import annotations

import pytest

RAN = "ran"
"""The property in which a test records the name and version of such a program."""


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    # Properties come with the reports, so that this holds for tests that other workers ran.
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    for program in sorted({value for report in reports for name, value in report.user_properties if name == RAN}):
        terminalreporter.write_line(f"ran: {program}")
