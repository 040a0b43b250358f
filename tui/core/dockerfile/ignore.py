"""The ignore file of a plan: the builder is sent what the plan copies, and nothing else.

It is written as `<Dockerfile>.dockerignore`, which BuildKit prefers to `.dockerignore` (docs.docker.com, build
context): the user's own file stays as it is, and its rules are taken over.
"""

from __future__ import annotations

from collections.abc import Iterable

from tui.core.dockerfile.environment_steps import environment_files
from tui.core.plan import BuildPlan
from tui.core.untrusted_text import as_pattern

NEVER_SENT = (
    "**/.env",
    "**/.env.*",
    "**/.envrc",
    "**/.direnv",
    "**/.git",
    "**/.condock",
    "**/.anaconda",
    "**/.condarc",
    "**/.netrc",
    "**/.pypirc",
    "**/.aws",
    "**/.ssh",
    "**/__pycache__",
    "**/*.pyc",
    "**/.venv",
    "**/*.pem",
    "**/*.key",
)
"""Kept back even inside a folder that is copied: keys, histories, leftovers."""


def ignore_name(plan: BuildPlan) -> str:
    """The file's name, beside the Dockerfile."""
    return f"{plan.build.dockerfile}.dockerignore"


def ignore_file(
    plan: BuildPlan,
    own_rules: str = "",
    pip_files: Iterable[str] = (),
    rendered: Iterable[str] = (),
    secrets: Iterable[str] = (),
) -> str:
    """The text of the ignore file; `own_rules` is the text of the user's `.dockerignore`.

    `pip_files` are those that environment.yml's lines for pip name, `rendered` those made from conda-lock.yml;
    `secrets` are the places in the folder at which the secret file can be read.
    """
    copied = (*environment_files(plan, pip_files, rendered), *plan.application.files)
    paths = [path.strip("/").removeprefix("./") for path in copied]
    lines = []
    if not any(path in ("", ".") for path in paths):
        lines += ["# Nothing is sent to the builder ...", "*", "", "# ... but what the Dockerfile copies."]
        lines += [f"!{as_pattern(path)}" for path in dict.fromkeys(paths)]
    if own_rules.strip():
        lines += ["", "# Taken over from .dockerignore.", own_rules.strip()]
    lines += ["", "# Keys and leftovers are never sent: no rule comes after these.", *NEVER_SENT]
    rules = (as_rule(path) for path in secrets)
    lines += [rule for rule in dict.fromkeys(rules) if f"**{rule}" not in NEVER_SENT]
    return "\n".join(lines).lstrip("\n") + "\n"


def as_rule(path: str) -> str:
    """The rule that keeps this one path back: `/!k` would let `k` through, see `ignore_rules`."""
    pattern = as_pattern(path)
    return f"\\{pattern}" if pattern.startswith("!") else f"/{pattern}"
