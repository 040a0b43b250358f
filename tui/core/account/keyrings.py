"""The keyring anaconda-auth stores its keys in: a file of its own, or the system's where it is configured so."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from tui.core.account.key_lookup import Source
from tui.core.account.settings import Settings
from tui.core.account.sources import FAILURES, Layer, expanded, shown, unreadable
from tui.core.dataclass import replace
from tui.core.files import MOST_BYTES
from tui.core.inside_folder import read_file
from tui.core.plan import OLD_DOMAINS
from tui.core.secret import Secret

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

SERVICE = "Anaconda Cloud"
"""KEYRING_NAME of anaconda-auth 0.15.3 (token.py), which also has the form of the entries."""

_SYSTEM = {"darwin": ("macOS.Keyring",), "win32": ("Windows.WinVaultKeyring",)}
_LINUX = ("SecretService.Keyring", "libsecret.Keyring", "kwallet.DBusKeyring")


def read_keyring(settings: Settings, env: Mapping[str, str]) -> Layer:
    """The stored key, as `api_key` of a layer.

    Only where a keyring of the system is configured is one asked, in this thread and process, through the
    `keyring` library; it may take a while, or ask the user.
    """
    for layer in settings.layers:
        if isinstance(table := layer.values.get("keyring"), Secret):
            found = _entry_of(layer.where, table.reveal(), settings.domain)
            return replace(found, source=layer.source)  # a setting: nothing can be stored there
    system = settings.get("preferred_token_storage") == "system"
    asked = _read_system(settings.domain, system=system) if system or _has_choice(env) else None
    return asked or _read_file(
        expanded(settings.get("keyring_path", "~/.anaconda/keyring"), env), settings.domain, env
    )


def _read_file(path: Path, domain: str, env: Mapping[str, str]) -> Layer:
    where = shown(path, env)
    try:
        text = read_file(path, MOST_BYTES).decode()
    except FileNotFoundError:
        return Layer(Source.KEYRING, where)
    except FAILURES as error:
        return Layer(Source.KEYRING, where, problem=unreadable(where, error))
    return _entry_of(where, text, domain)


def _entry_of(where: str, text: str, domain: str) -> Layer:
    """The key for a domain in the JSON {service: {domain: base64 of JSON}}; an empty text is an empty keyring."""
    try:
        entries = json.loads(text or "{}").get(SERVICE, {})
        entry = next((entries[name] for name in _names(domain) if name in entries), None)
        return Layer(Source.KEYRING, where, _key_of(entry))
    except (*FAILURES, AttributeError, TypeError) as error:
        return Layer(Source.KEYRING, where, problem=unreadable(where, error))


def _key_of(entry: str | None) -> dict[str, object]:
    key = json.loads(base64.b64decode(entry)).get("api_key") if entry else None
    return {"api_key": Secret(key)} if isinstance(key, str) and key else {}


def _names(domain: str) -> tuple[str, ...]:
    """A domain, and those under which older versions stored its key."""
    return (domain, *OLD_DOMAINS.get(domain, ()))


def _has_choice(env: Mapping[str, str]) -> bool:
    """True if the user chose a keyring for all programs: the library then asks no other."""
    base = expanded(env.get("XDG_CONFIG_HOME", "~/.config"), env)
    return "PYTHON_KEYRING_BACKEND" in env or (base / "python_keyring" / "keyringrc.cfg").is_file()


def _read_system(domain: str, *, system: bool) -> Layer | None:
    """The entry in the system's keyring; None where there is none to ask."""
    where = "the system keyring"
    try:
        backends = list(_chosen()) or (list(_backends()) if system else [])
        entries = (backend.get_password(SERVICE, name) for name in _names(domain) for backend in backends)
        return Layer(Source.KEYRING, where, _key_of(next(filter(None, entries), None))) if backends else None
    except Exception as error:  # a backend may be anybody's code, and the system bus raises what it likes
        return Layer(Source.KEYRING, where, problem=unreadable(where, error))


def _chosen() -> Iterator[KeyringBackend]:
    from keyring.core import load_config, load_env

    if backend := load_env() or load_config():
        yield backend


def _backends() -> Iterator[KeyringBackend]:
    """The system's keyrings that work here, the best first.

    By name, since `keyring.get_keyring` runs compilers on Linux to look for macOS's, and keeps its choice for
    the life of the process, where anaconda-auth would then find it.
    """
    from keyring.core import load_keyring

    found: list[KeyringBackend] = []
    for name in _SYSTEM.get(sys.platform, _LINUX):
        try:
            found.append(load_keyring(f"keyring.backends.{name}"))
        except (ImportError, RuntimeError, AttributeError, OSError):
            continue
    yield from sorted(found, key=lambda backend: -backend.priority)
