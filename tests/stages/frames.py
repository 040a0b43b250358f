"""Frames that nobody looks at are left out: to paint them is a quarter of what it takes to test a screen."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

from textual._compositor import Compositor
from textual.app import App


@contextmanager
def unseen(app: App[Any]) -> Iterator[None]:
    """Have painted only what is asked for, and what is there in the end."""
    paint = Compositor.render_update

    def paint_asked(compositor: Compositor, full: bool = False, **how: Any) -> Any:
        if full:
            return paint(compositor, full, **how)
        compositor._dirty_regions.clear()
        return None

    with patch.object(Compositor, "render_update", paint_asked):
        yield
    if app.is_running:
        paint(app.screen._compositor, full=True)
