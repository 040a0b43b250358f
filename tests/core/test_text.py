"""Text from outside: nothing in it reaches the terminal as a code, and no key gets through."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.secret import Secret
from tui.core.text import MAX_LINE, LineReader, Redactor, printable

KEY = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJlLW9mLWEta2V5"


@given(st.text())
def test_nothing_printable_gives_can_steer_a_terminal(text: str) -> None:
    for character in printable(text):
        assert character == "\n" or unicodedata.category(character) not in ("Cc", "Cs")
        assert character not in "\u202e\u2066\u2028"


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://a\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("a\tb", "a       b"),
        ("[/etc] [bold]", "[/etc] [bold]"),
        ("a\u202eb", "ab"),
        ("a\r\nb", "a\nb"),
    ],
)
def test_what_is_shown(raw: str, shown: str) -> None:
    assert printable(raw) == shown


@given(st.lists(st.binary()), st.data())
def test_chunks_may_end_anywhere(chunks: list[bytes], data: st.DataObject) -> None:
    whole = b"".join(chunks)
    at_once, in_parts = LineReader(), LineReader()
    expected = at_once.feed(whole) + at_once.close()
    lines = [line for chunk in chunks for line in in_parts.feed(chunk)] + in_parts.close()
    assert lines == expected


def read(raw: bytes) -> list[str]:
    reader = LineReader(Redactor([Secret("a-secret-key")]))
    return reader.feed(raw) + reader.close()


@pytest.mark.parametrize(
    ("raw", "lines"),
    [
        (b"a\nb\r\nc", ["a", "b", "c"]),
        (b"10%\r20%\r30%\ndone\n", ["30%", "done"]),
        (b"10%\r20%\r", ["20%"]),
        (b"Solving: - \b\b\\ \b\b| \b\bdone\n", ["Solving: done"]),
        (b"\b\ba\n", ["a"]),
        (b"\xff\xfe\n", ["��"]),
        (b"\n\n", ["", ""]),
        (b"key: a-secret-key!\n", ["key: ••••!"]),
        (b"a-sec\x1b[1mret-key\n", ["••••"]),
    ],
)
def test_lines(raw: bytes, lines: list[str]) -> None:
    assert read(raw) == lines


def test_a_line_without_end_is_cut_and_counted() -> None:
    reader = LineReader()
    for _ in range(100):
        assert reader.feed(b"x" * 100_000) == []
    (line,) = reader.feed(b"\n")
    assert line == "x" * MAX_LINE + f" … ({10_000_000 - MAX_LINE:,} more characters)"


def test_a_key_across_the_cut_is_not_half_shown() -> None:
    raw = b"x" * (MAX_LINE - 4) + b"a-secret-key" + b"y" * 50_000 + b"\n"
    assert "a-se" not in read(raw)[0]


@pytest.mark.parametrize(
    "text",
    [
        "a-secret/key+1",
        "a-secret%2Fkey%2B1",
        "header: YS1zZWNyZXQva2V5KzE=",
        f"Bearer {KEY}",
        "https://host/t/abcdefgh-token/channel",
    ],
)
def test_keys_are_masked_plain_encoded_and_by_their_form(text: str) -> None:
    masked = Redactor([Secret("a-secret/key+1")])(text)
    assert "••••" in masked
    assert not any(part in masked for part in ("a-secret", "YS1zZW", "eyJ", "abcdefgh"))


def test_a_secret_shows_itself_nowhere() -> None:
    secret = Secret("a-secret-key")
    shown = f"{secret} {secret!r} {[secret]} {secret.masked}"
    assert "a-secret" not in shown
    assert secret.masked == "••••-key"
    assert Secret("short").masked == "••••"
    with pytest.raises(TypeError):
        secret.__reduce__()
