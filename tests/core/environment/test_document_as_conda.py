"""Odd environment files, and whether condock makes of them what real conda did (tests/data/environment-files)."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.engine.channel import Channel, Handler, running
from tests.paths import DATA
from tests.stages.solving_session import env
from tui.core.channels import addresses
from tui.core.environment.build_checks import read_for_build
from tui.core.errors import CondockError
from tui.core.plan import BuildPlan
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.request import solve_request
from tui.core.solving.solution import Solution

FILES = [json.loads(line) for line in (DATA / "environment-files/conda-26.7.1.jsonl").open()]
PLAN = BuildPlan().change("base", builder="continuumio/miniconda3:26.7.1-1")
PACKAGES = {
    "linux-64": ["python 3.11.7 standin_0", "numpy 2.2.6 py311_0"],
    "noarch": [
        *("pip 26.3 py_0", "six 1.16.0 py_0", "six 1.17.0 py_0", "click 8.5.1 py_0", "h11 0.16.0 py_0"),
        *("flask 3.1.1 py_0", "uvicorn 0.34.0 py_0 click h11"),
    ],
}
"""Those that were there: name, version, build, and the names it needs."""
STRICTER = {
    "03-extras": "conda leaves `[standard]` out without a word",
    "04-arrow": "`=>1.16` is read as `>1.16*`",
    "08-parens": "what stands in parentheses is left out",
    "13-pipstr": "`pip: cowsay` is taken letter by letter, and nothing is installed",
    "14-selector": "`sel(linux): six` is left out",
    "24-mapping": "`python: 3.11` is left out, and whatever python there is comes in",
}
"""Where conda installs something else than what is written, which condock refuses; and why."""
OTHERWISE = {
    "38-defonly": "conda asks `defaults` as well, as its own installation is set to, which is not seen from here",
}
"""Where condock finds no solution, and conda does."""


class Packages(Channel):
    """Anaconda's channels with these packages; no key is wanted."""

    def __init__(self) -> None:
        places = [(name, subdir) for name in ("main", "r") for subdir in PACKAGES]
        files = {
            f"/tools/{name}/{subdir}/repodata.json": _index(subdir, name == "main") for name, subdir in places
        }
        super().__init__([], files)


def _index(subdir: str, filled: bool) -> bytes:
    records = {}
    for text in PACKAGES[subdir] if filled else []:
        name, version, build, *depends = text.split()
        record = {"name": name, "version": version, "build": build, "build_number": 0, "subdir": subdir}
        records[f"{name}-{version}-{build}.conda"] = record | {"depends": depends, "md5": "0" * 32, "size": 1}
    return json.dumps({"info": {"subdir": subdir}, "packages": {}, "packages.conda": records}).encode()


@pytest.fixture(scope="module")
def channel() -> Iterator[Channel]:
    with running(Packages(), Handler) as served:
        yield served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[ChannelSession]:
    async with ChannelSession(ChannelAccess(), env(tmp_path_factory.mktemp("cache"))) as opened:
        yield opened


async def outcome(text: str, channel: Channel, session: ChannelSession, folder: Path) -> list[str] | str:
    """What is installed; or why not, in words."""
    for place in ("https://repo.anaconda.com/pkgs", "https://repo.anaconda.cloud/repo"):
        text = text.replace(place, channel.tools)
    document = read_for_build(text, PLAN, folder)
    if document.problems:
        return document.problems[0].message
    try:
        request = solve_request(PLAN, document, "linux-64")
    except CondockError as error:
        return error.message
    answer = await session.solve(request)
    if not isinstance(answer, Solution):
        return answer.message
    return sorted(f"{package.name}-{package.version}-{package.build}" for package in answer.packages)


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("row", FILES, ids=lambda row: row["name"])
async def test_an_environment_becomes_what_conda_makes_of_it(
    row: dict[str, object],
    channel: Channel,
    session: ChannelSession,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(addresses, "_DEFAULTS", (f"{channel.tools}/main", f"{channel.tools}/r"))
    found = await outcome(str(row["text"]), channel, session, tmp_path)
    if row["name"] in STRICTER or row["name"] in OTHERWISE or row.get("conda_exit"):
        assert isinstance(found, str)
    else:
        assert found == row["installed"]
