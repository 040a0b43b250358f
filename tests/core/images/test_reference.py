"""References of images, after the grammar of github.com/distribution/reference."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.images.reference import (
    ImageReference,
    image_name_problem,
    is_among,
    mirror_problem,
    parse_reference,
    reference_problem,
    with_mirror,
)

HEX = "d7e12182ce18b85b93007c1dedf31f2d29e01ccf3182cc4017c709b6259bc132"
DIGEST = f"sha256:{HEX}"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("debian", ("docker.io", "library/debian", "", "")),
        ("debian:13.6-slim", ("docker.io", "library/debian", "13.6-slim", "")),
        (f"debian:13.6-slim@{DIGEST}", ("docker.io", "library/debian", "13.6-slim", DIGEST)),
        (f"continuumio/miniconda3@{DIGEST}", ("docker.io", "continuumio/miniconda3", "", DIGEST)),
        ("continuumio/miniconda3:v25.11.1-1", ("docker.io", "continuumio/miniconda3", "v25.11.1-1", "")),
        ("localhost/app", ("localhost", "app", "", "")),
        ("localhost:5000/team/app:1", ("localhost:5000", "team/app", "1", "")),
        ("quay.io/a/b/c", ("quay.io", "a/b/c", "", "")),
        ("[::1]:5000/app", ("[::1]:5000", "app", "", "")),
        ("Registry/app", ("Registry", "app", "", "")),
        ("a--b/c__d.e", ("docker.io", "a--b/c__d.e", "", "")),
        ("app:_X", ("docker.io", "library/app", "_X", "")),
    ],
)
def test_reads_the_parts_and_gives_the_text_back(text: str, parts: tuple[str, ...]) -> None:
    reference = parse_reference(text)
    assert reference == ImageReference(*parts)
    assert str(reference) == text


@pytest.mark.parametrize(
    ("text", "familiar"),
    [
        ("docker.io/library/debian:13", "debian:13"),
        ("docker.io/debian", "debian"),
        ("index.docker.io/continuumio/miniconda3", "continuumio/miniconda3"),
        ("library/debian", "debian"),
        ("docker.io/library/a/b", "library/a/b"),
        ("docker.io/localhost/a", "docker.io/localhost/a"),
    ],
)
def test_long_forms_become_familiar(text: str, familiar: str) -> None:
    assert str(parse_reference(text)) == familiar


MALFORMED = [
    ("", "There is no image name."),
    (" ", "There is no image name."),
    ("my app", "cannot have spaces"),
    ("app\n", "cannot have spaces"),
    ("http://registry.example.com/app", "without `http://`"),
    ("https://hub.docker.com/_/debian", "without `http://`"),
    ("debian/", "ends in a slash"),
    ("App", "no upper-case letters"),
    ("team/App:1", "no upper-case letters"),
    ("quay.io/Team/app", "no upper-case letters"),
    ("debian:", "tag behind the colon is missing"),
    (f"debian:@{DIGEST}", "tag behind the colon is missing"),
    ("debian:-x", "The tag is not one"),
    ("debian:.x", "The tag is not one"),
    ("debian:1+2", "The tag is not one"),
    ("debian:é", "The tag is not one"),
    (f"debian:{'x' * 129}", "The tag is not one"),
    ("debian@", "What follows `@` is not a digest"),
    ("debian@13", "What follows `@` is not a digest"),
    (f"debian@sha512:{HEX * 2}", "What follows `@` is not a digest"),
    (f"debian@{DIGEST[:-1]}", "The digest is not complete"),
    (f"debian@{DIGEST}0", "The digest is not complete"),
    (f"debian@sha256:{HEX.upper()}", "The digest is not complete"),
    (f"debian@{DIGEST}@{DIGEST}", "`@` stands once"),
    (f"@{DIGEST}", "`@` stands once"),
    ("-t", "is not an image name"),
    ("--network=host", "is not an image name"),
    ("/app", "is not an image name"),
    ("a//b", "is not an image name"),
    ("a___b", "is not an image name"),
    ("a..b/c", "not a host name"),
    ("app-", "is not an image name"),
    ("$(id)", "is not an image name"),
    ("приложение", "is not an image name"),
    ("app\x1b[31m", "is not an image name"),
    ("host:port/app", "not a host name"),
    ("-host.com/app", "not a host name"),
    (HEX, "are an image's identifier"),
    ("a/" * 127 + "ab", "longer than 255"),
]


@pytest.mark.parametrize(("text", "said"), MALFORMED)
def test_says_what_is_wrong(text: str, said: str) -> None:
    problem = reference_problem(text, "base.builder")
    assert problem is not None
    assert said in problem.message
    assert problem.field == "base.builder"
    assert problem.hint.endswith(".")
    assert "\x1b" not in problem.message
    with pytest.raises(CondockError) as raised:
        parse_reference(text)
    assert (raised.value.message, raised.value.hint) == (problem.message, problem.hint)


@pytest.mark.parametrize(
    ("text", "prefix", "mirrored"),
    [
        ("debian:13", "mirror.example.com/hub", "mirror.example.com/hub/library/debian:13"),
        (f"debian@{DIGEST}", "localhost:5000", f"localhost:5000/library/debian@{DIGEST}"),
        ("continuumio/miniconda3:1", "mirror.example.com/hub/", "mirror.example.com/hub/continuumio/miniconda3:1"),
        ("quay.io/a/b:1", "mirror.example.com/hub", "quay.io/a/b:1"),
        ("docker.io/library/debian", " mirror.example.com ", "mirror.example.com/library/debian"),
        ("docker.io/debian", "", "docker.io/debian"),
        ("not an image", "mirror.example.com", "not an image"),
        ("debian", "https://mirror.example.com", "debian"),
    ],
)
def test_mirror(text: str, prefix: str, mirrored: str) -> None:
    assert with_mirror(text, prefix) == mirrored


@pytest.mark.parametrize(
    ("prefix", "said"),
    [
        ("https://mirror.example.com", "without `http://`"),
        ("mirror", "`mirror` is not the host"),
        ("mirror.example.com:x", "is not the host"),
        ("mirror.example.com/Hub", "`Hub` cannot be the path"),
        ("mirror.example.com//hub", "`/hub` cannot be the path"),
        ("mirror.example.com/hub:1", "cannot be the path"),
    ],
)
def test_malformed_mirror(prefix: str, said: str) -> None:
    problem = mirror_problem(prefix)
    assert problem is not None
    assert said in problem.message
    assert problem.field == "base.mirror"
    with pytest.raises(CondockError):
        parse_reference("debian").with_mirror(prefix)


@pytest.mark.parametrize(
    "prefix", ["", "  ", "mirror.example.com", "localhost", "localhost:5000/a/b/", "10.0.0.1/hub"]
)
def test_sound_mirror(prefix: str) -> None:
    assert mirror_problem(prefix) is None


def test_the_name_of_the_image_to_build_has_no_digest() -> None:
    assert image_name_problem("app:latest") is None
    assert image_name_problem("registry.example.com:5000/team/app:1.0") is None
    for text, said in ((f"app@{DIGEST}", "cannot have a digest"), ("App", "upper-case"), ("", "no image name")):
        problem = image_name_problem(text)
        assert problem is not None
        assert said in problem.message
        assert problem.field == "build.image"


# The whole grammar as one pattern, independent of the code above.
LABEL = r"(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])"
HOST = rf"(?:{LABEL}(?:\.{LABEL})*|\[[a-fA-F0-9]*:[a-fA-F0-9:]*\])(?::[0-9]+)?"
PART = r"[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*"
GRAMMAR = re.compile(
    rf"(?:{HOST}/)?{PART}(?:/{PART})*(?::[A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}})?(?:@sha256:[a-f0-9]{{64}})?"
)


@given(
    st.text(max_size=30)
    | st.text(alphabet="aB1.:/@-_[]", max_size=20)
    | st.from_regex(GRAMMAR, fullmatch=True)
    | st.lists(
        st.sampled_from(
            ["a", "b.c", ":", "/", "@", DIGEST, "localhost", "docker.io/", "library/", ".", "__", "-", "9"]
        )
    ).map("".join)
)
def test_agrees_with_the_grammar(text: str) -> None:
    problem = reference_problem(text, "base.builder")
    if problem is None:
        assert GRAMMAR.fullmatch(text)
        assert parse_reference(str(parse_reference(text))) == parse_reference(text)
    elif GRAMMAR.fullmatch(text):
        # Docker refuses the first two as well; the third is a first part that it takes for a host.
        said = ("longer than", "identifier", "not a host name")
        assert any(part in problem.message for part in said)


@pytest.mark.parametrize(
    ("reference", "there"),
    [
        ("debian:13", True),
        ("docker.io/library/debian:13", True),
        ("debian", False),
        (f"debian:13@sha256:{'0' * 64}", True),
        (f"debian:13@sha256:{'1' * 64}", False),
        ("example.com/base", True),
        ("not an image", False),
    ],
)
def test_an_image_is_among_those_of_an_engine(reference: str, there: bool) -> None:
    names = {"debian:13", f"debian@sha256:{'0' * 64}", "example.com/base:latest"}
    assert is_among(reference, names) is there
