"""Why an engine was not reached, in words, from the exceptions that the Docker SDK chains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tui.core.errors import ExitCode, Problem
from tui.core.untrusted_text import printable

_REASONS = (
    (
        {"PermissionError"},
        "You may not use the Docker engine: permission denied at its socket.",
        "Add yourself to the group docker (`sudo usermod -aG docker $USER`) and sign in again.",
    ),
    (
        {"ContextException"},
        "{said}.",
        "Choose one that `docker context ls` lists, with `docker context use` or DOCKER_CONTEXT.",
    ),
    (
        {"ReadTimeout", "ConnectTimeout"},
        "The Docker engine{at} does not answer.",
        "Restart Docker, then look again.",
    ),
    ({"gaierror"}, "The engine's host{at} is not known.", "Correct DOCKER_HOST or the context."),
    (
        {"TLSParameterError", "SSLError"},
        "The engine's certificates do not fit.",
        "Correct DOCKER_CERT_PATH and DOCKER_TLS_VERIFY.",
    ),
    (
        {"FileNotFoundError", "ConnectionRefusedError"},
        "The Docker engine is not running{at}.",
        "Start Docker (Docker Desktop, or `sudo systemctl start docker`), then look again.",
    ),
    (
        {"Exception", "BaseException"},
        "The Docker engine cannot be reached: {said}.",
        "Try `docker version` in a terminal.",
    ),
)
"""By the names of the exceptions that the SDK chains, the most telling first."""


def explain(error: BaseException, env: Mapping[str, str]) -> Problem:
    """The sentences for why the daemon was not reached."""
    causes = {kind.__name__ for cause in _chain(error) for kind in type(cause).__mro__}
    message, hint = next((message, hint) for names, message, hint in _REASONS if names & causes)
    host, context = printable(env.get("DOCKER_HOST", "")), printable(env.get("DOCKER_CONTEXT", ""))
    at = f" at {host}" if host else f" (context `{context}`)" if context else ""
    said = printable(str(error)).partition("\n")[0][:160].rstrip(".")
    return Problem(message.format(at=at, said=said), hint, "engine", exit_code=ExitCode.NO_ENGINE)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """The error, its causes, and the errors that requests and urllib3 carry as arguments."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        current = waiting.pop()
        if current is None or any(current is known for known in seen):
            continue
        seen.append(current)
        yield current
        waiting += [current.__cause__, current.__context__]
        waiting += [argument for argument in current.args if isinstance(argument, BaseException)]
