"""Work for the moments in which nobody presses a key; and Python's garbage collector, kept from being felt."""

from __future__ import annotations

import asyncio
import gc
from time import monotonic
from typing import Any

from textual.app import App

_BREATH = 0.02
"""Seconds in which what waits has its turn."""
_MOMENT = 0.3
"""Seconds without a key or the mouse after which nothing is being typed."""
_IDLE = 2.0
"""Seconds without a key or the mouse after which somebody is taken to be reading."""
_AWAY = 30.0
"""Seconds after which nobody is taken to be there."""
_NEVER = 1_000_000


class IdleCollector:
    """Looks through what is new once nobody has pressed a key for a while, and through all once nobody is there.

    By itself Python does so in between keys: with eight steps open that takes a fifth of a second (3.11).
    """

    def __init__(self) -> None:
        self._touched = monotonic()
        self._due = self._all_due = True

    def begin(self, app: App[Any]) -> None:
        """From now on, leave to Python what is young alone."""
        young, middle, _ = gc.get_threshold()
        gc.set_threshold(young, middle, _NEVER)
        app.set_interval(_IDLE / 2, self.collect)

    def touch(self) -> None:
        """Somebody has pressed a key, or moved the mouse."""
        self._touched, self._due, self._all_due = monotonic(), True, True

    async def rest(self) -> None:
        """Let others come, and wait until nobody has pressed a key for a moment."""
        left = _BREATH
        while left > 0:
            await asyncio.sleep(left)
            left = self._touched + _MOMENT - monotonic()

    def collect(self) -> None:
        """Look, if something was done since the last time and nothing is being done now."""
        idle = monotonic() - self._touched
        if self._all_due and idle >= _AWAY:
            gc.unfreeze()
            self._all_due = False
        elif not self._due or idle < _IDLE:
            return
        gc.collect()
        gc.freeze()
        self._due = False
