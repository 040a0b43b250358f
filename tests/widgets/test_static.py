"""A text that is said again is not laid out again."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from tui.widgets.static import Static


class Counted(Static):
    """Counts how often the screen would be laid out for it."""

    layouts = 0

    def refresh(self, *regions: Any, layout: bool = False, **more: Any) -> Counted:
        self.layouts += layout
        return super().refresh(*regions, layout=layout, **more)


def test_only_what_is_new_is_laid_out() -> None:
    text = Counted()
    text.layouts = 0
    for content in ("", "one", "one", Content("one"), Content("one"), Content.styled("one", "bold"), "two"):
        text.update(content)
    assert text.layouts == 4
    assert text.content == "two"
    text.update(Content.styled("two", "$text-error"))
    text.update(Content.styled("two", "$text-error"))
    assert text.layouts == 5
