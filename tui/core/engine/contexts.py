"""Docker contexts: which there are, which one is in force, and how to reach another."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from tui.core.dataclass import dataclass
from tui.core.engine.docker_cli import DOCKER, ask
from tui.core.errors import CondockError, ExitCode, Problem
from tui.core.untrusted_text import printable

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import Any

DEFAULT = "default"
"""The context that is always there; it is where DOCKER_HOST points, where that is set."""

_OF_THE_HOST = ("DOCKER_HOST", "DOCKER_TLS_VERIFY", "DOCKER_CERT_PATH")


@dataclass(frozen=True)
class Context:
    """One context as `docker context ls` has it."""

    name: str
    endpoint: str = ""
    """Such as `ssh://me@build.example.com`."""
    description: str = ""
    current: bool = False
    error: str = ""


def reaching(env: Mapping[str, str], context: str) -> Mapping[str, str]:
    """The environment that reaches this context's engine; `env` as it is where the context is empty.

    As `docker --context` does, which goes before DOCKER_HOST and DOCKER_CONTEXT (docker/cli 26.1.5 and 28.2.2,
    cli/command/cli.go, resolveContextName); the default context alone still follows DOCKER_HOST.
    """
    if not context:
        return env
    left_out = () if context == DEFAULT else _OF_THE_HOST
    return {**{name: value for name, value in env.items() if name not in left_out}, "DOCKER_CONTEXT": context}


def in_force(env: Mapping[str, str]) -> str:
    """The name of the context that docker would use, whether it exists or not."""
    if env.get("DOCKER_HOST"):
        return DEFAULT
    return env.get("DOCKER_CONTEXT") or _current(env)


def chosen_by(env: Mapping[str, str], context: str) -> str:
    """The choice that decides on the engine, in words; empty for none. The plan's context comes first."""
    if context:
        return f"context {printable(context)}"
    if env.get("DOCKER_HOST"):
        return "DOCKER_HOST"
    name = in_force(env)
    how = "DOCKER_CONTEXT" if env.get("DOCKER_CONTEXT") else "`docker context use`"
    return "" if name == DEFAULT else f"context {printable(name)} by {how}"


def list_contexts(env: Mapping[str, str]) -> tuple[Context, ...]:
    """All contexts, without contacting any; CondockError where the docker CLI cannot list them.

    One damaged context is enough for that (docker 26.1.5). `json` alone is no format to CLI 20.10, so the
    template spells it out.
    """
    answer = ask([DOCKER, "context", "ls", "--format", "{{json .}}"], env)
    if answer.returncode:
        said = printable(answer.stderr).strip().partition("\n")[0] or "`docker context ls` does not answer"
        raise CondockError(
            f"The Docker contexts cannot be listed: {said.rstrip('.')}.",
            "Mend or remove the file it names, or type the context's name.",
            ExitCode.NO_ENGINE,
        )
    return tuple(_context(entry) for entry in json_lines(answer.stdout))


def context_problem(name: str, env: Mapping[str, str]) -> Problem | None:
    """The problem of the plan's context, before anything is asked of its engine."""
    fault = context_fault(name, env)
    if not fault:
        return None
    try:
        names = [context.name for context in list_contexts(env)]
    except CondockError:
        names = []
    hint = near(name, names) or "Choose one that `docker context ls` lists."
    return Problem(fault, hint, "build.context")


def context_fault(name: str, env: Mapping[str, str]) -> str:
    """The sentence on why a context cannot be used; empty for a sound one, and for the default."""
    if name == DEFAULT:
        return ""
    try:
        meta = json.loads((_folder(env) / "contexts/meta" / _id(name) / "meta.json").read_bytes())
    except FileNotFoundError:
        return f"There is no Docker context `{printable(name)}`."
    except (OSError, ValueError):
        meta = None
    return "" if _host(meta) else f"The Docker context `{printable(name)}` is damaged."


def is_local(name: str, env: Mapping[str, str]) -> bool:
    """True if this context's engine is reached by a socket of this machine, or is the one in force anyway."""
    if name in (DEFAULT, in_force(env)):
        return True
    try:
        meta = json.loads((_folder(env) / "contexts/meta" / _id(name) / "meta.json").read_bytes())
    except (OSError, ValueError):
        return False
    return _host(meta).startswith(("unix://", "npipe://"))


def client_settings(name: str, env: Mapping[str, str]) -> dict[str, Any]:
    """The SDK client's address and certificates for a sound context other than the default.

    The SDK's own reader (docker 7.2.0) looks in the current folder where there is no config.json, takes the
    default socket for an unknown context, and raises a bare Exception, a KeyError or a TypeError for a damaged
    one. The layout is that of docker/cli, cli/context/store and cli/context/docker.
    """
    from docker.tls import TLSConfig

    meta = json.loads((_folder(env) / "contexts/meta" / _id(name) / "meta.json").read_bytes())
    certificates = _folder(env) / "contexts/tls" / _id(name) / "docker"
    ca, cert, key = (str(certificates / file) for file in ("ca.pem", "cert.pem", "key.pem"))
    unverified = bool(meta["Endpoints"]["docker"].get("SkipTLSVerify"))
    settings = {"base_url": _host(meta)}
    if certificates.is_dir() or unverified:
        own = (cert, key) if Path(cert).exists() and Path(key).exists() else None
        tls = TLSConfig(client_cert=own, ca_cert=ca if Path(ca).exists() else None, verify=not unverified)
        return {**settings, "tls": tls}
    return settings


def near(name: str, names: Iterable[str]) -> str:
    """A hint at the most similar of the names; empty where none is."""
    from difflib import get_close_matches

    found = get_close_matches(name, list(names), n=1)
    return f"Did you mean `{printable(found[0])}`?" if found else ""


def json_lines(text: str) -> list[dict[str, object]]:
    """The JSON objects of an answer, one a line; what is none is passed over."""
    entries = []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            entries.append(entry)
    return entries


def choices_of_docker(env: Mapping[str, str]) -> tuple[str, ...]:
    """The files that keep which context, and with buildx which builder, was chosen for all builds."""
    folder = _folder(env)
    return (str(folder / "config.json"), str(folder / "buildx/current"))


def _context(entry: Mapping[str, object]) -> Context:
    keys = ("Name", "DockerEndpoint", "Description", "Error")
    name, endpoint, description, error = (printable(str(entry.get(key) or "")) for key in keys)
    return Context(name, endpoint, description, entry.get("Current") is True, error)


def _folder(env: Mapping[str, str]) -> Path:
    """Docker's own settings; what `~` is comes from this process, as it does for the docker CLI."""
    return Path(env.get("DOCKER_CONFIG") or Path.home() / ".docker")


def _id(name: str) -> str:
    import hashlib  # and OpenSSL with it

    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()


def _current(env: Mapping[str, str]) -> str:
    """The name that `docker context use` wrote; the default's where there is none."""
    try:
        config = json.loads((_folder(env) / "config.json").read_bytes())
    except (OSError, ValueError):
        return DEFAULT
    current = config.get("currentContext") if isinstance(config, dict) else None
    return current if isinstance(current, str) and current else DEFAULT


def _host(meta: object) -> str:
    """The address in what docker keeps of a context; empty where it has none to be read."""
    for key in ("Endpoints", "docker", "Host"):
        meta = meta.get(key) if isinstance(meta, dict) else None
    return meta if isinstance(meta, str) else ""
