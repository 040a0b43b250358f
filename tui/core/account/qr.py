"""An address as a QR code of half blocks, two modules a character, for a phone to read from the screen."""

from __future__ import annotations

_QUIET = 2
"""Modules of margin on each side. ISO/IEC 18004 asks for 4; readers make do with 2, and the code fits sooner."""
_CELLS = {(0, 0): " ", (1, 0): "▀", (0, 1): "▄", (1, 1): "█"}


def qr_lines(text: str) -> list[str]:
    """The lines of the code, quiet zone included: `len(lines[0])` columns by `len(lines)` rows of cells.

    What is drawn are the dark modules: show it black on white, whatever the theme, since many phones read no
    inverted code. An address of 57 characters takes 37 columns by 19 rows. Raises ValueError for a text that no
    code can hold (2,953 bytes).
    """
    import segno

    code = segno.make_qr(text, error="l", boost_error=False)
    rows = [list(row) for row in code.matrix_iter(border=_QUIET)]
    if len(rows) % 2:
        rows.append([0] * len(rows))
    pairs = zip(rows[::2], rows[1::2], strict=True)
    return ["".join(_CELLS[cell] for cell in zip(upper, lower, strict=True)) for upper, lower in pairs]
