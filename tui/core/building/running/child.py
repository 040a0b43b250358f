"""A process of our own, without subprocess: to import that takes half as long as Python takes to start."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_IGNORED_BY_PYTHON = (13, 25)  # SIGPIPE and SIGXFSZ on Linux and macOS; a child gets them back


class Child:
    """A process that was started, in a session of its own; only one thread at a time may ask how it is."""

    def __init__(self, argv: list[str], env: Mapping[str, str], output: int) -> None:
        """Start the program at the path `argv[0]`, its stdout and stderr this file descriptor; or OSError."""
        stdin, self._inlet = os.pipe()
        files = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in ((stdin, 0), (output, 1), (output, 2))]
        try:
            self.pid = os.posix_spawn(
                argv[0], argv, env, file_actions=files, setsid=True, setsigdef=_IGNORED_BY_PYTHON
            )
        except BaseException:
            os.close(self._inlet)
            raise
        finally:
            os.close(stdin)
        self._code: int | None = None

    def end_input(self, text: bytes = b"") -> None:
        """Write this to its standard input, and close that."""
        try:
            os.write(self._inlet, text)
        except BrokenPipeError:
            return  # it has ended
        finally:
            os.close(self._inlet)

    def poll(self) -> int | None:
        """Its exit code, -N for signal N; None while it runs."""
        if self._code is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            self._code = os.waitstatus_to_exitcode(status) if pid else None
        return self._code

    def wait(self) -> int:
        """Its exit code, once it has ended."""
        if self._code is None:
            self._code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        return self._code
