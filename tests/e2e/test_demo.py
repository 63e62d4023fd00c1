"""`make demo`: the quickstart from its first preview to its destroy, as a newcomer runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from sagemaker_sandbox.testing import CLI

pytestmark = pytest.mark.e2e

ROOT = Path(__file__).parents[2]


def test_the_demo_tunes_a_real_model_and_shows_why_a_changed_job_would_be_replaced(engine):
    done = subprocess.run(
        [sys.executable, "-m", "sagemaker_sandbox.demo"],
        cwd=ROOT,
        env=os.environ if engine == CLI else {**os.environ, "PATH": _without_pulumi(os.environ["PATH"])},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # where the CLI writes diagnostics with --diff
        text=True,
        timeout=280,
        check=False,
    )
    shown = done.stdout
    assert done.returncode == 0, shown
    assert shown.startswith("Engine: the Pulumi CLI" if engine == CLI else "Engine: the local engine")
    assert "8/8 trials, 0 running, best validation:auc 0.9" in shown
    (best,) = set(re.findall(r"best_objective_value: (0\.\d+)", shown))
    assert 0.9 < float(best) < 1
    assert re.search(r'max_depth +: "\d"', shown)
    assert "tags[team] can be edited in place: ml → risk" in shown
    assert "hyper_parameter_tuning_job_config.strategy: strategy is immutable: Bayesian → Random" in shown
    assert "8 trials run again" in shown
    assert "| `quickstart` | 🔁 runs again | strategy is immutable: Bayesian → Random | 8 |" in shown
    assert "8 trials of quickstart-" in shown
    assert "- 8 deleted" in shown
    assert f"{ROOT / '.sandbox' / 'quickstart.html'}: quickstart-" in shown
    assert "Traceback" not in shown


def _without_pulumi(path: str) -> str:
    return os.pathsep.join(folder for folder in path.split(os.pathsep) if not Path(folder, "pulumi").exists())
