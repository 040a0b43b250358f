"""The form that a plan's environment can be made in: can the key be kept from packages?

Tried with real conda 25.3.1, 25.11.1 and 26.7.1. `conda create --download-only` of an environment file does what
`conda env create` does since 26.7.0; before that, it cannot read the file or may link it, with the key in sight.
What a lock names can be fetched by conda's own download since 25.3.1 at the latest.
"""

from __future__ import annotations

from tui.core.errors import Problem
from tui.core.plan import BuildPlan, Form, SecretMode

SOLVED_SINCE, LOCKED_SINCE = (26, 7), (25, 3)
"""The oldest conda that downloads without linking: from environment.yml, and from lock files."""


def best_form(plan: BuildPlan, conda: tuple[int, ...]) -> Form:
    """The form that shows the key to the fewest, with this version of conda (empty where it is not known)."""
    if plan.environment.locks:
        return Form.GUIDE if conda and conda < LOCKED_SINCE else Form.ISOLATED
    return Form.ISOLATED if conda >= SOLVED_SINCE else Form.GUIDE


def is_isolated(plan: BuildPlan) -> bool:
    """True where the key is there for the download only; without a key there is nothing to keep."""
    return plan.build.form is Form.ISOLATED and plan.secret.mode is not SecretMode.NONE


def oldest_conda(plan: BuildPlan) -> tuple[int, ...]:
    """The oldest conda that can do what the isolated form of this plan asks."""
    return LOCKED_SINCE if plan.environment.locks else SOLVED_SINCE


def form_problem(plan: BuildPlan, conda: tuple[int, ...]) -> Problem | None:
    """That the builder's conda is known to be too old for the plan's form."""
    oldest = oldest_conda(plan)
    if not is_isolated(plan) or not conda or conda >= oldest:
        return None
    message = f"conda {version(conda)} in this base cannot download packages without installing them."
    or_locks = "" if plan.environment.locks else " lock files,"
    hint = f"Choose a base with conda {version(oldest)} or newer,{or_locks} or the guide's form (`form: guide`)."
    return Problem(message, hint, "build.form")


def version(numbers: tuple[int, ...]) -> str:
    """`26.7.1`."""
    return ".".join(map(str, numbers))
