"""The tests with Pulumi's mocks are quick: whoever changes the component runs them without thinking about it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

TESTS = Path(__file__).with_name("test_tuning.py")


def test_each_runs_in_under_a_second(tmp_path: Path) -> None:
    # In a process of their own: a worker that has run thousands of tests collects garbage for as long. And twice,
    # if need be: a neighbor slows down one test of one run, and not the same one again.
    slow = slow_tests(tmp_path / "first.xml")
    assert not slow or not slow & slow_tests(tmp_path / "second.xml")


def slow_tests(record: Path) -> set[str]:
    options = ["-q", "-p", "no:xdist", "-p", "no:cacheprovider", f"--junitxml={record}"]
    command = [sys.executable, "-m", "pytest", *options, "-o", "junit_duration_report=call", str(TESTS)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout
    seconds = {case.attrib["name"]: float(case.attrib["time"]) for case in ElementTree.parse(record).iter("testcase")}
    assert len(seconds) > 20
    return {name for name, taken in seconds.items() if taken >= 1}
