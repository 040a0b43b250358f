"""What the tests of solving ask with."""

from __future__ import annotations

import os
from pathlib import Path

from tests.stages.account_service import make_jwt
from tests.stages.solving_channel import SolvingChannel
from tui.core.secret import Secret
from tui.core.solving.channel_access import ChannelAccess
from tui.core.solving.solution import Solution, SolveFailure, SolveRequest

KEY = make_jwt(4_102_444_800, sub="canary-of-solving")
SYSTEM = ("__unix=0=0", "__linux=5.10=0", "__glibc=2.36=0", "__archspec=1=x86_64")


def access(channel: SolvingChannel, key: str = KEY) -> ChannelAccess:
    return ChannelAccess(Secret(key) if key else None, trusted=(channel.url.removeprefix("http://"),))


def env(cache: Path, **more: str) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "XDG_CACHE_HOME": str(cache), **more}


def request(
    channel: str, *specs: str, platform: str = "linux-64", system: tuple[str, ...] = SYSTEM
) -> SolveRequest:
    return SolveRequest(platform, (channel,), specs, system)


def names_of(solution: Solution | SolveFailure) -> list[str]:
    assert isinstance(solution, Solution), solution
    return [f"{package.name} {package.version}" for package in solution.packages]


def failure(told: object) -> SolveFailure:
    assert isinstance(told, SolveFailure), told
    return told
