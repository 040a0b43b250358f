"""What a first environment.yml can be made of: the folder's own files, or a conda environment of this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tui.core.dataclass import dataclass
from tui.core.environment.draft.draft import Draft
from tui.core.environment.draft.from_conda import draft_of_environment, find_environments
from tui.core.environment.draft.from_folder import REQUIREMENTS, first_environment, read_requirements
from tui.core.plan import BuildPlan
from tui.core.untrusted_text import shown


@dataclass(frozen=True)
class Origin:
    """Something to start from."""

    title: str
    """Printable."""
    draft: Callable[[], Draft]
    """Makes the text, which may read many files; raises CondockError where they cannot be read."""
    by_channels: bool = False
    """True where the channels are asked what they have of it."""


def find_origins(folder: Path, plan: BuildPlan, env: Mapping[str, str]) -> tuple[Origin, ...]:
    """The origins for a folder, its own first. Looks through the user's home for conda environments."""
    own = partial(first_environment, folder, plan)
    origins = [Origin(REQUIREMENTS, own), Origin(f"{REQUIREMENTS}, as far as the channels have it", own, True)]
    if not read_requirements(folder, REQUIREMENTS):
        origins = [Origin("your code", own)]
    for found in find_environments(env):
        title = f"the conda environment {shown(found.name)} in {shown(str(found.path.parent))}"
        origins.append(Origin(title, partial(draft_of_environment, found, folder.resolve().name)))
    return tuple(origins)
