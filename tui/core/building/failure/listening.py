"""Finds out where a program in a container listens, and what it answers there.

It is asked from within the container's own network, which reaches nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from ipaddress import ip_address

from tui.core.dataclass import dataclass
from tui.core.engine.docker_cli import DOCKER, ask

_TABLES = ("/proc/net/tcp", "/proc/net/tcp6")
_ROW = r"(?m)^ *\d+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F:]+ 0A "
"""A socket that listens: its address, its port (proc(5); the kernel's TCP_LISTEN is 10)."""
_ANSWER = """\
import sys, urllib.error, urllib.request
try:
    print(urllib.request.urlopen(sys.argv[1], timeout=3).status)
except urllib.error.HTTPError as error:
    print(error.code)
"""
_WITHIN = 6
"""Seconds for a question."""


@dataclass(frozen=True)
class Listener:
    """An address, as text, and a port of the container."""

    address: str
    port: int

    @property
    def open(self) -> bool:
        """True if it can be reached from outside the container."""
        return not ip_address(self.address).is_loopback

    def __str__(self) -> str:
        address = f"[{self.address}]" if ":" in self.address else self.address
        return f"{address}:{self.port}"


def listeners(tables: str) -> tuple[Listener, ...]:
    """All that listen by the kernel's own tables, as a Linux on a little-endian machine prints them."""
    return tuple(Listener(_address(address), int(port, 16)) for address, port in re.findall(_ROW, tables))


def _address(text: str) -> str:
    """The kernel prints an address as whole numbers of four bytes, in the order of the machine."""
    raw = bytes.fromhex(text)
    address = ip_address(b"".join(raw[at : at + 4][::-1] for at in range(0, len(raw), 4)))
    return str(getattr(address, "ipv4_mapped", None) or address)


def find_listeners(container: str, env: Mapping[str, str]) -> tuple[Listener, ...]:
    """Those of a running container; none where its image has no `cat`."""
    return listeners(ask([DOCKER, "exec", container, "cat", *_TABLES], env, _WITHIN).stdout)


def http_status(container: str, listener: Listener, env: Mapping[str, str]) -> int | None:
    """The status of its answer to GET /; None where it does not speak HTTP, or the image has no Python."""
    host = {"0.0.0.0": "127.0.0.1", "::": "127.0.0.1"}.get(listener.address, listener.address)  # noqa: S104
    url = f"http://{Listener(host, listener.port)}/"
    said = ask([DOCKER, "exec", container, "/env/bin/python", "-I", "-c", _ANSWER, url], env, _WITHIN).stdout
    return int(said) if re.fullmatch(r"[1-5][0-9]{2}\n", said) else None
