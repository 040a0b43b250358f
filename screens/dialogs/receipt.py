"""The receipt of a build, to read."""

from __future__ import annotations

from tui.core.proof.receipt import Receipt
from tui.core.proof.receipt_words import receipt_text, short_digests
from tui.widgets.dialogs import ReadingDialog
from tui.widgets.hanging_indent import Columns


class ReceiptDialog(ReadingDialog):
    """The whole receipt, with digests by their beginnings."""

    body = Columns

    def __init__(self, receipt: Receipt) -> None:
        super().__init__("The receipt", short_digests(receipt_text(receipt)))
