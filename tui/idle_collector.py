"""Python's garbage collector, kept from being felt."""

from __future__ import annotations

import gc
from time import monotonic
from typing import Any

from textual.app import App

_IDLE = 2.0
"""Seconds without a key or the mouse after which somebody is taken to be reading."""
_NEVER = 1_000_000


class IdleCollector:
    """Looks through all that is there once nobody has pressed a key for a while, and not again through what stays.

    By itself Python does so in between keys: with eight steps open that takes a fifth of a second (3.11).
    """

    def __init__(self) -> None:
        self._touched = monotonic()
        self._due = True

    def begin(self, app: App[Any]) -> None:
        """From now on, leave to Python what is young alone."""
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _NEVER)
        app.set_interval(_IDLE / 2, self.collect)

    def touch(self) -> None:
        """Somebody has pressed a key, or moved the mouse."""
        self._touched, self._due = monotonic(), True

    def collect(self) -> None:
        """Look through all, if something was done since the last time and nothing is being done now."""
        if self._due and monotonic() - self._touched >= _IDLE:
            gc.collect()
            gc.freeze()
            self._due = False
