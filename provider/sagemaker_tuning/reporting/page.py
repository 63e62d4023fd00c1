"""The page: one HTML file with everything in it, that asks no network for anything.

Decides the order of a page and what goes into it; `sections` has what is said of a job, the templates in `page/` how it
is written. plotly.js is in it once, compressed. The page forbids itself everything but its own scripts (by their
hashes), so that neither a hyperparameter that looks like one nor plotly's map tiles could ask anybody for anything.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from plotly.offline import get_plotlyjs  # type: ignore[import-untyped]  # plotly has no types

from sagemaker_tuning.cost.prices import Prices
from sagemaker_tuning.cost.words import rate
from sagemaker_tuning.reporting import words
from sagemaker_tuning.reporting.job import ReportedJob
from sagemaker_tuning.reporting.sections import Figure, comparison_of, section_of

__all__ = ["render"]

_SCRIPTS = ("table.js", "page.js")


def render(jobs: Sequence[ReportedJob], prices: Prices | None) -> str:
    """The page of these jobs; of several, they are compared first."""
    comparison = comparison_of(jobs) if len(jobs) > 1 else None
    sections = [section_of(job, f"job-{index}", prices) for index, job in enumerate(jobs, 1)]
    figures = [*(comparison.figures if comparison else ()), *(figure for one in sections for figure in one.figures)]
    scripts = [_asset(name) for name in _SCRIPTS]
    return (
        _templates()
        .get_template("page.html")
        .render(
            title=", ".join(job.name for job in jobs),
            comparison=comparison,
            sections=sections,
            seen_at=jobs[0].seen_at,
            styles=_asset("page.css"),
            scripts=scripts,
            figures=_script_data({figure.id: _drawable(figure) for figure in figures}),
            plotly=_packed_plotly(),
            policy=_policy([_plotly(), *scripts]),
        )
    )


def _drawable(figure: Figure) -> Mapping[str, Any]:
    return {"data": figure.plot.data, "layout": figure.plot.layout}


def _script_data(data: Any) -> str:
    """JSON that can stand in a script element: no `<` that could end it or begin a comment."""
    return json.dumps(data, allow_nan=False, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _policy(scripts: Sequence[str]) -> str:
    # Plotly writes style attributes, makes pictures to download, and compiles the code that draws parallel coordinates.
    hashes = " ".join(f"'sha256-{_base64(hashlib.sha256(script.encode()).digest())}'" for script in scripts)
    return (
        f"default-src 'none'; script-src 'unsafe-eval' {hashes}; style-src 'unsafe-inline'; img-src data: blob:; "
        "base-uri 'none'; form-action 'none'"
    )


@cache
def _plotly() -> str:
    source: str = get_plotlyjs()
    return source


@cache
def _packed_plotly() -> str:
    return _base64(gzip.compress(_plotly().encode(), mtime=0))


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


@cache
def _asset(name: str) -> str:
    return files("sagemaker_tuning.reporting").joinpath("page").joinpath(name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("sagemaker_tuning.reporting", "page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        number=words.number,
        short=words.short,
        percent=words.percent,
        share=words.share,
        duration=words.duration,
        hours=words.hours,
        moment=words.moment,
        dollars=words.dollars,
        rate=rate,
    )
    environment.globals.update(counted=words.counted)
    return environment
