"""A key is found in a stream in whatever form, however the stream is cut, and told by its place and encoding."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planted import JWT, OPAQUE, OTHER_JWT, TEXTS, WRAPPED, planted
from tui.core.errors import CondockError
from tui.core.key_encodings import key_parts
from tui.core.proof.key_search import KeySearch, Match, StreamSearch
from tui.core.secret import Secret

KEYS = {"jwt": JWT, "opaque": OPAQUE, "short": "s3cr3t+1"}
SEARCHES = {name: KeySearch(Secret(key)) for name, key in KEYS.items()}
NOISE = random.Random(7).randbytes(1 << 18)


def search(key: str, *chunks: bytes) -> list[Match]:
    stream = StreamSearch(SEARCHES[key])
    return [match for chunk in chunks for match in stream.feed(memoryview(chunk))] + list(stream.close())


@pytest.mark.parametrize("form", [*TEXTS, *WRAPPED])
@settings(max_examples=10, deadline=None)
@given(data=st.data(), name=st.sampled_from(sorted(KEYS)))
def test_it_is_found_where_it_is_however_the_stream_is_cut(form: str, data: st.DataObject, name: str) -> None:
    raw = planted(form, KEYS[name])
    before, behind = (data.draw(st.integers(0, 60_000)) for _ in range(2))
    whole = NOISE[:before] + raw + NOISE[-behind - 1 :]
    cuts = sorted(
        data.draw(st.lists(st.integers(0, len(whole)) | st.integers(before, before + len(raw)), max_size=5))
    )
    chunks = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    found = search(name, *chunks)
    assert len(found) == len(key_parts(KEYS[name]))
    assert all(before <= match.start < match.end <= before + len(raw) for match in found)


@pytest.mark.parametrize(
    ("form", "encoding"),
    [
        ("plain", "plain"),
        ("hex", "hex"),
        ("HEX", "hex"),
        ("Basic", "base64"),
        ("base64 after 25, 64 wide, LF", "base64, wrapped"),
        ("UTF-16", "UTF-16"),
        ("UTF-16 of the other order", "UTF-16"),
        ("soft hyphens", "plain, with hidden characters between"),
        ("JSON with slashes escaped", "escaped"),
        ("URL-encoded", "URL-encoded"),
    ],
)
def test_the_encoding_is_told(form: str, encoding: str) -> None:
    raw = planted(form, OPAQUE)
    assert [match.encoding for match in search("opaque", b"x" * 50, raw, b"y" * 50)] == [encoding]


@pytest.mark.parametrize("before", [b"%", b"\\x", b"\\u"])
def test_its_first_digits_may_look_like_an_escapes(before: bytes) -> None:
    key = "ab12cdef-0f9e8d7c6b5a4938"
    (match,) = KeySearch(Secret(key)).find(b"say " + before + key.encode() + b" end")
    assert match == Match(4 + len(before), 4 + len(before) + len(key), "plain")


@pytest.mark.parametrize("form", [*TEXTS, *WRAPPED])
@pytest.mark.parametrize("part", [0, 1], ids=["payload", "signature"])
def test_a_part_of_a_token_gives_it_away(part: int, form: str) -> None:
    raw = planted(form, key_parts(JWT)[part])
    assert len(search("jwt", NOISE[:999], raw, NOISE[:999])) == 1


@pytest.mark.parametrize("form", [*TEXTS, *WRAPPED])
def test_neither_another_token_nor_a_header_is_the_key(form: str) -> None:
    header, payload, signature = JWT.split(".")
    for other in (OTHER_JWT, header, f"{header}.", payload[:-1], signature[1:]):
        assert not search("jwt", NOISE[:999], planted(form, other), NOISE[:999])


SEVERAL_LINES = "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nEFAASCBKcwggSjAgEAAoIBAQDT\n-----END KEY-----"


@pytest.mark.parametrize("form", ["plain", "URL-encoded", "JSON", "hex", "Basic", "UTF-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_a_secret_of_several_lines(end: str, form: str) -> None:
    raw = planted(form, SEVERAL_LINES.replace("\n", end))
    stream = StreamSearch(KeySearch(Secret(SEVERAL_LINES)))
    for at in (0, 1, 7, 500):
        found = [*stream.feed(memoryview(NOISE[:at] + raw + NOISE[:9_000]))]
        assert len(found) == 1, (at, found)


def test_each_place_is_told_once() -> None:
    plain = OPAQUE.encode()
    found = search("opaque", *(plain + NOISE[:at] for at in (0, 1, 5_000, 70_000)))
    size = len(plain)
    assert [match.start for match in found] == [0, size, 2 * size + 1, 3 * size + 5_001]


def test_what_is_full_of_pieces_of_the_key_is_looked_at_few_times_over(monkeypatch: pytest.MonkeyPatch) -> None:
    looked, find = list[int](), KeySearch.find

    def counted(self: KeySearch, data: bytes) -> list[Match]:
        looked.append(len(data))
        return find(self, data)

    monkeypatch.setattr(KeySearch, "find", counted)
    pieces = (key_parts(JWT)[1][:-1].encode() + b"!") * 2_000
    found = search("jwt", pieces + JWT.encode() + pieces, pieces + JWT.encode(), pieces)
    assert [match.end - match.start for match in found] == [len(part) for part in key_parts(JWT)] * 2
    assert sum(looked) < 3 * 4 * len(pieces)


def test_memory_stays_flat() -> None:
    stream = StreamSearch(SEARCHES["jwt"])
    for _ in range(64):
        assert not list(stream.feed(memoryview(NOISE)))
    assert stream.position == 64 * len(NOISE)
    assert stream.position - stream.settled < 4_096


def test_a_secret_too_short_to_be_told_is_refused() -> None:
    with pytest.raises(CondockError, match="less than 8 characters"):
        KeySearch(Secret("s3cr3t"))
