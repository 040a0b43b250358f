"""The request of a plan to the solver: the channels, the packages, and the system that the image will be."""

from __future__ import annotations

import re

from tui.core.channels.addresses import channel_problem
from tui.core.channels.plan_channels import asked_channels
from tui.core.environment.document import EnvironmentDocument
from tui.core.errors import CondockError
from tui.core.images.catalogue import catalogue
from tui.core.plan import BuildPlan
from tui.core.platforms import BY_CONDA_NAME
from tui.core.solving.channel_access import all_addresses
from tui.core.solving.solution import SolveRequest

_LINUX, _GLIBC = "5.10", "2.28"
"""Used where they are not known, as the kernel of the hosts never is: what conda-lock assumes (4.0,
default-virtual-packages.yaml)."""


def solve_request(plan: BuildPlan, document: EnvironmentDocument, platform: str) -> SolveRequest:
    """The request for one platform such as `linux-64`. CondockError where a channel cannot be asked at all.

    As in conda, a file with a pip list wants pip.
    """
    channels = asked_channels(plan, document)
    for problem in filter(None, map(channel_problem, channels)):
        raise CondockError(problem.message, problem.hint)
    specs = [dependency.text for dependency in document.dependencies]
    if document.pip and not any(dependency.name == "pip" for dependency in document.dependencies):
        specs.append("pip")
    return SolveRequest(platform, all_addresses(channels), tuple(specs), virtual_packages(plan, platform))


def virtual_packages(plan: BuildPlan, platform: str) -> tuple[str, ...]:
    """The system that the runtime image offers on a platform, as conda writes it: `name=version=build`.

    The processor is taken for the plainest of its kind, so that the image runs on any.
    """
    glibc = catalogue().glibc_of(plan.base.runtime) or _GLIBC
    found = ["__unix=0=0", f"__linux={_LINUX}=0", f"__glibc={glibc}=0"]
    known = BY_CONDA_NAME.get(platform)
    found.append(f"__archspec=1={known.machine if known else 0}")
    if re.fullmatch(r"\d+(\.\d+)*", plan.environment.cuda):
        found.append(f"__cuda={plan.environment.cuda}=0")
    return tuple(found)
