"""The question whether something that a folder says about the key may count."""

from __future__ import annotations

from textual.content import Content

from tui.core.files import FileChange
from tui.core.trust.claim import Claim
from tui.widgets.dialogs import ConfirmDialog, coloured_diff

_REMEMBERED = (
    "Your answer counts for this folder and this value alone; `condock trust` lists it and takes it back."
)
_DIFF = "Lines with - are in the file as it is, and would run. Lines with + are the plan's."


class TrustDialog(ConfirmDialog):
    """Asks for a yes to one claim; for a file's, `change` is from the file as it is to the plan's."""

    def __init__(self, claim: Claim, change: FileChange | None = None) -> None:
        parts = [Content(claim.meaning)]
        if change is not None:
            parts += [Content(_DIFF), coloured_diff(change.diff())]
        text = Content("\n\n").join((*parts, Content(_REMEMBERED)))
        super().__init__(claim.question, text, yes="Yes, I agree", no="No")
