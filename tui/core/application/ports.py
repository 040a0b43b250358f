"""The port that a command is told to listen on: read, and changed, where it stands in its words."""

from __future__ import annotations

import re

from tui.core.plan import LONGEST_COMMAND

_OPTION = r"--(?:\w{1,40}\.|server-|http-)?port[ =]+"
_VARIABLE = r"(?<!\w)(?:GRADIO_SERVER_|STREAMLIT_SERVER_|FLASK_RUN_|UVICORN_)?PORT="
_ADDRESS = r"""(?<=[\s='"])(?:0\.0\.0\.0|127\.0\.0\.1|localhost|\[::1?\])?:"""
_MODULE = r"\bhttp\.server +"
_NAMED = re.compile(rf"((?:{_OPTION}|{_VARIABLE}|{_ADDRESS}|{_MODULE})['\"]?)([0-9]{{1,5}})(?![\w.:/-])")


def is_port(text: str) -> bool:
    """True if it is written as a port is; what is not may be on its way, while it is typed."""
    return bool(re.fullmatch(r"[1-9][0-9]{0,4}", text))


def named_ports(command: str) -> tuple[str, ...]:
    """The ports that a command says in the words of common servers; none where its program decides."""
    return tuple(port for _, port in _NAMED.findall(command[:LONGEST_COMMAND]))


def with_port(command: str, port: str) -> str:
    """The command with this port in place of the first that it says, wherever that one stands."""
    old = next(iter(named_ports(command)), "")
    return _NAMED.sub(lambda found: found[1] + (port if found[2] == old else found[2]), command)


def other_port(command: str, port: str) -> str:
    """The port that a command says instead of this one; empty where it says this one, or none."""
    named = named_ports(command)
    return named[0] if named and is_port(port) and port not in named else ""
