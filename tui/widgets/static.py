"""Textual's static text, which is laid out anew only where it says something else."""

from __future__ import annotations

from textual import widgets
from textual.content import Content
from textual.visual import VisualType


class Static(widgets.Static):
    """A step says all it has to say after every change of its project, and nearly all of it is as before."""

    def update(self, content: VisualType = "", *, layout: bool = True) -> None:
        """Show this, unless it is shown already: Textual (8.2.8) lays all of the screen out for it."""
        if not _same(self.content, content):
            super().update(content, layout=layout)


def _same(shown: VisualType, content: VisualType) -> bool:
    if isinstance(shown, Content) and isinstance(content, Content):
        return shown.is_same(content)
    return isinstance(content, str) and isinstance(shown, str) and content == shown
