"""Finds and reads the files of assets/: inside the package once installed, beside it in a checkout."""

from __future__ import annotations

from pathlib import Path

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import Any

_PACKAGE = Path(__file__).parent.parent
_PACKAGED = _PACKAGE / "assets"
ASSETS = _PACKAGED if _PACKAGED.is_dir() else _PACKAGE.parent / "assets"


def read_table(name: str) -> Any:
    """The content of one of our own YAML files, by libyaml where it is there: a tenth of the time."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load((ASSETS / name).read_bytes(), Loader=loader)  # noqa: S506  # a safe one
