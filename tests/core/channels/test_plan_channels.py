"""Which channels are meant: the file's own, or the base's as well; the build and a solve go by the same."""

from __future__ import annotations

import pytest

from tui.core.channels.plan_channels import meant_channels, only_channels
from tui.core.dockerfile.dockerfile import dockerfile, render
from tui.core.environment.document import EnvironmentDocument
from tui.core.plan import Base, BuildPlan, Environment
from tui.core.solving.request import solve_request

MINICONDA, MINIFORGE, OURS = "continuumio/miniconda3:26.7.1-1", "condaforge/miniforge3:26.7.2-0", "example/conda:1"
TEAM = "https://conda.example.com/team"


def _plan(builder: str, base_channels: bool = False) -> BuildPlan:
    return BuildPlan(base=Base(builder, "debian:13"), environment=Environment(base_channels=base_channels))


@pytest.mark.parametrize(
    ("builder", "base_channels", "named", "meant", "kept_out"),
    [
        (MINICONDA, False, (TEAM,), (TEAM,), True),
        (MINICONDA, True, (TEAM,), (TEAM, "defaults"), False),
        (MINICONDA, False, (TEAM, "defaults"), (TEAM, "defaults"), False),
        (MINICONDA, False, (TEAM, "nodefaults"), (TEAM,), True),
        (MINICONDA, False, (), ("defaults",), False),
        (MINIFORGE, False, ("defaults",), ("defaults",), True),
        (MINIFORGE, False, ("conda-forge",), ("conda-forge",), False),
        (MINIFORGE, False, (), ("conda-forge",), False),
        (OURS, False, ("defaults",), ("defaults",), True),
        (OURS, True, ("defaults",), ("defaults",), False),
        (MINICONDA, False, ("local",), ("local",), False),
        (MINICONDA, False, ("https://h.example/t/••••/c",), ("https://h.example/t/••••/c",), False),
    ],
)
def test_which_channels_are_meant_and_whether_the_base_is_kept_out(
    builder: str, base_channels: bool, named: tuple[str, ...], meant: tuple[str, ...], kept_out: bool
) -> None:
    plan, document = _plan(builder, base_channels), EnvironmentDocument(channels=named)
    assert meant_channels(plan, document) == meant
    assert only_channels(plan, document) == (meant if kept_out else ())
    text = render(dockerfile(plan, document))
    assert ("#!final" in text) is kept_out


def test_a_solve_asks_the_channels_that_the_build_will() -> None:
    document = EnvironmentDocument(channels=(TEAM,))
    assert solve_request(_plan(MINICONDA), document, "linux-64").channels == (TEAM,)
    with_base = solve_request(_plan(MINICONDA, True), document, "linux-64").channels
    assert with_base[0] == TEAM
    assert any("repo.anaconda.com/pkgs/main" in address for address in with_base)
