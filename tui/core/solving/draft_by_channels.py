"""A requirements.txt with the channels asked: what they have of it, and the Python that this allows."""

from __future__ import annotations

from pathlib import Path

from tui.core.dataclass import replace
from tui.core.environment.document import read_environment
from tui.core.environment.draft.draft import Draft, Offer
from tui.core.environment.draft.from_folder import REQUIREMENTS, first_environment, read_requirements
from tui.core.environment.draft.python_version import words
from tui.core.environment.package_names import conda_name
from tui.core.environment.requirements import Minor, Requirement, conda_spec, read_minor
from tui.core.plan import BuildPlan
from tui.core.solving.channel_session import ChannelSession
from tui.core.solving.request import solve_request
from tui.core.solving.solution import Solution, SolveFailure

_MOST_PINS = 200


async def draft_by_channels(
    session: ChannelSession, folder: Path, plan: BuildPlan, channels: tuple[str, ...], platform: str
) -> Draft | SolveFailure:
    """The environment that the folder's requirements.txt asks for, each line by conda where a channel has it.

    The Python is the one of the folder's pins and notebooks if that solves, else the newest that the channels'
    records allow; where nothing solves it stays.
    """
    specs = await _available(session, read_requirements(folder, REQUIREMENTS), channels, platform)
    if isinstance(specs, SolveFailure):
        return specs
    has = Offer(channels, specs)
    draft = first_environment(folder, plan, has)
    document = read_environment(draft.text)
    request = solve_request(plan, document, platform)
    if isinstance(await session.solve(request), Solution):
        return draft
    free = tuple("python" if spec.startswith("python=") else spec for spec in request.specs)
    answer = await session.solve(replace(request, specs=free))
    python = _python_of(answer) if isinstance(answer, Solution) else None
    return first_environment(folder, plan, has, python) if python else draft


async def _available(
    session: ChannelSession, requirements: tuple[Requirement, ...], channels: tuple[str, ...], platform: str
) -> frozenset[str] | SolveFailure:
    """The specs for conda that the channels have by themselves: the name, and the version of a pin."""
    names = await session.names(channels, platform)
    if isinstance(names, SolveFailure):
        return names
    found = set()
    for requirement in requirements[:_MOST_PINS]:
        name = conda_name(requirement.name)
        spec = conda_spec(requirement, name) if name in names else ""
        if spec and requirement.pin:
            versions = await session.versions(channels, platform, name)
            if isinstance(versions, SolveFailure) or requirement.pin not in versions.versions:
                continue
        if spec:
            found.add(spec)
    return frozenset(found)


def _python_of(solution: Solution) -> tuple[Minor, str] | None:
    version = next((package.version for package in solution.packages if package.name == "python"), "")
    minor = read_minor(version)
    return (minor, f"the newest that goes with the rest in the channels is {words(minor)}") if minor else None
