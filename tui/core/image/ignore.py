"""The ignore file of a plan: the builder is sent what the plan copies, and nothing else.

It is written as `<Dockerfile>.dockerignore`, which BuildKit prefers to `.dockerignore` (docs.docker.com, build
context): the user's own file stays as it is, and its rules are taken over.
"""

from __future__ import annotations

from collections.abc import Callable

from tui.core.plan import BuildPlan

NEVER_SENT = (
    "**/.env",
    "**/.env.*",
    "**/.git",
    "**/.anaconda",
    "**/.condarc",
    "**/__pycache__",
    "**/*.pyc",
    "**/.venv",
    "**/*.pem",
    "**/*.key",
)
"""What is kept back even inside a folder that is copied: keys, histories, leftovers."""


def ignore_name(plan: BuildPlan) -> str:
    """The file's name, beside the Dockerfile."""
    return f"{plan.build.dockerfile}.dockerignore"


def ignore_file(plan: BuildPlan, own_rules: str = "") -> str:
    """The text of the ignore file; `own_rules` is the text of the user's `.dockerignore`."""
    environment = plan.environment.locks or (plan.environment.file,)
    paths = [path.strip("/").removeprefix("./") for path in (*environment, *plan.application.files)]
    lines = []
    if not any(path in ("", ".") for path in paths):
        lines += ["# Nothing is sent to the builder ...", "*", "", "# ... but what the Dockerfile copies."]
        lines += [f"!{literal(path)}" for path in dict.fromkeys(paths)]
    if own_rules.strip():
        lines += ["", "# Taken over from .dockerignore.", own_rules.strip()]
    lines += ["", "# Keys and leftovers are never sent: no rule comes after these.", *NEVER_SENT]
    if plan.secret.file.strip("/") and f"**/{plan.secret.file}" not in NEVER_SENT:
        lines.append(f"/{literal(plan.secret.file.removeprefix('./').lstrip('/'))}")
    return "\n".join(lines).lstrip("\n") + "\n"


def ignored_by(text: str) -> Callable[[str], bool]:
    """A test whether a path, relative to the context, is kept back by an ignore file with this text."""
    from docker.utils.build import PatternMatcher

    rules = [line.strip() for line in text.splitlines()]
    matcher = PatternMatcher([rule for rule in rules if rule and not rule.startswith("#")])

    def ignored(path: str) -> bool:
        plain = path.strip("/").removeprefix("./")
        return bool(matcher.matches(plain))  # type: ignore[arg-type]  # the stubs want a path, the code a text

    return ignored


def literal(path: str) -> str:
    """The path as a pattern for itself, in the ignore files of Docker and of git alike.

    A `[` becomes a `?`, which matches a little more: docker-py knows no backslash, and `[[]` makes Python warn.
    """
    return path.translate({ord("*"): "[*]", ord("?"): "[?]", ord("["): "?"})
