"""Which aws provider the Pulumi CLI gets. The real plugin, a download, is never started here."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from sagemaker_sandbox.testing import aws_provider, has_real_plugin

WANTED = {"name": "aws", "kind": "resource", "version": version("pulumi-aws")}
PLUGINS: dict[str, tuple[list[dict[str, Any]], bool]] = {
    "the version that pulumi_aws asks for": (
        [{"name": "random", "kind": "resource", "version": "4.0.0"}, WANTED],
        True,
    ),
    "another version": ([{**WANTED, "version": "6.0.0"}], False),
    "one of another kind": ([{**WANTED, "kind": "analyzer"}], False),
    "one without a version": ([{"name": "aws", "kind": "resource"}], False),
    "none": ([], False),
}


@pytest.fixture
def put_on_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Makes a script the `pulumi` on PATH; without one there is none."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), str(Path(sys.executable).parent), "/usr/bin", "/bin"]))

    def put(script: str) -> None:
        (folder / "pulumi").write_text(f"#!/bin/sh\n{script}\n")
        (folder / "pulumi").chmod(0o755)

    has_real_plugin.cache_clear()
    yield put
    has_real_plugin.cache_clear()


def listing(plugins: list[dict[str, Any]]) -> str:
    return f"[ \"$*\" = 'plugin ls --json' ] && echo '{json.dumps(plugins)}'"


@pytest.mark.parametrize(("plugins", "expected"), PLUGINS.values(), ids=PLUGINS)
def test_the_real_plugin_is_taken_if_the_cli_has(
    put_on_path: Callable[[str], None], plugins: list[dict[str, Any]], expected: bool
) -> None:
    put_on_path(listing(plugins))
    assert has_real_plugin() is expected


def test_what_has_no_plugins_has_no_real_one(put_on_path: Callable[[str], None]) -> None:
    assert has_real_plugin() is False
    has_real_plugin.cache_clear()
    put_on_path(f'exec {sys.executable} -m sagemaker_sandbox.engine "$@"')
    assert has_real_plugin() is False


def test_the_real_plugin_is_told_to_ask_nothing_of_aws(put_on_path: Callable[[str], None]) -> None:
    put_on_path(listing([WANTED]))
    with aws_provider({}) as provider:
        assert provider.environment == {}
        assert set(provider.config) >= {"aws:skipCredentialsValidation", "aws:skipMetadataApiCheck"}


def test_without_it_the_stand_in_is_attached(put_on_path: Callable[[str], None]) -> None:
    put_on_path(listing([]))
    with aws_provider(dict(os.environ)) as provider:
        name, port = provider.environment["PULUMI_DEBUG_PROVIDERS"].split(":")
        assert (name, provider.config) == ("aws", {})
        assert int(port) > 0


@pytest.mark.parametrize("is_real", [True, False])
def test_a_users_stack_on_the_cli_has_the_one_that_was_chosen(
    pytester: pytest.Pytester, put_on_path: Callable[[str], None], is_real: bool
) -> None:
    put_on_path(
        'case "$1 $2" in\n'
        f"\"plugin ls\") echo '{json.dumps([WANTED] if is_real else [])}';;\n"
        '"stack export") echo \'{"deployment": {}}\';;\n'
        "esac"
    )
    pytester.mkdir("infra").joinpath("Pulumi.yaml").write_text("name: empty\nruntime: python\n")
    pytester.makepyfile(
        """
        def test_it(pulumi_stack):
            stack = pulumi_stack("infra")
            is_attached = "PULUMI_DEBUG_PROVIDERS" in stack.full_environment()
            settings = stack.program / "Pulumi.test.yaml"
            is_configured = settings.exists() and "aws:s3UsePathStyle" in settings.read_text()
            assert (is_attached, is_configured) == EXPECTED
        """.replace("EXPECTED", str((not is_real, is_real)))
    )
    result = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--pulumi-engine", "cli")
    result.assert_outcomes(passed=1)
