"""Where the tests' data lies."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
RECORDINGS = DATA / "recordings"
