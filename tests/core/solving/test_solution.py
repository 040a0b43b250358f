"""The pure half of solving: what is asked, what a solver's tree means, names for completion, what changed."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.bench.repodata import write_channel
from tui.core.channels.hosts import build_settings
from tui.core.environment.document import read_environment
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.plan import BuildPlan, SecretMode
from tui.core.secret import Secret
from tui.core.solving.channel_access import ChannelAccess, channel_access
from tui.core.solving.channel_failure import channel_failure
from tui.core.solving.channel_names import ChannelNames
from tui.core.solving.conflict import MOST_LINES, conflict
from tui.core.solving.repodata_folder import repodata_folder
from tui.core.solving.request import solve_request, virtual_packages
from tui.core.solving.solution import Changes, FailureKind, Package, Solution, SolveRequest
from tui.core.untrusted_text import printable

REQUEST = SolveRequest("linux-64", ("https://a.example/c",), ("one", "two=1"))


def plan(**sections: dict[str, object]) -> BuildPlan:
    made = BuildPlan()
    for section, values in sections.items():
        made = made.change(section, **values)
    return made


def package(name: str, version: str = "1", build: str = "0", size: int | None = 1) -> Package:
    return Package(name, version, build, "linux-64", f"https://a.example/c/{name}", "", "", size)


# What is asked.


@pytest.mark.parametrize(
    ("text", "channels", "specs"),
    [
        (
            "dependencies: [python]",
            ("https://repo.anaconda.com/pkgs/main", "https://repo.anaconda.com/pkgs/r"),
            ("python",),
        ),
        (
            "channels: [conda-forge, nodefaults, conda-forge]\ndependencies: [python =3.12, {pip: [flask]}]",
            ("https://conda.anaconda.org/conda-forge",),
            ("python =3.12", "pip"),
        ),
        (
            "channels: ['http://127.0.0.1:1/c/']\ndependencies: [pip, {pip: [flask]}]",
            ("http://127.0.0.1:1/c",),
            ("pip",),
        ),
    ],
)
def test_a_request_is_what_conda_would_read(text: str, channels: tuple[str, ...], specs: tuple[str, ...]) -> None:
    request = solve_request(BuildPlan(), read_environment(text), "linux-64")
    assert (request.channels, request.specs) == (channels, specs)


@pytest.mark.parametrize("channel", ["local", "file:///x", "a b", "https://t:canary@host/x"])
def test_a_channel_that_cannot_be_asked_is_said_at_once(channel: str) -> None:
    document = read_environment(f"channels: ['{channel}']\ndependencies: [python]")
    with pytest.raises(CondockError) as raised:
        solve_request(BuildPlan(), document, "linux-64")
    assert raised.value.hint
    assert "canary" not in str(raised.value)


@pytest.mark.parametrize(
    ("runtime", "cuda", "platform", "found"),
    [
        ("debian:12-slim", "", "linux-64", ("__glibc=2.36=0", "__archspec=1=x86_64")),
        ("debian:13.2-slim", "12.4", "linux-aarch64", ("__glibc=2.41=0", "__archspec=1=aarch64", "__cuda=12.4=0")),
        ("mine:latest", "twelve", "linux-64", ("__glibc=2.28=0", "__archspec=1=x86_64")),
    ],
)
def test_virtual_packages_are_those_of_the_runtime_image(
    runtime: str, cuda: str, platform: str, found: tuple[str, ...]
) -> None:
    made = plan(base={"runtime": runtime}, environment={"cuda": cuda})
    assert virtual_packages(made, platform) == ("__unix=0=0", "__linux=5.10=0", *found)


@pytest.mark.parametrize(
    ("channel", "builder", "said"),
    [
        ("https://repo.anaconda.com/pkgs/r", "mine:1", "may mean another address"),
        ("https://repo.anaconda.com/pkgs/r", catalogue().builder.reference, "HTTPS_PROXY"),
        ("http://mirror.example/c", "mine:1", "HTTPS_PROXY"),
    ],
)
def test_where_an_own_builder_image_may_mean_another_address_that_is_said(
    channel: str, builder: str, said: str, tmp_path: Path
) -> None:
    access = channel_access(plan(base={"builder": builder}), None, tmp_path, {})
    assert said in channel_failure("error sending request", channel, [channel], access).hint


# Who is shown the key.


@pytest.mark.parametrize("mode", [SecretMode.VARIABLE, SecretMode.DOTENV])
@pytest.mark.parametrize("domain", ["anaconda.com", "onprem.example"])
def test_the_key_is_shown_where_the_build_shows_it(mode: SecretMode, domain: str, tmp_path: Path) -> None:
    channels = ["defaults", "conda-forge", "https://onprem.example/c", "http://mirror.example/c", "https://Else/c"]
    made = plan(account={"domain": domain, "hosts": ("mirror.example", "else")}, secret={"mode": mode})
    built = build_settings(channels, mode, domain, ("mirror.example", "else"))
    shown = {host.origin.partition("://")[2].lower(): host.gets_key for host in built.hosts}
    assert channel_access(made, Secret("x" * 20), tmp_path, {}).hosts(channels) == shown
    assert any(shown.values())
    assert not all(shown.values())
    without = channel_access(made.change("secret", mode=SecretMode.NONE), Secret("x" * 20), tmp_path, {})
    assert without.key is None
    assert not any(without.hosts(channels).values())


def test_a_host_that_is_asked_in_two_ways_gets_the_key_only_where_both_may() -> None:
    access = ChannelAccess(Secret("x" * 20), trusted=("a.example",))
    assert access.hosts(["https://a.example/c"]) == {"a.example": True}
    assert access.hosts(["https://a.example/c", "http://a.example/c"]) == {"a.example": False}


def test_certificates_come_from_anaconda_auths_setting(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("")
    setting = f"ANACONDA_AUTH_SSL_VERIFY={tmp_path}/ca.pem"
    (tmp_path / ".env").write_text(setting)
    assert channel_access(BuildPlan(), None, tmp_path, {}).ca_file == ""
    agreed = {"CONDOCK_TRUST": f"setting={setting}"}
    assert channel_access(BuildPlan(), None, tmp_path, agreed).ca_file == f"{tmp_path}/ca.pem"
    own = {"ANACONDA_AUTH_SSL_VERIFY": "true"}
    assert channel_access(BuildPlan(), None, tmp_path, own).ca_file == ""
    (tmp_path / ".env").unlink()
    bundle = {"REQUESTS_CA_BUNDLE": f"{tmp_path}/ca.pem"}
    assert channel_access(BuildPlan(), None, tmp_path, bundle).ca_file == f"{tmp_path}/ca.pem"


def test_the_cache_folder_is_the_users(tmp_path: Path) -> None:
    assert repodata_folder({"HOME": str(tmp_path)}) == tmp_path / ".cache/condock/repodata"
    assert repodata_folder({"HOME": "/", "XDG_CACHE_HOME": str(tmp_path)}) == tmp_path / "condock/repodata"
    assert repodata_folder({"HOME": str(tmp_path), "XDG_CACHE_HOME": "relative"}).is_relative_to(tmp_path)


# What the solver's tree means.

TREE = """Cannot solve the request because of: The following packages are incompatible
├─ one * can be installed with any of the following options:
│  ├─ one 1.0 | 1.1 | 1.2 | 1.3 | 2.0 would require
│  │  └─ lib <2, which can be installed with any of the following options:
│  │     └─ lib 1.0
│  └─ one 0.9 would require
│     └─ lib <1, which can be installed with any of the following options:
│        └─ lib 0.1
└─ two ==1 cannot be installed because there are no viable options:
   └─ two 1 would require
      └─ lib >=3, which cannot be installed because there are no viable options:
         └─ lib 3.0, which conflicts with the versions reported above.
"""
SPECS = [["one", "one", "one"], ["two", "two ==1", "two=1"], ["two", "two >2", "two >2"]]


def test_a_tree_is_shortened_to_what_matters() -> None:
    told = conflict({"text": TREE, "specs": SPECS, "absent": {}}, REQUEST)
    assert told.kind is FailureKind.CONFLICT
    assert told.culprits == ("one", "two=1")
    assert told.lines == (
        "one * can be installed with any of the following options:",
        "  one 1.0 … 2.0 would require",
        "    lib <2, which can be installed with any of the following options:",
        "      lib 1.0",
        "two ==1 cannot be installed because there are no viable options:",
        "  two 1 would require",
        "    lib >=3, which cannot be installed because there are no viable options:",
        "      lib 3.0, which conflicts with the versions reported above.",
        "… and 3 more lines",
    )


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.text("│├└─ ax*.,|\x1b\u202e", max_size=30), max_size=40).map("\n".join),
    )
)
def test_any_words_of_the_solver_are_told_of(text: str) -> None:
    told = conflict({"text": text, "specs": SPECS, "absent": {}}, REQUEST)
    assert len(told.lines) <= MOST_LINES + 1
    assert [printable(line) for line in told.lines] == list(told.lines)
    assert set(told.culprits) <= set(REQUEST.specs)
    assert told.message
    assert told.hint


# Names for completion.


@given(
    st.lists(st.text("abc-1", min_size=1, max_size=6), unique=True),
    st.text("abcAB-1", max_size=3),
    st.integers(0, 8),
)
def test_matching_names_begin_with_the_text_or_have_it_in_them(names: list[str], text: str, limit: int) -> None:
    found = ChannelNames(tuple(sorted(names))).matching(text, limit)
    text = text.lower()
    beginning = [name for name in sorted(names) if name.startswith(text)]
    inside = [name for name in sorted(names) if text in name and not name.startswith(text)]
    assert list(found) == (beginning + inside)[:limit]
    assert [name in ChannelNames(tuple(sorted(names))) for name in names] == [True] * len(names)


def test_half_a_million_names_are_searched_while_typing() -> None:
    """The figure of `make bench`, with room for a busy machine."""
    names = ChannelNames(tuple(f"package-{number:06d}" for number in range(500_000)))
    started = time.perf_counter()
    assert names.matching("nothing-has-this") == ()
    assert names.matching("499999") == ("package-499999",)
    assert len(names.matching("pack")) == 20
    assert time.perf_counter() - started < 2


def test_the_repodata_of_the_bench_is_the_same_each_time(tmp_path: Path) -> None:
    for folder in ("a", "b"):
        write_channel(tmp_path / folder, 400)
    texts = [(tmp_path / folder / "linux-64/repodata.json").read_bytes() for folder in ("a", "b")]
    assert texts[0] == texts[1]
    assert texts[0].count(b'"version"') == 400


# What changed.


def test_sizes_and_changes() -> None:
    before = Solution("linux-64", (package("a"), package("b"), package("c"), package("d")))
    new_build = package("c", build="1")
    after = Solution("linux-64", (package("a"), package("b", "2", size=9), new_build, package("e", size=5)))
    changes = after.changes(before)
    assert changes == Changes(
        (package("e", size=5),),
        (package("d"),),
        ((package("b"), package("b", "2", size=9)), (package("c"), new_build)),
    )
    assert changes
    assert not after.changes(None)
    assert not after.changes(after)
    assert after.download_size == 16
    assert [found.name for found in after.biggest(2)] == ["b", "e"]
    unknown = replace(after, packages=(*after.packages, package("f", size=None)))
    assert unknown.download_size is None
    assert [found.name for found in unknown.biggest(9)] == ["b", "e", "a", "c"]
