"""The two pipelines in which the example's scripts run, as the variables that a service sets in them."""

from __future__ import annotations

import json
from pathlib import Path

from comment_services import TOKEN, Service

__all__ = ["EXAMPLE", "PIPELINES", "variables_of"]

EXAMPLE = Path(__file__).parents[2] / "examples" / "pull_request"
PIPELINES = ("github", "gitlab")


def variables_of(pipeline: str, service: Service, folder: Path) -> dict[str, str]:
    """The variables of a pipeline for the pull request 7 of a service."""
    if pipeline == "gitlab":
        return {
            "GITLAB_CI": "true",
            "GITLAB_TOKEN": TOKEN,
            "CI_API_V4_URL": service.url,
            "CI_PROJECT_ID": "42",
            "CI_MERGE_REQUEST_IID": "7",
        }
    event = folder / "event.json"
    event.write_text(json.dumps({"action": "synchronize", "pull_request": {"number": 7}}))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_TOKEN": TOKEN,
        "GITHUB_API_URL": service.url,
        "GITHUB_REPOSITORY": "acme/models",
        "GITHUB_EVENT_PATH": str(event),
    }
