"""The offer to go on with what was typed when condock was ended before it was written."""

from __future__ import annotations

from textual.content import Content

from tui.core.project import Project
from tui.core.unwritten import Unwritten
from tui.widgets.dialogs import ConfirmDialog, coloured_diff


class UnwrittenDialog(ConfirmDialog):
    """Dismissed with True if it is to be taken up."""

    def __init__(self, found: Unwritten, project: Project) -> None:
        when = found.when.astimezone()
        said = f"condock was ended on {when:%d %B} at {when:%H:%M}, before this was written:\n\n"
        differences = coloured_diff(found.differences(project))
        super().__init__(
            "Go on with what you typed?", Content(said) + differences, yes="Go on with it", no="Not now"
        )
