"""Where the demo finds a Pulumi CLI, without a network."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from sagemaker_sandbox import pulumi_cli


@pytest.fixture(autouse=True)
def _offline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi_cli, "_INSTALLER", "http://127.0.0.1:1/install.sh")


def _executable(path: Path, exit_code: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\nexit {exit_code}\n")
    path.chmod(0o755)
    return path


def test_the_one_on_path_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    on_path = _executable(tmp_path / "path" / "pulumi", 0)
    _executable(tmp_path / "root" / "bin" / "pulumi", 0)
    monkeypatch.setenv("PATH", str(on_path.parent))
    assert pulumi_cli.find_or_install(tmp_path / "root") == on_path


def test_one_that_does_not_run_is_passed_over(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = _executable(tmp_path / "path" / "pulumi", 1)
    installed = _executable(tmp_path / "root" / "bin" / "pulumi", 0)
    monkeypatch.setenv("PATH", str(broken.parent))
    assert pulumi_cli.find_or_install(tmp_path / "root") == installed


def test_without_a_network_it_gives_up_in_seconds_and_silently(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    started = time.monotonic()
    assert pulumi_cli.find_or_install(tmp_path / "root") is None
    assert time.monotonic() - started < 20
    assert capfd.readouterr() == ("", "")
    assert not (tmp_path / "root").exists()
