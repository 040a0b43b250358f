"""A screen that is made before it is shown."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.screen import Screen

_TIMES = 2
"""Widgets that have a size now may want another."""


async def make_ready(app: App[Any], screen: Screen[None], rest: Callable[[], Awaitable[None]]) -> None:
    """Have what Textual (8.2.8) keeps of a screen that was shown: its widgets, their places, their lines."""
    await app._get_screen(screen)[1]
    for _ in range(_TIMES):
        screen._refresh_layout(app.size)
        await rest()
    screen._compositor.render_strips()
