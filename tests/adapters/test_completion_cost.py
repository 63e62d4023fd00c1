"""What a tuning job did cost, as an output of the completion that waited for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from adapter_jobs import JOB

OWNER = {"__owner": "shop/dev/churn-done"}
POLL = {"sagemaker-tuning:pollIntervalSeconds": 0.2}


@pytest.fixture
def ended(host: Any, start: Any, sagemaker: Any) -> str:
    """A job that has ended."""
    checked, _ = host.check(JOB)
    name, _ = host.create(checked)
    start("completion", POLL).create({"jobName": name} | OWNER)
    return str(name)


def result(start: Any, job: str, *, billing: bool = True, **config: Any) -> tuple[dict[str, Any], str]:
    """The result in a completion of the job, and what was said."""
    completions = start("completion", POLL | config)
    _, state = completions.create({"jobName": job, "billing": billing} | OWNER)
    found: dict[str, Any] = state["results"][job]
    return found, completions.printed()


def test_the_cost_is_known_where_billing_is_asked_for_and_the_price_is_known(
    start: Any, ended: str, tmp_path: Path
) -> None:
    prices = tmp_path / "prices.yaml"
    prices.write_text("regions: {eu-west-1: {ml.m5.large: 3600}}")  # a dollar a second
    configured = {"sagemaker-tuning:prices": str(prices)}
    found, _ = result(start, ended, **configured)
    assert found["billableSeconds"] > 0
    assert found["costUsd"] == pytest.approx(found["billableSeconds"])

    found, _ = result(start, ended, billing=False, **configured)
    assert "costUsd" not in found


def test_a_cost_is_left_out_where_a_price_is_not_known_or_the_price_file_is_wrong(
    start: Any, ended: str, tmp_path: Path
) -> None:
    found, _ = result(start, ended)
    assert found["billableSeconds"] > 0
    assert "costUsd" not in found

    prices = tmp_path / "prices.yaml"
    prices.write_text("regions: nowhere")
    found, said = result(start, ended, **{"sagemaker-tuning:prices": str(prices)})
    assert "costUsd" not in found
    assert "churn-done: the cost is not known: prices: " in said
