"""The report of tuning jobs: asked from AWS once, shown in a notebook or saved as a file.

The packages that draw it are an extra of this one's; `report` says how to get them where they are missing.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path

from sagemaker_tuning.cost.prices import Prices, load_prices
from sagemaker_tuning.errors import TuningError
from sagemaker_tuning.gateway import TuningGateway, gateway_for
from sagemaker_tuning.reporting.job import ReportedJob, reported_job
from sagemaker_tuning.settings import Settings

__all__ = ["Report", "report"]

_NEEDED = ("plotly", "optuna", "sklearn", "jinja2")


@dataclass(frozen=True)
class Report:
    """A page about tuning jobs as they were when it was asked for. As a notebook's last value it shows itself."""

    jobs: Sequence[ReportedJob]
    prices: Prices | None = None

    @cached_property
    def html(self) -> str:
        """The whole page; it needs no network."""
        from sagemaker_tuning.reporting.page import render

        return render(self.jobs, self.prices)

    def save(self, path: str | Path) -> Path:
        """Write the page to a file. Errors: TuningError if it cannot be written."""
        target = Path(path)
        try:
            target.write_text(self.html, encoding="utf-8")
        except OSError as error:
            raise TuningError(
                f"{target}: the report cannot be written: {error.strerror}.\nGive a file in a folder that exists."
            ) from error
        return target

    def _repr_html_(self) -> str:
        # A frame of its own keeps the page's styles and scripts apart from the notebook's, and the notebook's from it.
        return (
            '<iframe title="Tuning report" style="width: 100%; height: 56rem; border: 0; resize: vertical" '
            'sandbox="allow-scripts allow-popups allow-popups-to-escape-sandbox allow-downloads" '
            f'srcdoc="{html.escape(self.html)}"></iframe>'
        )

    def __repr__(self) -> str:
        return f"Report({', '.join(job.name for job in self.jobs)})"


def report(
    *job_names: str,
    gateway: TuningGateway | None = None,
    billing: bool | None = None,
    region: str | None = None,
    profile: str | None = None,
) -> Report:
    """The report of these tuning jobs, ours or not.

    gateway: how to reach AWS; without one, `region`, `profile` and then boto3's own chain say it.
    billing: ask what each trial was billed for, one call each; by default only where nothing else tells, as with spot
    training.
    Errors: NotFound if there is no such job; TuningError if the packages of the extra `report` are missing.
    """
    if not job_names:
        raise TuningError("report: no tuning job was named.\nGive the name of one or more.")
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise TuningError(
            f"A report needs packages that are not installed: {', '.join(missing)}.\n"
            'Install them: pip install "pulumi-sagemaker-tuning[report]"'
        )
    gateway = gateway or gateway_for(Settings.from_environment().at(region=region, profile=profile))
    now = datetime.now(timezone.utc)
    jobs = tuple(
        reported_job(name, gateway, now, describe_trials=billing, digest_failures=True)
        for name in dict.fromkeys(job_names)
    )
    return Report(jobs, load_prices())
