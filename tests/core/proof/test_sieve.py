"""No block that holds the key is ruled out, whatever form it has and wherever it lies."""

from __future__ import annotations

import random

import pytest

from tests.planted import JWT, OPAQUE, OTHER_JWT, TEXTS, WRAPPED, planted
from tui.core.proof.sieve import Sieve

KEYS = {"jwt": JWT, "opaque": OPAQUE, "short": "s3cr3t+1"}
SIEVES = {name: Sieve(key) for name, key in KEYS.items()}
NOISE = random.Random(11).randbytes(1 << 20)


@pytest.mark.parametrize("form", [*TEXTS, *WRAPPED])
@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_suspected_wherever_it_lies(name: str, form: str) -> None:
    raw, sieve = planted(form, KEYS[name]), SIEVES[name]
    for at in range(sieve.stride):
        block = NOISE[:at] + raw + NOISE[-at - 500 :]
        assert any(at - 4 < suspect < at + len(raw) for suspect in sieve.suspects(memoryview(block))), at


@pytest.mark.parametrize("form", ["UTF-16", "UTF-16 of the other order", "hex", "HEX"])
@pytest.mark.parametrize("name", KEYS)
def test_a_long_form_is_suspected_wherever_the_look_is_cut(name: str, form: str) -> None:
    raw, sieve = planted(form, KEYS[name]), SIEVES[name]
    for at in range(0, sieve.stride, 7):
        block = memoryview(NOISE[:at] + raw + NOISE[-500:])
        for cut in range(sieve.stride, len(block), sieve.stride):
            found = [*sieve.suspects(block, 0, cut), *sieve.suspects(block, cut)]
            assert any(at - 4 < suspect < at + len(raw) for suspect in found), (at, cut)


@pytest.mark.parametrize("form", ["plain", "hex", "Basic", "UTF-16", "zero-width spaces"])
def test_a_key_of_any_length_is_suspected(form: str) -> None:
    for length in (*range(8, 80), 255, 256, 257, 300):
        key = NOISE[: 2 * length].hex()[:length]
        raw, sieve = planted(form, key), Sieve(key)
        for at in range(0, sieve.stride, 7):
            block = NOISE[5_000 : 5_000 + at] + raw + NOISE[-500:]
            assert any(at - 4 < suspect < at + len(raw) for suspect in sieve.suspects(memoryview(block))), length


def test_what_is_not_the_key_is_hardly_ever_suspected() -> None:
    for sieve in SIEVES.values():
        assert len([*sieve.suspects(memoryview(NOISE))]) < 3
    other = OTHER_JWT.encode() * 1_000
    assert not [*SIEVES["jwt"].suspects(memoryview(other))]
