"""The wizard on a real pseudo-terminal where no colours are wanted (no-color.org)."""

from __future__ import annotations

import os
import re
from pathlib import Path

from tests.flows.test_build_in_terminal import Terminal, condock

_COLOURS = re.compile(rb"\x1b\[(?:[\d;:]*[;:])?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:[;:][\d;:]*)?m")
"""Any colour that is set (ECMA-48, SGR); 39 and 49 take one away."""


def reversed_texts(terminal: Terminal) -> str:
    """All that is drawn in reverse."""
    rows = terminal.screen.buffer
    return "".join(rows[y][x].data for y in range(24) for x in range(80) if rows[y][x].reverse)


def test_no_colour_is_sent_and_marks_tell_how_things_stand(tmp_path: Path) -> None:
    nothing = {"PATH": "/nowhere", "HOME": str(tmp_path), "TERM": "xterm-256color", "COLORTERM": "truecolor"}
    with condock("demo", NO_COLOR="1", **nothing) as terminal:
        terminal.until("▶Start")
        terminal.until("✓ environment.yml")
        terminal.until("Begin", of=reversed_texts)  # what has the focus is seen
        assert "Docker" not in reversed_texts(terminal)
        os.write(terminal.master, b"\r")
        terminal.until("✓Start ▶Account")
        os.write(terminal.master, b"\x11")
        assert terminal.code() == 0
    assert _COLOURS.findall(terminal.raw) == []
