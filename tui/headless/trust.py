"""`condock trust`: what you agreed to for a folder, what waits for a yes, and taking a yes back."""

from __future__ import annotations

import sys
from collections.abc import Mapping, MutableMapping, Sequence
from pathlib import Path

from tui.core.claims import change_behind, unagreed
from tui.core.errors import ExitCode
from tui.core.key_access import equipped, with_trust
from tui.core.project import Project, open_project
from tui.core.trust.agreement import agree, agreed, kept, take_back
from tui.core.trust.claim import read_claim
from tui.core.untrusted_text import printable
from tui.headless.views.stderr import tell


def ask(project: Project, env: MutableMapping[str, str], *, for_requests: bool = False) -> Project:
    """The project after what waits for a yes was asked about, where somebody sits at a terminal to answer.

    The first no, or no answer, ends the questions: what is left then stands in the way. How a file of the build
    differs from the plan's is shown without a terminal, too.
    """
    answers = sys.stdin.isatty() and sys.stderr.isatty()
    for claim in unagreed(project, for_requests=for_requests):
        if change := change_behind(claim, project):
            tell(f"- is {printable(change.path.name)} as it is, + as the plan has it:\n{printable(change.diff())}")
        if answers:
            tell(f"{claim.question}\n{claim.meaning}")
        if not (answers and _yes()):
            break
        agree([claim], project.path, env)
    return equipped(project, env)


def _yes() -> bool:
    try:
        return input("Agree, for this folder? [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:
        return False


def trust(path: Path, env: Mapping[str, str], removed: Sequence[str], *, forget: bool) -> int:
    """List the folder's yeses on stdout, one KIND=VALUE a line; first take back those that `removed` names.

    With `forget`, all of them are taken back. Raises CondockError for one that was never given.
    """
    folder = path.resolve()
    claims = sorted(kept(folder, env), key=lambda claim: claim.option) if forget else map(read_claim, removed)
    for claim in claims:
        take_back([claim], folder, env)
        tell(f"No longer trusted here: {claim.option}")
    for option in sorted(claim.option for claim in agreed(folder, env)):
        print(option)
    if removed or forget:
        return ExitCode.DONE
    for claim in unagreed(with_trust(open_project(path), env)):
        tell(f"Waits for your yes: {claim.question}\n  {claim.meaning}\n  Agree with {claim.flag}")
    if not agreed(folder, env):
        tell(f"Nothing was agreed to for {printable(str(folder))}.")
    return ExitCode.DONE
