"""pytest's own pytester: a user's project in a folder, and a run of pytest on it."""

from __future__ import annotations

pytest_plugins = ["pytester"]
