"""Keep one comment of a pull request up to date, on GitHub and on GitLab alike; needs Python alone.

    post_comment.py comment.md

The comment's first line is a hidden marker. A comment that begins with the same one is updated, else one is created.
Where to and as whom comes from the variables of the pipeline: GITHUB_TOKEN in a workflow of GitHub, GITLAB_TOKEN in a
merge request pipeline of GitLab.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MARKER = "<!-- sagemaker-tuning:pr-comment "
PAGE_SIZE = 100
TIMEOUT_SECONDS = 30


class PostingError(Exception):
    """The comment is not there; the message says why."""


@dataclass(frozen=True)
class Discussion:
    """The comments of one pull request. Both services list and create at `comments`, and update at `comment` + id."""

    comments: str
    comment: str
    update_method: str
    headers: Mapping[str, str]

    def find(self, marker: str) -> int | None:
        """The id of the oldest comment that begins with the marker."""
        found = (item["id"] for item in self._all() if (item.get("body") or "").lstrip().startswith(marker))
        return next(found, None)

    def create(self, body: str) -> None:
        self._call("POST", self.comments, {"body": body})

    def update(self, comment_id: int, body: str) -> None:
        self._call(self.update_method, f"{self.comment}/{comment_id}", {"body": body})

    def _all(self) -> Iterator[dict[str, Any]]:
        page = 1
        while items := self._call("GET", f"{self.comments}?per_page={PAGE_SIZE}&page={page}&sort=asc"):
            yield from items
            if len(items) < PAGE_SIZE:
                return
            page += 1

    def _call(self, method: str, url: str, document: dict[str, str] | None = None) -> Any:
        data = None if document is None else json.dumps(document).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "sagemaker-tuning", **self.headers}
        request = urllib.request.Request(url, data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            reason = error.read().decode(errors="replace")[:500]
            raise PostingError(f"{method} {url}: {error.code} {error.reason}: {reason}") from error
        except OSError as error:
            raise PostingError(f"{method} {url}: {error}") from error


def github(variables: Mapping[str, str]) -> Discussion:
    """The pull request of a GitHub workflow that runs on `pull_request`."""
    event = json.loads(Path(_required(variables, "GITHUB_EVENT_PATH")).read_text(encoding="utf-8"))
    number = event.get("pull_request", {}).get("number")
    if number is None:
        raise PostingError("this workflow does not run for a pull request: let it run on `pull_request`")
    issues = f"{_required(variables, 'GITHUB_API_URL')}/repos/{_required(variables, 'GITHUB_REPOSITORY')}/issues"
    headers = {
        "Authorization": f"Bearer {_required(variables, 'GITHUB_TOKEN')}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    return Discussion(f"{issues}/{number}/comments", f"{issues}/comments", "PATCH", headers)


def gitlab(variables: Mapping[str, str]) -> Discussion:
    """The merge request of a GitLab merge request pipeline."""
    project = f"{_required(variables, 'CI_API_V4_URL')}/projects/{_required(variables, 'CI_PROJECT_ID')}"
    notes = f"{project}/merge_requests/{_required(variables, 'CI_MERGE_REQUEST_IID')}/notes"
    return Discussion(notes, notes, "PUT", {"PRIVATE-TOKEN": _required(variables, "GITLAB_TOKEN")})


def post(body: str, variables: Mapping[str, str]) -> str:
    """Create or update the comment; what was done. Errors: PostingError."""
    marker = body.partition("\n")[0]
    if not marker.startswith(MARKER):
        raise PostingError("the comment has no marker: is it one of `sagemaker-tuning pr-comment`?")
    discussion = gitlab(variables) if variables.get("GITLAB_CI") else github(variables)
    comment_id = discussion.find(marker)
    if comment_id is None:
        discussion.create(body)
        return "comment created"
    discussion.update(comment_id, body)
    return f"comment {comment_id} updated"


def _required(variables: Mapping[str, str], name: str) -> str:
    if not variables.get(name):
        raise PostingError(f"the variable {name} is not set")
    return variables[name]


def main() -> int:
    if len(sys.argv) != 2:
        print("usage: post_comment.py COMMENT_FILE", file=sys.stderr)
        return 1
    try:
        print(post(Path(sys.argv[1]).read_text(encoding="utf-8"), os.environ))
    except (PostingError, OSError) as error:
        print(f"post_comment.py: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
