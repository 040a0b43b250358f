"""`conda config`: the settings in conda's own condarc (cli/condarc.py)."""

from __future__ import annotations

import argparse
from typing import Any

import yaml

from . import CondaError
from .base.context import ROOT

FILE = ROOT / ".condarc"


class CondaKeyError(CondaError):
    """A setting that is not there."""


def configure(args: argparse.Namespace) -> None:
    """`conda config`, of the settings in conda's own prefix."""
    for name, value in args.remove:
        remove(name, value)
    for name in args.remove_key:
        remove_key(name)
    for name, value in args.append:
        add(name, value, last=True)
    for name, value in args.prepend:
        add(name, value, last=False)


def remove(name: str, value: str) -> None:
    """Take a value out of a list."""
    settings = _read()
    values = settings.setdefault(name, ["defaults"] if name == "channels" else [])
    if value not in values:
        raise CondaKeyError(f"{name!r}: value {value!r} not present in config")
    settings[name] = [kept for kept in values if kept != value]
    _write(settings)


def remove_key(name: str) -> None:
    """Take a setting out."""
    settings = _read()
    if name not in settings:
        raise CondaKeyError(f"{name!r}: undefined in config")
    del settings[name]
    _write(settings)


def add(name: str, value: str, *, last: bool) -> None:
    """Put a value into a list, as its last or its first."""
    settings = _read()
    others = [kept for kept in settings.get(name) or [] if kept != value]
    settings[name] = [*others, value] if last else [value, *others]
    _write(settings)


def _read() -> dict[str, Any]:
    return (yaml.safe_load(FILE.read_text()) if FILE.exists() else None) or {}


def _write(settings: dict[str, Any]) -> None:
    FILE.write_text(yaml.safe_dump(settings))
