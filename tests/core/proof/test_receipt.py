"""The receipt: the same after it was written and read, one line and the whole, and never more than was seen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from tests.planted import JWT
from tests.saved_images import Image, chunks, oci_layout
from tui.core.errors import ExitCode
from tui.core.key_encodings import ENCODINGS
from tui.core.proof.audit import Unread, audit_image
from tui.core.proof.receipt import (
    NOT_PROVEN,
    PREDICATE,
    STATEMENT,
    KeyAudience,
    Receipt,
    from_statement,
    to_statement,
)
from tui.core.proof.receipt_words import receipt_line, receipt_text, short_digests
from tui.core.secret import Secret

COPY, RUN = "COPY /env /env # buildkit", "RUN /bin/sh -c steal"
AUDIENCE = KeyAudience(
    hosts=("repo.anaconda.cloud",),
    readers=("anaconda-auth 0.15.3", "anaconda-registration 0.3"),
    isolated=True,
    packages=21,
    pip=True,
    builder="buildx on this machine",
    instructions=("RUN --mount=type=secret,id=KEY conda create",),
    names=("defaults",),
)
EMPTY = Receipt("shop:latest", f"sha256:{'0f' * 32}", 1_790_000_000.0, files=("the log", "Dockerfile"))


def receipt(*files: tuple[str, dict[str, bytes]]) -> Receipt:
    audit = audit_image(chunks(oci_layout(Image(files))), Secret(JWT))
    return replace(EMPTY, audience=AUDIENCE).with_audit(audit)


CLEAN = receipt((COPY, {"env/a": b"a" * 9_000}), (RUN, {"b": b"b"}))
FOUND = receipt((COPY, {"env/a": b"a"}), (RUN, {"env/loot": JWT.encode(), "env/more": JWT.encode()}))
UNSEARCHED = replace(EMPTY, unread=(Unread("the image", "could not be searched: no space left on device"),))
PARTLY = replace(CLEAN, unread=(Unread("layer sha256:0f", "is damaged", layer=True),))
ALL = pytest.mark.parametrize("made", [CLEAN, FOUND, UNSEARCHED], ids=["clean", "found", "not searched"])


@ALL
def test_it_is_the_same_when_it_was_written_and_read(made: Receipt) -> None:
    assert from_statement(json.loads(json.dumps(to_statement(made)))) == made


def test_as_a_statement_about_the_image() -> None:
    said = to_statement(FOUND)
    assert (said["_type"], said["predicateType"]) == (STATEMENT, PREDICATE)
    assert said["subject"] == [{"name": "shop:latest", "digest": {"sha256": "0f" * 32}}]
    assert isinstance(said["predicate"], dict)
    assert said["predicate"]["result"] == "found"
    assert JWT.split(".")[2] not in json.dumps(said)


def test_one_line_of_each() -> None:
    assert receipt_line(CLEAN).startswith("The key is nowhere in the image: 2 layers, ")
    found = f"in env/loot in layer {FOUND.layers[1].digest[:19]}…, made by {RUN}"
    assert receipt_line(FOUND) == f"THE KEY WAS FOUND {found}, and in 1 more place."
    why = "the image could not be searched: no space left on device"
    assert receipt_line(UNSEARCHED) == f"The image was not searched for the key: {why}."


def test_what_could_not_be_read_is_in_no_claim() -> None:
    layer = f"layer sha256:{'0f' * 32}"
    made = replace(
        CLEAN, unread=(Unread(f"a.gz in {layer}", "ends too early"), Unread("linux/arm64", "is not here"))
    )
    line = receipt_line(made)
    assert line.startswith("The key is not in what was searched of the image: 2 layers, ")
    assert line.endswith("Not searched: a.gz in layer sha256:0f0f0f0f0f0f… ends too early, and 1 more.")
    assert (made.result, made.exit_code) == ("not found in what was searched", ExitCode.DONE)
    said = receipt_text(made)
    assert "nowhere" not in said
    assert "the application, and whoever pulls" not in said
    assert f"a.gz in {layer} ends too early" in said


def test_a_layer_that_was_not_searched_is_no_clean_one() -> None:
    assert PARTLY.result == "partly searched"
    line = receipt_line(PARTLY)
    assert line.startswith("NOT ALL WAS SEARCHED for the key: layer sha256:0f is damaged. ")
    assert "nowhere" not in line + receipt_text(PARTLY)
    assert "nowhere" not in receipt_text(UNSEARCHED)
    assert from_statement(json.loads(json.dumps(to_statement(PARTLY)))) == PARTLY
    assert "the application, and whoever pulls" not in receipt_text(PARTLY)


CODES = {
    "clean": (CLEAN, ExitCode.DONE),
    "but for another platform": (replace(CLEAN, unread=(Unread("linux/arm64", "is gone"),)), ExitCode.DONE),
    "partly searched": (PARTLY, ExitCode.NO_ENGINE),
    "not searched": (UNSEARCHED, ExitCode.NO_ENGINE),
    "found": (FOUND, ExitCode.KEY_FOUND),
    "found, and not all searched": (replace(FOUND, unread=PARTLY.unread), ExitCode.KEY_FOUND),
    "found beside an image that was not searched": (
        replace(UNSEARCHED, findings=FOUND.findings),
        ExitCode.KEY_FOUND,
    ),
}


@pytest.mark.parametrize("case", CODES.values(), ids=CODES)
def test_the_exit_code_of_every_command_that_ends_with_it(case: tuple[Receipt, ExitCode]) -> None:
    made, code = case
    assert made.exit_code is code


@ALL
def test_the_whole_says_what_it_does_not_prove_and_in_which_encodings_it_looked(made: Receipt) -> None:
    said = receipt_text(made)
    assert all(words in said for words in (*NOT_PROVEN, *ENCODINGS, EMPTY.digest, "2026-09-21 14:13:20 UTC"))
    assert JWT.split(".")[2] not in said


def test_the_whole_says_who_saw_the_key_and_who_did_not() -> None:
    said = receipt_text(CLEAN)
    saw, _, did_not = said.partition("  did not")
    assert "hosts: repo.anaconda.cloud, or what the builder image means by defaults" in saw
    assert "anaconda-auth 0.15.3, anaconda-registration 0.3" in saw
    assert "21 packages, their scripts and what pip builds" in did_not
    assert "in the isolated form" in saw
    assert "the instruction RUN --mount=type=secret,id=KEY conda create" in saw
    guide = receipt_text(replace(CLEAN, audience=replace(AUDIENCE, isolated=False)))
    assert "in the guide's form" in guide
    assert "could have read it: 21 packages" in guide.partition("  did not")[0]


def test_on_a_screen_digests_are_as_short_as_in_the_line() -> None:
    whole = receipt_text(replace(CLEAN, unread=(Unread(f"a.gz in layer sha256:{'0f' * 32}", "ends too early"),)))
    short = short_digests(whole)
    assert "  image         sha256:0f0f0f0f0f0f…\n" in short
    assert "  not searched  a.gz in layer sha256:0f0f0f0f0f0f… ends too early" in short
    assert len(short.splitlines()) == len(whole.splitlines())
    assert "0f" * 32 in whole


def test_a_long_list_is_cut_and_counted() -> None:
    many = replace(CLEAN, unread=tuple(Unread(f"f{number}", "is damaged") for number in range(1_000)))
    assert "and 981 more" in receipt_text(many)
