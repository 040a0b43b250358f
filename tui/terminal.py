"""The terminal around the wizard, as far as it is more than a grid of characters: its background, its tab."""

from __future__ import annotations

import os
import re
import select
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import cast

LIMIT = 0.05
"""Seconds that a terminal has to answer: one that does takes a few thousandths."""
_ASK = b"\x1b]11;?\x1b\\"  # xterm's control sequences: OSC 11, the colour of the background
_ANSWER = (
    rb"\x1b\]11;rgba?:([0-9a-fA-F]{2,4})/([0-9a-fA-F]{2,4})/([0-9a-fA-F]{2,4})[^\x07\x1b]{0,5}(?:\x07|\x1b\\)"
)
_ANSWERING = ("iTerm.app", "WezTerm", "ghostty", "vscode", "Apple_Terminal")
_ANSWERING_VARIABLES = ("KITTY_WINDOW_ID", "WT_SESSION", "VTE_VERSION", "KONSOLE_VERSION", "ALACRITTY_WINDOW_ID")
_TELLING = ("iTerm.app", "WezTerm", "ghostty")
_TELLING_VARIABLES = ("WT_SESSION", "ConEmuANSI", "KONSOLE_VERSION")


def answers(env: Mapping[str, str]) -> bool:
    """True if the terminal is known to say its background, and near: a late answer would be taken for keys."""
    if any(env.get(name) for name in ("TMUX", "STY", "SSH_TTY", "SSH_CONNECTION")):
        return False
    return env.get("TERM_PROGRAM") in _ANSWERING or any(env.get(name) for name in _ANSWERING_VARIABLES)


def shows_progress(env: Mapping[str, str]) -> bool:
    """True if the terminal is known to take OSC 9;4, which others print as a notification, or as text."""
    if env.get("TMUX") or env.get("STY"):
        return False
    return env.get("TERM_PROGRAM") in _TELLING or any(env.get(name) for name in _TELLING_VARIABLES)


def progress(percent: int | None, *, failed: bool = False) -> str:
    """The sequence that shows how far a build is in the terminal's tab; None takes it away (ConEmu's OSC 9;4)."""
    return "\x1b]9;4;0\x1b\\" if percent is None else f"\x1b]9;4;{2 if failed else 1};{percent}\x1b\\"


def notification(text: str) -> str:
    """The sequence that has the terminal notify its user; `text` is printable."""
    return f"\x1b]9;{''.join(c for c in text if c.isprintable() and c != ';')}\x1b\\"


def take_alt_and_digits() -> None:
    """Have alt and a digit be keys of their own.

    Textual (8.2.8, _ansi_sequences.py) takes them for the characters that a Mac has behind Option and a digit,
    which every terminal but WezTerm sends as such.
    """
    from textual._ansi_sequences import ANSI_SEQUENCES_KEYS

    for digit in "123456789":
        cast("dict[str, object]", ANSI_SEQUENCES_KEYS).pop(f"\x1b{digit}", None)


def is_light(env: Mapping[str, str]) -> bool:
    """True if the terminal's background is light, as it says, or else COLORFGBG."""
    said = _ask_background() if answers(env) else None
    if said is not None:
        return luminance(said) > 0.5
    background = env.get("COLORFGBG", "").rpartition(";")[2]
    return background in ("7", "15")


def luminance(answer: bytes) -> float:
    """From 0 for black to 1 for white, of an answer to OSC 11; 0 where it is none."""
    found = re.search(_ANSWER, answer)
    if found is None:
        return 0.0
    red, green, blue = (int(part, 16) / float(16 ** len(part) - 1) for part in found.groups())
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def _ask_background() -> bytes | None:
    """The terminal's answer, or None where it does not come in time."""
    import termios
    import tty

    with suppress(OSError, termios.error, ValueError):
        keyboard, screen = sys.stdin.fileno(), sys.stdout.fileno()
        if not (os.isatty(keyboard) and os.isatty(screen)):
            return None
        before = termios.tcgetattr(keyboard)
        try:
            tty.setcbreak(keyboard, termios.TCSANOW)
            os.write(screen, _ASK)
            return _read(keyboard)
        finally:
            termios.tcsetattr(keyboard, termios.TCSANOW, before)
    return None


def _read(keyboard: int) -> bytes | None:
    answer = b""
    while select.select([keyboard], [], [], LIMIT)[0] and len(answer) < 100:
        answer += os.read(keyboard, 100)
        if re.search(_ANSWER, answer):
            return answer
    return None
