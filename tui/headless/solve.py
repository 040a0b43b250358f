"""Solving without a screen: for `condock check` and `condock lock`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Mapping, Sequence

from tui.core.channels.plan_channels import asked_channels
from tui.core.dataclass import replace
from tui.core.engine.find_engine import probe
from tui.core.errors import CondockError
from tui.core.key_access import request_key
from tui.core.platforms import CONDA_NAMES, conda_platform
from tui.core.project import Project, target_platforms
from tui.core.solving.channel_access import channel_access
from tui.core.solving.channel_names import ChannelNames
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.request import solve_request
from tui.core.solving.solution import FailureKind, Solution, SolveFailure, SolveProgress
from tui.core.solving.solve_words import progress_words
from tui.core.untrusted_text import printable
from tui.headless.views.frame import Frame, clipped, size

Answers = Mapping[str, Solution | SolveFailure]
"""The answer for each platform, by conda's name of it."""


def platforms_of(project: Project, env: Mapping[str, str], asked: Sequence[str]) -> tuple[str, ...]:
    """The platforms to solve for, as conda names them; CondockError for one that no image is made for.

    Those that are asked for, as conda or Docker names them, else the plan's, else that of the engine.
    """
    if not asked:
        known = project.plan.build.platforms
        return target_platforms(project if known else replace(project, engine=probe(env, project.plan.build)))
    found = tuple(conda_platform(name) or name for name in asked)
    for name in found:
        if name not in CONDA_NAMES:
            message = f"condock makes no images for `{printable(name)}`."
            raise CondockError(message, f"Use one of: {', '.join(CONDA_NAMES)}.")
    return tuple(dict.fromkeys(found))


def solve(project: Project, env: Mapping[str, str], platforms: Sequence[str]) -> Answers:
    """Solve the project's environment for each platform; on a terminal, a line tells how far that is."""
    return asyncio.run(_solve(project, env, platforms))


async def _solve(project: Project, env: Mapping[str, str], platforms: Sequence[str]) -> Answers:
    access = channel_access(project.plan, request_key(project), project.path, env)
    frame = Frame() if sys.stderr.isatty() and env.get("TERM", "dumb") != "dumb" else None
    answers: dict[str, Solution | SolveFailure] = {}
    async with ChannelSession(access, env) as session:
        for platform in platforms:
            try:
                request = solve_request(project.plan, project.read_document(), platform)
            except CondockError as error:
                answers[platform] = SolveFailure(FailureKind.NO_CHANNEL, error.message, error.hint)
            else:
                answers[platform] = await session.solve(request, _teller(frame, platform))
    if frame:
        frame.draw([], [])
    return answers


def channel_names(project: Project, env: Mapping[str, str], platform: str) -> ChannelNames | None:
    """The names of all packages that the project's channels have; None where they cannot be read."""

    async def ask() -> ChannelNames | SolveFailure:
        access = channel_access(project.plan, request_key(project), project.path, env)
        async with ChannelSession(access, env) as session:
            return await session.names(asked_channels(project.plan, project.read_document()), platform)

    found = asyncio.run(ask())
    return found if isinstance(found, ChannelNames) else None


def _teller(frame: Frame | None, platform: str) -> Callable[[SolveProgress], None]:
    def tell(progress: SolveProgress) -> None:
        if frame:
            frame.draw([], [clipped(f"{platform}: {progress_words(progress)} …", size()[0] - 1)])

    return tell
