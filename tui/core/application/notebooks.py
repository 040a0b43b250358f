"""The code in Jupyter notebooks, read as text and never run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

_NOT_PYTHON = r"[ \t]*[%!?]"
"""How a line begins that IPython reads before Python does: magics, commands of a shell, help."""


def notebook_code(text: str) -> str:
    """The code of a notebook's cells, in their order (nbformat 4 and 3); empty where it is none.

    Magics and the like are left out; a cell of another language (`%%bash`) is, as a whole.
    """
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return "\n".join(_cells(notebook))


def _cells(notebook: object) -> Iterator[str]:
    if not isinstance(notebook, dict):
        return
    sheets = notebook.get("worksheets")
    holders = [notebook, *(sheets if isinstance(sheets, list) else ())]
    for holder in holders:
        cells = holder.get("cells") if isinstance(holder, dict) else None
        for cell in cells if isinstance(cells, list) else ():
            if isinstance(cell, dict) and cell.get("cell_type") == "code":
                code = _joined(cell.get("source", cell.get("input")))
                if not code.startswith("%%") or code.startswith(("%%time", "%%capture")):
                    yield "\n".join(line for line in code.splitlines() if not re.match(_NOT_PYTHON, line))


def _joined(source: object) -> str:
    """The text of a cell, which is a text or a list of lines."""
    if isinstance(source, list):
        return "".join(line for line in source if isinstance(line, str))
    return source if isinstance(source, str) else ""
