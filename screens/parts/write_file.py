"""Writing a file of the user's folder, with a question where it is not condock's."""

from __future__ import annotations

import os

from textual.app import App

from screens.step_screen import StepScreen
from tui.core.dataclass import replace
from tui.core.files import FileChange, Standing, write
from tui.core.own_files import remember_own
from tui.widgets.dialogs import ConfirmDialog, coloured_diff


async def write_file(app: App[object], change: FileChange) -> bool:
    """Write one file; False where the user said no. To be awaited in a worker.

    Raises CondockError where it cannot be written.
    """
    if not await may_write(app, change):
        return False
    put(app, change)
    return True


async def may_write(app: App[object], change: FileChange) -> bool:
    """Ask whether a file that is not condock's may be replaced. To be awaited in a worker."""
    if change.standing is not Standing.FOREIGN:
        return True
    title = f"Replace {change.path.name}?"
    diff = coloured_diff(change.diff())
    dialog = ConfirmDialog(title, diff, yes="Replace, keep a copy")
    return await app.push_screen_wait(dialog)


def put(app: App[object], change: FileChange) -> None:
    """Write one file that may be written. Raises CondockError where that cannot be."""
    backup = write(change)
    remember_own(change, os.environ)
    app.post_message(StepScreen.Edited(lambda project: replace(project, written=project.written.plus(change))))
    if backup is not None:
        app.notify(f"The old {change.path.name} is now {backup.relative_to(change.folder)}.", markup=False)
