"""A key is masked in whatever form it comes, and nothing else is."""

from __future__ import annotations

import json
from base64 import b64encode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.planted import BEFORE, JWT, OPAQUE, OTHER_JWT, TEXTS, WRAPPED, of_the_key
from tui.core.building.decoding.rawjson import RawJsonDecoder
from tui.core.building.events import OutputReceived
from tui.core.key_encodings import ENCODINGS, encoded_forms, key_parts
from tui.core.line_reader import LineReader
from tui.core.secret import Secret
from tui.core.untrusted_text import Redactor

KEYS = pytest.mark.parametrize("key", [JWT, OPAQUE], ids=["jwt", "opaque"])
PIECE = 12
"""Characters of an encoded key that may be left of one which is wrapped."""


def pieces(encoded: str, size: int = PIECE) -> set[str]:
    return {encoded[at : at + size] for at in range(len(encoded) - size + 1)}


def shown(key: str, *chunks: bytes) -> list[str]:
    reader = LineReader(Redactor([Secret(key)]))
    return [line for chunk in chunks for line in reader.feed(chunk)] + reader.close()


PLANTED = {
    "plain": ("plain",),
    "URL-encoded, or all of it by its codes": ("URL-encoded",),
    "escaped as in JSON or a shell, or all of it by its codes": ("JSON", "shell"),
    "UTF-16": ("UTF-16",),
    "with soft hyphens or zero-width characters between": ("soft", "zero-width", "word joiners", "byte order"),
    "base64 at each of its three alignments, wrapped or not": ("base64", "Basic"),
    "hex": ("hex", "HEX"),
}
"""The beginnings of the names under which `tests.planted` has what each of the encodings in words means."""


def test_what_is_said_to_be_looked_for_is_what_is_planted_and_looked_for() -> None:
    assert tuple(PLANTED) == ENCODINGS
    beginnings = [beginning for names in PLANTED.values() for beginning in names]
    forms = [*TEXTS, *WRAPPED]
    assert all(form.startswith(tuple(beginnings)) for form in forms)
    assert all(any(form.startswith(beginning) for form in forms) for beginning in beginnings)
    assert {name for name, _ in encoded_forms(JWT)} <= {words.split()[0] for words in ENCODINGS}


@KEYS
@pytest.mark.parametrize("encoding", TEXTS)
def test_every_form_is_masked(encoding: str, key: str) -> None:
    text = TEXTS[encoding](key)
    masked = Redactor([Secret(key)])(f"before {text} behind")
    assert "••••" in masked
    assert (masked[:7], masked[-7:]) == ("before ", " behind")
    assert not pieces(text, min(PIECE, len(key))) & pieces(masked)


@pytest.mark.parametrize("before", ["%", "\\x", "\\u", "%41%"])
def test_digits_that_look_like_an_escapes_are_the_keys_all_the_same(before: str) -> None:
    key = "ab12cdef-0f9e8d7c6b5a4938"
    assert Redactor([Secret(key)])(f"say {before}{key} end") == f"say {before}•••• end"


def test_what_is_written_in_codes_around_a_key_stays() -> None:
    coded = "".join(f"%{byte:02X}" for byte in f"key {OPAQUE} end".encode())
    assert Redactor([Secret(OPAQUE)])(coded) == "%6B%65%79%20••••%20%65%6E%64"


@KEYS
@pytest.mark.parametrize("encoding", WRAPPED)
def test_no_line_shows_a_piece_of_one_that_is_wrapped(encoding: str, key: str) -> None:
    text = WRAPPED[encoding](key)
    for lines in (
        shown(key, f"{text}\n".encode()),
        shown(key, *(f"{line}\n".encode() for line in text.splitlines())),
        shown(key, *(bytes([byte]) for byte in text.encode())),
    ):
        assert len(lines) == len(text.splitlines())
        assert not any(pieces(of_the_key(encoding, key)) & pieces(line) for line in lines)


@KEYS
@pytest.mark.parametrize("part", ["whole", "payload", "signature"])
def test_the_parts_that_give_a_key_away(part: str, key: str) -> None:
    parts = {"whole": key, "payload": key_parts(key)[0], "signature": key_parts(key)[-1]}
    assert Redactor([Secret(key)])(f"<{parts[part]}>") == "<••••>"


def test_parts_of_a_token_are_its_payload_and_its_signature() -> None:
    header, payload, signature = JWT.split(".")
    assert key_parts(JWT) == (payload, signature)
    assert key_parts(f"{header}.e30.{signature}") == (signature,)
    assert key_parts(f"{header}.e30.short") == (f"{header}.e30.short",)
    assert key_parts(OPAQUE) == (OPAQUE,)


@pytest.mark.parametrize(
    "text",
    [
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        b64encode(b"some other text that is as long as a key may be").decode(),
        "numpy-2.4.6-py311h64a7726_0.conda 100%|########| 50%20 C:\\Users\\name 'it'\\''s' naïve\u200b\u00ad",
        "opaque+test, key=0f9e",
    ],
)
def test_nothing_else_is(text: str) -> None:
    assert Redactor([Secret(JWT), Secret(OPAQUE)])(text) == text


def test_a_token_of_another_account_has_lost_all_but_its_form() -> None:
    assert Redactor([Secret(JWT)])(f"<{OTHER_JWT}>") == "<••••>"
    payload = OTHER_JWT.split(".")[1]
    assert Redactor([Secret(JWT)])(payload) == payload


def test_what_is_masked_is_cut_out_and_no_more() -> None:
    key = "a-secret/key+1"
    masked = Redactor([Secret(key)])
    assert masked(r"x a-sec\u00adret\/key\+1 y") == r"x •••• y"
    assert masked("100% a-secret%2fkey%2B1%20x") == "100% ••••%20x"
    assert masked("a\0-\0s\0e\0c\0r\0e\0t\0/\0k\0e\0y\0+\x001\0!") == "••••\0!"
    assert masked(r"C:\dir a-secret C:\dir") == r"C:\dir a-secret C:\dir"


FORMS = st.sampled_from(sorted({**TEXTS, **WRAPPED}))
AROUND = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters="\r\b\x1b\x9b\x90\x98\x9d\x9e\x9f"), max_size=30
)
CODES = st.sampled_from(["\x1b[31m", "\x1b[0m", "\x1b[1;4m", "\x1b[K"])


@settings(max_examples=300, deadline=None)
@given(st.data(), FORMS, st.sampled_from([JWT, OPAQUE]), AROUND, AROUND)
def test_however_it_is_written_and_cut_it_is_never_shown(
    data: st.DataObject, form: str, key: str, before: str, after: str
) -> None:
    text = {**TEXTS, **WRAPPED}[form](key)
    at = data.draw(st.integers(0, len(text)), "colour at")
    raw = f"{before}\n{text[:at]}{data.draw(CODES)}{text[at:]}\n{after}\n".encode()
    cuts = sorted(data.draw(st.lists(st.integers(0, len(raw)), max_size=6), "cuts"))
    chunks = [raw[start:end] for start, end in zip([0, *cuts], [*cuts, len(raw)], strict=True)]
    documents = [{"logs": [{"vertex": "v", "data": b64encode(chunk).decode()}]} for chunk in chunks]
    decoder = RawJsonDecoder(Redactor([Secret(key)]))
    events = [event for document in documents for event in decoder.feed(json.dumps(document).encode() + b"\n")]
    lines = [
        line for event in (*events, *decoder.close()) if isinstance(event, OutputReceived) for line in event.lines
    ]
    seen = "\n".join(lines)
    assert "••••" in seen
    for part in (key, *key_parts(key)):
        assert part not in seen
    if form in BEFORE:
        assert not any(pieces(of_the_key(form, key)) & pieces(line) for line in lines)
