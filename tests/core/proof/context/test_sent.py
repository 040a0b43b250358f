"""What BuildKit is sent of a folder, by the rules of its own sources; the engine tests ask BuildKit itself."""

from __future__ import annotations

from pathlib import Path

import pytest

from tui.core.proof.context.copied import copied_paths
from tui.core.proof.context.sent import find_context

FILES = ("app.py", "environment.yml", "src/a.py", "src/deep/b.py", "src/.env", "data/big.csv", "data/keep/c.csv")


@pytest.mark.parametrize(
    ("dockerfile", "paths"),
    [
        ("FROM a\nCOPY app.py ./\nADD src /src", ("app.py", "src")),
        ("COPY --chown=1 --from=builder /env /env", ()),
        ("COPY a b \\\n  # why\n  c /x/", ("a", "b", "c")),
        ("copy --link ./a/../b /", ("b",)),
        ('COPY ["with space", "c[[]1].txt", "/x"]', ("with space", "c[[]1].txt")),
        ("COPY . /app", None),
        ("COPY $FILES /app", None),
        ('COPY ["./", "/app"]', None),
        ("ADD https://example.com/x /x", ()),
        ("RUN --mount=type=bind,source=src,target=/s make", ("src",)),
        ("RUN --mount=type=bind,target=/s make", None),
        ("RUN --mount=type=bind,from=a,target=/s --mount=type=secret,id=k make", ()),
        ("ONBUILD COPY x y", ("x",)),
        ("# escape=`\nCOPY a `\n b /x", ("a", "b")),
        ("RUN echo COPY a b", ()),
        ('COPY ["broken', None),
        # Each was sent to a real builder (Docker 26.1.5), and was not among what was searched.
        ("RUN --mount=TYPE=BIND,Source=src,target=/s make", ("src",)),
        ("RUN --mount=type=bind,from=,source=src,target=/s make", ("src",)),
        ("RUN --mount=type=$T,source=src,target=/s make", ("src",)),
        ('RUN --mount=type=bind,"source=a b",target=/s make', None),
        ("COPY git@a https:/x /b", ("git@a", "https:/x")),
        ('COPY ["<<a", "/b"]', ("<<a",)),
        ("RUN true \\\\\nCOPY a /b", ("a",)),
        ("RUN echo \\\\\nCOPY a \\\n b /c", ("a", "b")),
        ("RUN a \\\\\nCOPY b /c\nCOPY d \\\\\nCOPY e /f", ("b", "d", "e", "COPY")),
        ("COPY a \\\\\n b /c", None),
        ("COPY a\u00a0b /c", ("a\u00a0b",)),
        ("# all\n# escape=`\nCOPY a \\\n b /c", ("a", "b")),
        ("\ufeff# escape=`\nCOPY a `\n b /c", ("a", "b")),
        ("# syntax=docker/dockerfile:1\n# escape=`\nCOPY a `\n b /c", ("a", "b")),
        ("# escape=`\nCOPY a\\b /c", None),
        ("COPY \\\\$X /c", None),
        ("COPY a\\$X /c", ("a$X",)),
    ],
)
def test_the_paths_of_a_dockerfile(dockerfile: str, paths: tuple[str, ...] | None) -> None:
    assert copied_paths(dockerfile) == paths


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    return tmp_path


def sent(folder: Path, rules: str = "", *paths: str) -> set[str]:
    return {entry.path for entry in find_context(str(folder), rules, paths or None).sent}


@pytest.mark.parametrize(
    ("rules", "paths", "expected"),
    [
        ("", (), set(FILES)),
        ("**/.env\ndata", (), set(FILES) - {"src/.env", "data/big.csv", "data/keep/c.csv"}),
        ("*\n!data/keep", (), {"data/keep/c.csv"}),
        ("data\n!data/*/c.csv", (), set(FILES) - {"data/big.csv"}),
        ("*\n!src\n**/.env", (), {"src/a.py", "src/deep/b.py"}),
        ("", ("app.py", "src/deep"), {"app.py", "src/deep/b.py"}),
        ("", ("src/*.py",), {"src/a.py"}),
        ("**/b.py", ("src",), {"src/a.py", "src/.env"}),
        ("", ("no/such",), set()),
    ],
)
def test_what_is_sent(folder: Path, rules: str, paths: tuple[str, ...], expected: set[str]) -> None:
    assert sent(folder, rules, *paths) == expected


def test_links_are_sent_as_links_and_followed_where_the_dockerfile_names_them(folder: Path) -> None:
    (folder / "link").symlink_to("data/keep")
    (folder / "src/inner").symlink_to("../app.py")
    (folder / "out").symlink_to("/../../etc")
    (folder / "loop").symlink_to("loop")
    assert sent(folder, "", "link/c.csv") == {"link", "data/keep/c.csv"}
    assert sent(folder, "", "src") == {"src/a.py", "src/.env", "src/deep/b.py", "src/inner"}
    assert sent(folder, "", "out") == {"out"}
    assert sent(folder, "", "loop/x") == {"loop"}
    assert sent(folder, "", "li*") == {"link", "data/keep/c.csv"}
    (link,) = [entry for entry in find_context(str(folder), "", ["link"]).sent if entry.path == "link"]
    assert (link.target, link.is_file) == ("data/keep", False)


def test_what_is_kept_back_by_which_rule(folder: Path) -> None:
    kept = find_context(str(folder), "*\n!src\n!app.py\n**/.env", ["src"]).kept
    assert {(one.path, one.rule) for one in kept} == {
        ("app.py", ""),
        ("environment.yml", "*"),
        ("data", "*"),
        ("src/.env", "**/.env"),
    }


@pytest.mark.parametrize(
    "line",
    [f"RUN --mount=source={'a' * 200_000} true", f"COPY {'[' * 100_000}", f'RUN --mount="{"," * 150_000} true'],
    ids=["a long field", "nested", "quoted"],
)
def test_a_dockerfile_of_anybody_is_taken_to_copy_all_at_the_worst(line: str) -> None:
    assert copied_paths(f"FROM scratch\n{line}\n") is None
