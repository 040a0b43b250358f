"""Cuts the raw output of a program into lines, as a terminal would show them."""

from __future__ import annotations

import codecs
import re

from tui.core.untrusted_text import ESCAPES, SGR, Redactor, printable, safe_line, unstyled

MAX_LINE = 16_384
"""Characters kept of one line of output; the rest is counted, not kept."""

MAX_STYLED = 4_096
"""A line keeps its colours only up to this length, codes included: drawing one must stay cheap."""

_LOOK_AHEAD = 8_192
"""A line is cut only this far behind its limit, so that a key lying across the cut is seen whole."""
_LONGEST_STYLE = 64
_LONGEST_BEGUN = 400

_UP = r"\x1b\[(\d{0,3})A"
_PLAIN = bytes(range(0x20, 0x7F)) + b"\n"
_ALL_OFF = r"\x1b\[0*m"


class LineReader:
    """Turns chunks of raw output into finished, safe, redacted lines: see `safe_line`.

    Chunks may end anywhere, within a character, an escape or a line. A lone carriage return starts its line anew,
    as progress bars mean it. Colours go on from line to line until they are switched off. A line longer than
    `MAX_LINE` ends in a note of how much was left out.
    """

    def __init__(self, redact: Redactor | None = None) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._redact = redact or Redactor()
        self._line = ""
        self._overwritten = ""
        self._style = ""
        self._below = 0  # lines that the cursor went up over, and which are there already
        self._up = 0  # lines that it goes up over by what was let go of the unfinished one
        self._dropped = 0

    @property
    def unfinished(self) -> str:
        """The beginning of an unfinished line: its last state but one, or its words but the last, without colours.

        No key is shown in part: it has neither a carriage return in it nor a space.
        """
        if not self._line:
            return ""
        begun = self._overwritten or self._line[: self._line.rfind(" ") + 1]
        if len(begun) > _LONGEST_BEGUN:
            begun = begun[: begun.rfind(" ", 0, _LONGEST_BEGUN) + 1]
        return self._redact(printable(begun)).rstrip()

    def feed(self, chunk: bytes) -> list[str]:
        """The lines that this chunk finishes."""
        text = self.feed_text(chunk)
        return [] if text is None else text.split("\n")

    def feed_text(self, chunk: bytes) -> str | None:
        """As `feed`, with line feeds between the lines, as many are kept fastest; None where there are none."""
        finished, line_feed, rest = (self._line + self._decoder.decode(chunk)).rpartition("\n")
        text = None
        if line_feed:
            self._overwritten = ""
            text = self._finish_clean(finished)
            if text is None and (lines := self._finish_each(finished)):
                text = "\n".join(lines)
        self._line = self._shortened(rest) if rest else ""
        return text

    def close(self) -> list[str]:
        """The lines that are left when the output ends."""
        rest = self._line + self._decoder.decode(b"", final=True)
        self._line = ""
        return [self._finish(rest)] if rest else []

    def _shortened(self, line: str) -> str:
        """An unfinished line without what a carriage return or the limit has already made void."""
        if "\r" in line:
            self._overwritten = line[: line.rfind("\r")].rstrip("\r").rpartition("\r")[2]
            whole, line = line, _after_returns(line)
            self._up += _count_up(whole) - _count_up(line)
        surplus = len(line) - MAX_LINE - _LOOK_AHEAD
        if surplus > 0:
            self._dropped += surplus
            line = line[:-surplus]
        return line

    def _finish_clean(self, text: str) -> str | None:
        """Many lines at once, where nothing in them needs a closer look; else None."""
        bare = unstyled(text)
        if self._dropped or self._style or self._below or self._up or not (_is_clean(bare) and _are_short(text)):
            return None
        masked = self._redact(bare)
        if len(bare) == len(text):
            return masked
        if masked != bare or not _is_closed(text):
            return None
        if "\n\n" not in f"\n{bare}\n":
            return text
        lines = zip(text.split("\n"), bare.split("\n"), strict=True)
        return "\n".join(line if shown else "" for line, shown in lines)  # no colours where nothing is shown

    def _finish_each(self, text: str) -> list[str]:
        """Lines one by one; no line feed makes a line that only goes back down to where the cursor has been.

        That is how several progress bars are drawn below each other, as conda does.
        """
        lines = []
        for line in text.split("\n"):
            passed = self._below > 0
            self._below = max(0, self._below - 1) + self._up + _count_up(line)
            self._up = 0
            if line.strip("\r") or not passed:
                lines.append(self._finish(line))
        return lines

    def _finish(self, line: str) -> str:
        if "\r" in line:
            line = _after_returns(line)
        if "\b" in line:
            line = _overwritten(re.sub(ESCAPES, "", line))
        styled = safe_line(self._style + line)
        self._style = _left_on(styled)
        bare = unstyled(styled)
        text = self._redact(bare)
        if len(text) <= MAX_LINE and not self._dropped:
            # A key that lies across a change of colour is masked, and the colours go with it.
            return styled if bare and text == bare and len(styled) <= MAX_STYLED else text
        left_out = max(0, len(text) - MAX_LINE) + self._dropped
        self._dropped = 0
        return f"{text[:MAX_LINE]} … ({left_out:,} more characters)"


def _count_up(line: str) -> int:
    """How many lines the cursor is sent up."""
    return sum(int(count or 1) for count in re.findall(_UP, line)) if "\x1b" in line else 0


def _is_clean(text: str) -> bool:
    """True if all of it but its line feeds is printable."""
    if text.isascii():  # several times faster than asking character by character
        return not text.encode().translate(None, _PLAIN)
    return text.replace("\n", "").isprintable()


def _are_short(lines: str) -> bool:
    """True if no line is longer than `MAX_STYLED`; False also where one of half that length may be."""
    half = MAX_STYLED // 2
    return all(lines.find("\n", at, at + half) >= 0 for at in range(0, len(lines) - half, half))


def _is_closed(styled: str) -> bool:
    """True if what each line switches on it also switches off; a line may say so by more codes than it needs."""
    _, *parts = f"{styled}\n".split("\x1b[")
    return not [part for part in parts if "\n" in part and not part.startswith(("0m", "m"))]


def _left_on(styled: str) -> str:
    """The codes still in force at the end of a line; none where they are too many to be meant."""
    if "\x1b" not in styled:
        return ""
    after_reset = re.split(_ALL_OFF, styled)[-1]
    codes = "".join(re.findall(SGR, after_reset))
    return codes if len(codes) <= _LONGEST_STYLE else ""


def _overwritten(line: str) -> str:
    """The line as a terminal shows it after its backspaces, which conda's spinner uses."""
    shown: list[str] = []
    at = 0
    for character in line:
        if character == "\b":
            at = max(0, at - 1)
        else:
            shown[at : at + 1] = character
            at += 1
    return "".join(shown)


def _after_returns(line: str) -> str:
    """The line as a terminal shows it after carriage returns have overwritten it."""
    bare = line.rstrip("\r")
    return bare[bare.rfind("\r") + 1 :] + line[len(bare) :]
