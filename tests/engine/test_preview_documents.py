"""`preview --json` and the event log, equal on both engines to what the Pulumi CLI 3.260 wrote.

To record them anew, with the CLI on PATH: `RECORD_PREVIEWS=1 pytest tests/engine/test_preview_documents.py -k 'cli]'`.
"""

from __future__ import annotations

import json
import os

import pytest
from box_programs import rewrite
from preview_documents import preview, record, recorded
from sagemaker_sandbox.testing import CLI

FIRST = """
a = Box("a", tags={"team": "ml"}, secret=config.require_secret("pw"))
Box("b", source=a.made)
Box("c")
Case("case")
Box("f", fixed=True)
pulumi.export("made", a.made)
pulumi.export("pw", a.secret)
"""

CHANGED = """
a = Box("a", tags={"team": "risk"}, secret=config.require_secret("pw"))
Box("b", source=a.made, size=2)
Case("case", tags={"of": a.made})
Box("d", tags={"of": a.made})
Box("f", fixed=True, size=3)
pulumi.log.info("to everyone")
pulumi.log.warn("mind a", a)
print("printed")
pulumi.export("made", a.made)
"""


@pytest.fixture
def stack(boxes, cloud):
    made = boxes(FIRST)
    made.configure(secrets={"pw": "hush"})
    return made


def check(engine, name, document):
    if engine == CLI and os.environ.get("RECORD_PREVIEWS"):
        record(name, document)
    assert document == recorded(name)
    assert "hush" not in json.dumps(document)


def test_creates_and_every_kind_of_change_are_told_as_the_cli_tells_them(stack, engine):
    check(engine, "create", preview(stack)[0])
    assert stack.up().ok
    rewrite(stack, CHANGED)
    document, events = preview(stack)
    check(engine, "changes", document)
    check(engine, "changes_events", events)


@pytest.mark.slow
def test_what_stays_is_told_on_demand_and_what_drifted_after_a_refresh(stack, engine, cloud):
    assert stack.up().ok
    check(engine, "same", preview(stack)[0])
    check(engine, "same_shown", preview(stack, "--show-sames")[0])
    cloud.edit("a", tags={"team": "drift"})
    document, _ = preview(stack, "--refresh")
    for step in document["steps"]:
        for state in ("oldState", "newState"):  # the CLI loses them of what has drifted
            step.get(state, {}).pop("propertyDependencies", None)
    check(engine, "refresh", document)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "source"),
    {"refused": 'Box("c", bad="yes")\n', "run_error": 'raise pulumi.RunError("no more")\n'}.items(),
)
def test_a_failed_preview_has_its_errors_and_no_result(boxes, engine, name, source):
    check(engine, name, preview(boxes(source))[0])
