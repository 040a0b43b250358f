"""The names a plan gives to the files that are written: somebody else's plan cannot aim them at another place."""

from __future__ import annotations

import pytest

from tui.core.file_names import file_name_problems
from tui.core.plan import BuildPlan

DOCKERFILE, ENVIRONMENT, SECRET = "build.dockerfile", "environment.file", "secret.file"
LOCKS = "environment.locks"


def problems(field: str, name: str, locks: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    section, _, value = field.partition(".")
    held = (name,) if field == LOCKS else name
    plan = BuildPlan().change("environment", locks=locks).change(section, **{value: held})
    return [(problem.field, problem.message) for problem in file_name_problems(plan)]


@pytest.mark.parametrize("name", ["Dockerfile", "./docker/Dockerfile", ".github/Dockerfile", "ä b"])
def test_a_name_of_its_own_is_sound(name: str) -> None:
    assert problems(DOCKERFILE, name, locks=("conda-lock.yml",)) == []


def test_the_names_one_starts_with_are_sound() -> None:
    assert list(file_name_problems(BuildPlan())) == []


@pytest.mark.parametrize(
    "name",
    [
        "condock.yml",
        "./condock.yml",
        ".//condock.yml",
        "CONDOCK.YML",
        "condoc\N{KELVIN SIGN}.yml",  # one letter for APFS
        "condock.yml.",  # NTFS leaves the dot out
        "environment.yml",
        "ENVIRONMENT.yml",
        ".env",
        "./.ENV",
        "conda-linux-64.lock",
        "conda-linux-aarch64.lock",
        "conda-pip.lock",
        "my.lock",
        ".dockerignore",
        "condock.schema.json",
    ],
)
def test_no_file_takes_the_place_of_another(name: str) -> None:
    assert [field for field, _ in problems(DOCKERFILE, name, locks=("my.lock",))] == [DOCKERFILE]


@pytest.mark.parametrize(
    ("field", "name"),
    [
        (ENVIRONMENT, "condock.yml"),
        (ENVIRONMENT, "conda-linux-64.lock"),
        (SECRET, "environment.yml"),
        (SECRET, "./condock.yml"),
    ],
)
def test_nor_do_the_others(field: str, name: str) -> None:
    assert [found for found, _ in problems(field, name)] == [field]


@pytest.mark.parametrize("name", ["a*.yml", "what?.yml", "!x.yml"])
def test_no_name_is_a_pattern_of_buildkit(name: str) -> None:
    """Alone in its COPY, such a file is not found, or left out in silence (seen with Docker 26.1.5)."""
    assert [field for field, _ in problems(ENVIRONMENT, name)] == [ENVIRONMENT]
    assert [field for field, _ in problems(LOCKS, name)] == [LOCKS]


@pytest.mark.parametrize("name", ["--help.lock", "sub/../../x.lock", "https://example.com/x.lock", "a\\b.lock"])
def test_a_lock_file_is_a_file_of_the_folder(name: str) -> None:
    assert [field for field, _ in problems(LOCKS, name)] == [LOCKS]


def test_the_ignore_file_beside_the_dockerfile_counts_too() -> None:
    assert problems(ENVIRONMENT, "dockerfile.DOCKERIGNORE") == [
        (DOCKERFILE, "`Dockerfile` is the place of another file.")
    ]


@pytest.mark.parametrize("field", [DOCKERFILE, ENVIRONMENT, SECRET])
@pytest.mark.parametrize(
    "name",
    [
        ".git/hooks/post-checkout",
        ".GIT/config",
        "sub/.git/config",
        ".gi\u200ct/config",  # HFS+ leaves the joiner out
        "git~1/config",
        ".git. /config",
        ".gitignore",
        "sub/.gitattributes",
        ".gitmodules",
    ],
)
def test_what_is_gits_stays_gits(field: str, name: str) -> None:
    assert problems(field, name)[0][0] == field
    assert "belongs to git" in problems(field, name)[0][1]


@pytest.mark.parametrize("field", [DOCKERFILE, ENVIRONMENT, SECRET])
@pytest.mark.parametrize("name", ["-", "--output=type=local,dest=.", "-f"])
def test_no_name_is_an_option(field: str, name: str) -> None:
    assert "would be taken for an option" in problems(field, name)[0][1]


@pytest.mark.parametrize("name", ["http://example.com/Dockerfile", "HTTPS://example.com/x", "git://x/y"])
def test_no_dockerfile_is_fetched_from_elsewhere(name: str) -> None:
    assert [(DOCKERFILE, f"`{name}` is an address, not a file.")] == problems(DOCKERFILE, name)


@pytest.mark.parametrize("field", [DOCKERFILE, ENVIRONMENT, SECRET])
@pytest.mark.parametrize("name", ["key ", " key", r"a\key", "a\tkey", "\u202eyek"])
def test_what_no_ignore_file_can_hold_back_is_no_name(field: str, name: str) -> None:
    assert "has blanks at its ends, a backslash, or characters that cannot be seen" in problems(field, name)[0][1]


def test_only_the_secret_may_lie_outside() -> None:
    for name in ("../x", "a/../../x", "/tmp/x"):
        assert "is not a file inside the folder" in problems(DOCKERFILE, name)[0][1]
        assert "is not a file inside the folder" in problems(ENVIRONMENT, name)[0][1]
        assert problems(SECRET, name) == []
