"""Lock files as condock writes them: from a solution, from pip's part, and from conda-lock's file."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tui.core.errors import CondockError
from tui.core.locks.conda_lock import read_packages
from tui.core.locks.lock_checks import lock_problems
from tui.core.locks.lock_header import Header, read_header
from tui.core.locks.lock_text import read_explicit, read_pip
from tui.core.locks.lock_writer import lock_text, pip_lock_text
from tui.core.locks.locks import PIP_LOCK, lock_name
from tui.core.solving.solution import Package, Solution

HOST = "https://repo.anaconda.com/pkgs/main"
TOKEN = "zq-5e0c-canary-71f2"
SYSTEM = ("__unix=0=0", "__glibc=2.41=0")
ENVIRONMENT = """\
name: shop
channels: [defaults]
dependencies:
  - python=3.13
  - pip
  - pip:
      - flask==3.0
      - -r requirements.txt
"""


def package(name: str, subdir: str = "linux-64", **changes: Any) -> Package:
    url = f"{HOST}/{subdir}/{name}-1.0-h0_0.conda"
    return replace(Package(name, "1.0", "h0_0", subdir, url, "a" * 64, "b" * 32, 1000), **changes)


SOLUTION = Solution("linux-64", (package("python"), package("tzdata", "noarch"), package("pip", "noarch")))


def test_a_lock_says_what_it_is_for_and_lists_the_packages_in_their_order() -> None:
    text = lock_text(SOLUTION, ENVIRONMENT, SYSTEM)
    *comments, marker, first, second, third = text.splitlines()
    assert (marker, comments[1]) == ("@EXPLICIT", "# conda create --prefix ENVIRONMENT --file conda-linux-64.lock")
    assert [first, second, third] == [
        f"{HOST}/linux-64/python-1.0-h0_0.conda#sha256:{'a' * 64}",
        f"{HOST}/noarch/tzdata-1.0-h0_0.conda#sha256:{'a' * 64}",
        f"{HOST}/noarch/pip-1.0-h0_0.conda#sha256:{'a' * 64}",
    ]
    assert all(line.startswith("# ") for line in comments)
    assert read_explicit(text).platforms == ("linux-64",)
    assert read_header(text).system == ("__glibc=2.41=0", "__unix=0=0")
    assert read_header(text.replace("\n", "\r\n")) == read_header(text)
    assert text == lock_text(SOLUTION, ENVIRONMENT, reversed(SYSTEM))


def test_what_is_written_fits_until_the_environment_changes(tmp_path: Path) -> None:
    environment = ENVIRONMENT.replace("      - -r requirements.txt\n", "")
    (tmp_path / "environment.yml").write_text(environment)
    (tmp_path / lock_name("linux-64")).write_text(lock_text(SOLUTION, environment, SYSTEM))
    (tmp_path / PIP_LOCK).write_text(pip_lock_text(environment))
    locks = (lock_name("linux-64"), PIP_LOCK)
    assert lock_problems(tmp_path, locks, ["linux-64"], system={"glibc": "2.41"}) == ()
    (tmp_path / "environment.yml").write_text(environment.replace("3.13", "3.12").replace("==3.0", "==3.1"))
    assert [problem.hint for problem in lock_problems(tmp_path, locks)] == ["Make it anew: `condock lock`."] * 2


def test_without_an_environment_file_there_is_nothing_to_compare_with() -> None:
    assert read_header(lock_text(SOLUTION, "")) == Header()


def test_md5_goes_where_the_channel_tells_no_sha256() -> None:
    text = lock_text(Solution("linux-64", (package("a", sha256=""),)), "")
    assert text.endswith(f"/a-1.0-h0_0.conda#{'b' * 32}\n")


# a package that cannot be locked, and a part of what is said
REFUSED = [
    (package("a", url=f"https://repo.example.com/t/{TOKEN}/main/linux-64/a-1.0-0.conda"), "token or password"),
    (package("a", url=f"https://me:{TOKEN}@example.com/linux-64/a-1.0-0.conda"), "token or password"),
    (package("a", url="file:///opt/channel/linux-64/a-1.0-0.conda"), "not the address of a package"),
    (package("a", url=f"{HOST}/linux-64/a-1.0-0.conda\nhttps://x/linux-64/b-1-0.conda"), "a line break in it"),
    (package("a", "osx-arm64"), "for osx-arm64, but the file is for linux-64"),
    (package("a", sha256="", md5=""), "does not tell the hash of a"),
    (package("a", sha256="0" * 63), "not the address of a package"),
]


@pytest.mark.parametrize(("refused", "said"), REFUSED)
def test_what_a_build_would_refuse_is_never_written(refused: Package, said: str) -> None:
    with pytest.raises(CondockError) as caught:
        lock_text(Solution("linux-64", (package("python"), refused)), "")
    assert said in caught.value.message
    assert TOKEN not in str(caught.value)
    assert caught.value.hint.endswith(".")


def test_an_environment_with_problems_is_not_locked() -> None:
    with pytest.raises(CondockError, match="cannot be locked as it is"):
        lock_text(SOLUTION, "dependencies: [python, '>=1']\n")
    with pytest.raises(CondockError, match="token or password") as caught:
        pip_lock_text(f"dependencies: [pip, {{pip: ['a @ https://me:{TOKEN}@x.example.com/a.whl']}}]\n")
    assert TOKEN not in str(caught.value)


def test_pips_part_needs_pip() -> None:
    with pytest.raises(CondockError, match="pip itself is not in it"):
        lock_text(Solution("linux-64", (package("python"),)), "dependencies: [python, {pip: [flask]}]\n")


HASHED = f"flask==3.0 --hash=sha256:{'c' * 64}"


@pytest.mark.parametrize(
    ("environment", "requirements", "lines", "no_deps"),
    [
        ("dependencies: [pip, {pip: [flask==3.0]}]\n", (), ["flask==3.0"], False),
        (f"dependencies: [pip, {{pip: ['{HASHED}']}}]\n", (), ["--require-hashes", HASHED], False),
        ("dependencies: [pip, {pip: [flask==3.0]}]\n", (HASHED,), ["--require-hashes", HASHED], True),
        ("", (HASHED,), ["--require-hashes", HASHED], True),
    ],
)
def test_pips_file_has_the_lines_as_they_are(
    environment: str, requirements: tuple[str, ...], lines: list[str], no_deps: bool
) -> None:
    text = pip_lock_text(environment, requirements)
    assert [line for line in text.splitlines() if not line.startswith("# ")] == lines
    header = read_header(text)
    assert (header.pip, header.no_deps, bool(header.fingerprint)) == (True, no_deps, bool(environment))
    assert read_pip(text).problems == ()


def test_without_pip_there_is_no_file() -> None:
    assert pip_lock_text("dependencies: [python]\n") == ""


names = st.from_regex(r"[a-z0-9][a-z0-9_.-]{0,20}", fullmatch=True)
packages = st.builds(
    lambda name, version, subdir, digest: Package(
        name, version, "0", subdir, f"{HOST}/{subdir}/{name}-{version}-0.conda", f"{digest:064x}", "", None
    ),
    names,
    st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,2}", fullmatch=True),
    st.sampled_from(["linux-aarch64", "noarch"]),
    st.integers(0, 2**256 - 1),
)


@given(st.lists(packages, min_size=1))
def test_any_solution_is_read_back_as_it_was(found: list[Package]) -> None:
    reading = read_explicit(text := lock_text(Solution("linux-aarch64", tuple(found)), ""))
    assert (reading.platforms, reading.problems) == (("linux-aarch64",), ())
    assert text.partition("@EXPLICIT\n")[2].splitlines() == [f"{one.url}#sha256:{one.sha256}" for one in found]


# conda-lock's file


def entry(name: str, platform: str, manager: str = "conda", **changes: Any) -> dict[str, Any]:
    url = f"{HOST}/{platform}/{name}-1.10-h0_0.conda"
    if manager == "pip":
        url = f"https://files.example.com/{name}-1.10-py3-none-any.whl"
    plain = {"name": name, "version": "1.10", "manager": manager, "platform": platform, "url": url}
    hashes = {"md5": "b" * 32, "sha256": "a" * 64}
    return plain | {"dependencies": {}, "hash": hashes, "category": "main", "optional": False} | changes


def conda_lock(*entries: dict[str, Any], platforms: tuple[str, ...] = ("linux-64", "linux-aarch64")) -> str:
    return yaml.safe_dump({"version": 1, "metadata": {"platforms": [*platforms]}, "package": [*entries]})


def test_conda_locks_packages_come_each_after_those_it_depends_on() -> None:
    circle = entry("python", "linux-64", dependencies={"pip": "", "zlib": ">=1"})
    text = conda_lock(
        entry("flask", "linux-64", dependencies={"python": "", "__glibc": ">=2"}),
        entry("pip", "linux-64", dependencies={"python": ""}),
        circle,
        entry("zlib", "linux-64"),
        entry("zlib", "osx-64"),
        entry("zlib", "linux-aarch64"),
        entry("pytest", "linux-64", category="dev", optional=True),
        entry("sphinx", "linux-64", category="docs", optional=True),
    )
    first, second = read_packages(text).solutions
    order = [found.name for found in first.packages]
    assert sorted(order) == ["flask", "pip", "pytest", "python", "zlib"]
    assert order.index("zlib") < order.index("python") < order.index("flask")
    assert (second.platform, [found.name for found in second.packages]) == ("linux-aarch64", ["zlib"])
    assert first.packages[order.index("zlib")] == Package(
        "zlib", "1.10", "h0_0", "linux-64", f"{HOST}/linux-64/zlib-1.10-h0_0.conda", "a" * 64, "b" * 32, None
    )
    assert read_explicit(lock_text(first, "")).problems == ()


def test_conda_locks_part_for_pip_is_one_file_for_all_platforms() -> None:
    arm = entry("fast", "linux-aarch64", "pip", url="https://files.example.com/fast-1.10-aarch64.whl")
    text = conda_lock(
        entry("zlib", "linux-64"),
        entry("fast", "linux-64", "pip"),
        arm,
        entry("easy", "linux-64", "pip"),
        entry("easy", "linux-aarch64", "pip"),
        entry("easy", "osx-64", "pip"),
    )
    lines = read_packages(text).requirements
    digest = f"--hash=sha256:{'a' * 64}"
    assert lines == (
        f"easy @ https://files.example.com/easy-1.10-py3-none-any.whl {digest}",
        f'fast @ https://files.example.com/fast-1.10-aarch64.whl ; platform_machine == "aarch64" {digest}',
        f'fast @ https://files.example.com/fast-1.10-py3-none-any.whl ; platform_machine == "x86_64" {digest}',
    )
    assert "--no-deps" in pip_lock_text("", lines)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (conda_lock(entry("zlib", "osx-64"), platforms=("osx-64",)), "no Linux platform"),
        ("version: 1\nmetadata: {platforms: [linux-64]}\npackage: {a: b}\n", "not a list of packages"),
        ("version: 1\nmetadata: {platforms: [linux-64]}\npackage: [a]\n", "not a list of packages"),
        ("version: 1\nmetadata: {platforms: [linux-64]}\n", "cannot be read"),
        ("version: 1\nmetadata: {platforms: [linux-64]}\npackage:\n- a: [\n", "cannot be read"),
        ("version: 1\nmetadata: {platforms: [linux-64]}\npackage:\n- " + "[" * 90 + "]" * 90, "too deeply"),
        ("version: 2\n", "only version 1"),
        (conda_lock(entry("a", "linux-64", url="a")), "`a` is not the address of a package"),
        (
            conda_lock(entry("a", "linux-64", url="https://c.test/linux-64/..-1-0.conda")),
            "is not the address of a package",
        ),
        (conda_lock(entry("a", "linux-64", url=[])), "has no `url`"),
        (conda_lock(entry("a", "linux-64", hash=[1])), "`hash` of a package"),
        (conda_lock(entry("a", "linux-64", "pip", hash={})), "cannot check by a hash"),
        (conda_lock(entry("a", "linux-64", "pip", url="git+https://example.com/a@1")), "cannot check by a hash"),
        (conda_lock(entry("a", "linux-64", "pip", url="https://example.com/a ; x")), "cannot check by a hash"),
    ],
)
def test_says_what_of_conda_locks_file_cannot_be_used(text: str, said: str) -> None:
    with pytest.raises(CondockError) as caught:
        read_packages(text)
    assert said in caught.value.message


def test_a_lock_of_megabytes_is_read_in_a_moment() -> None:
    entries = [entry(f"package-{number}", "linux-64") for number in range(3_000)]
    for number, one in enumerate(entries[1:]):
        one["dependencies"] = {f"package-{number}": ""}  # a chain longer than Python's stack
    text = conda_lock(*entries)
    assert len(text) > 1_000_000
    began = time.monotonic()
    (solution,) = (found for found in read_packages(text).solutions if found.packages)
    assert time.monotonic() - began < 10
    assert [found.name for found in solution.packages] == [f"package-{number}" for number in range(3_000)]
