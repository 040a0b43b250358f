"""Text from outside: nothing in it reaches the terminal as a code, and no key gets through."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tui.core.line_reader import MAX_LINE, MAX_STYLED, LineReader
from tui.core.secret import Secret
from tui.core.untrusted_text import SGR, Redactor, printable, safe_line, unstyled

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


MORSELS = st.sampled_from(
    [b"\x1b[A", b"\x1b[2A", b"\r", b"\n", b"x", b"\x1b[31m", b"\x1b[0m", b"\b", b"\x1b", b"[A"]
)


@given(st.lists(st.binary() | st.lists(MORSELS).map(b"".join)))
@example([b"1\n2\n", b"\x1b[2A\rx", b"3\n\n"])
@example([b"\r\x1b[m", b"\n"])
def test_chunks_may_end_anywhere(chunks: list[bytes]) -> None:
    whole = b"".join(chunks)
    at_once, in_parts = LineReader(), LineReader()
    expected = at_once.feed(whole) + at_once.close()
    lines = [line for chunk in chunks for line in in_parts.feed(chunk)] + in_parts.close()
    assert lines == expected


ESCAPES = st.text(
    st.sampled_from("\x1b\x9b\x90\x9d\x07\x9c[]P^_m;:?>0123 \\hHJ\tab\u202e\ud800漢e\u0301"), max_size=30
)


@given(ESCAPES | st.text().map(lambda text: text.replace("\n", "").replace("\r", "")))
def test_a_safe_line_has_no_escape_but_for_colours_and_is_else_what_is_printable(line: str) -> None:
    safe = safe_line(line)
    bare = unstyled(safe)
    assert "\x1b" not in bare
    assert safe.count("\x1b") == len(re.findall(SGR, safe))
    assert bare == printable(line)
    assert safe_line(safe) == safe


@given(st.lists(ESCAPES.map(lambda text: text.encode("utf-8", "surrogatepass")), max_size=4))
def test_no_line_that_is_read_can_steer_a_terminal(chunks: list[bytes]) -> None:
    reader = LineReader()
    lines = [line for chunk in [*chunks, b"\n"] for line in reader.feed(chunk)]
    for line in lines:
        assert unstyled(line) == printable(unstyled(line))
        assert line.count("\x1b") == len(re.findall(SGR, line))


@pytest.mark.parametrize(
    ("raw", "safe"),
    [
        ("\x1b[31mred\x1b[0m", "\x1b[31mred\x1b[0m"),
        ("\x1b[38;2;1;2;3mx", "\x1b[38;2;1;2;3mx"),
        ("\x1b[2J\x1b[H\x1b[?25lx", "x"),
        ("\x1b[>4;2mx\x1b[?1mx", "xx"),  # xterm's modifyOtherKeys, which ends as colours do
        ("\x1b]0;title\x07x\x1b]52;c;Zm9v\x1b\\y", "xy"),
        ("\x1bP1$r0m\x1b\\x", "x"),
        ("\x90payload\x9cx\x9b31my", "payloadxy"),
        ("\x1b]0;\x1b[31mnever ended", ""),
        ("\x1b[3\x1b[1mx", "3\x1b[1mx"),
        ("\x1b\x1b[1mx", "\x1b[1mx"),
        ("\x1b[\x1b[0m31mx", "\x1b[0m31mx"),
        ("\x1b[3\u200b1mx", "31mx"),
        ("a\t\x1b[1mb\tc", "a       \x1b[1mb       c"),
        ("\x1b[1m\u202egpj.exe\x1b[0m", "\x1b[1mgpj.exe\x1b[0m"),
    ],
)
def test_what_stays_of_escapes(raw: str, safe: str) -> None:
    assert safe_line(raw) == safe


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
        (b"\x1b[31ma-secret-key\x1b[0m\n", ["••••"]),
        (b"\x1b[31mred\x1b[0m\nplain\n", ["\x1b[31mred\x1b[0m", "plain"]),
        (b"\x1b[32m\x1b[0m\na\n\n\x1b[31mb\x1b[0m\n\x1b[0m\n", ["", "a", "", "\x1b[31mb\x1b[0m", ""]),
        (b"\x1b[31mred\nstill\x1b[m\noff\n", ["\x1b[31mred", "\x1b[31mstill\x1b[m", "off"]),
        (b"\x1b[31m\n\nx\n", ["", "", "\x1b[31mx"]),
        (b"\x1b[31mab\x1b[0m\b\bc\n", ["cb"]),
        (b"50%\x1b[K\r\x1b[32m100%\x1b[0m\x1b[K\n", ["\x1b[32m100%\x1b[0m"]),
        (
            b"\r1: 0%\n\r2: 0%\x1b[A\n\n\r3: 0%\x1b[A\x1b[A\r1: 9%\n\n\n\nend\n",
            ["1: 0%", "2: 0%", "1: 9%", "", "end"],
        ),
        (b"up\x1b[2A\n\n\n\nend\n", ["up", "", "end"]),
        (b"\x1b[1mx\x1b[0m\x1b[2J\n", ["\x1b[1mx\x1b[0m"]),
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


def test_a_line_of_fifty_megabytes_is_cut_whatever_it_is_made_of() -> None:
    for piece in (b"x" * 8_192, b"\x1b[31m" * 2_000, "漢\t".encode() * 2_000, b"1%\r" * 3_000):
        reader = LineReader()
        for _ in range(50_000_000 // len(piece)):
            assert reader.feed(piece) == []
            assert len(reader.unfinished) <= 400
        (line,) = reader.feed(b"\n")
        assert len(line) <= MAX_LINE + 50


def test_a_line_of_many_codes_loses_its_colours() -> None:
    few, many = read(b"\x1b[31mx" * 20 + b"\n" + b"\x1b[31mx" * MAX_STYLED + b"\n")
    assert unstyled(few) == "x" * 20 != few
    assert many == "x" * MAX_STYLED


@pytest.mark.parametrize(
    ("chunks", "begun"),
    [
        ([b"Solving environment: ...working... "], "Solving environment: ...working..."),
        ([b"Solving environment: a-secr"], "Solving environment:"),  # the rest of a key may follow
        ([b"10%\r20%\r"], "20%"),
        ([b"\r10%", b"\r20%"], "10%"),
        ([b"one\ntwo \x1b[31mthree "], "two three"),
        ([b"key: a-secret-key now "], "key: •••• now"),
        ([b"ended\n"], ""),
        ([b"10%\r20%\r", b"done\n"], ""),
        ([b""], ""),
    ],
)
def test_what_has_begun_of_a_line(chunks: list[bytes], begun: str) -> None:
    reader = LineReader(Redactor([Secret("a-secret-key")]))
    for chunk in chunks:
        reader.feed(chunk)
    assert reader.unfinished == begun


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
