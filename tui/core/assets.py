"""Finds the files of assets/: inside the package once installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent.parent
_PACKAGED = _PACKAGE / "assets"
ASSETS = _PACKAGED if _PACKAGED.is_dir() else _PACKAGE.parent / "assets"
