"""Asking the channels for names, versions and solutions, for as long as a session lasts."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterable, Mapping

from tui.core.account.session import refuse_unsendable
from tui.core.channels.addresses import addresses
from tui.core.channels.qualified_spec import qualified
from tui.core.errors import CondockError
from tui.core.solving.channel_access import ChannelAccess, all_addresses
from tui.core.solving.channel_failure import channel_failure, no_answer
from tui.core.solving.channel_names import ChannelNames, ChannelVersions
from tui.core.solving.conflict import bad_spec, conflict
from tui.core.solving.repodata_folder import repodata_folder
from tui.core.solving.solution import (
    FailureKind,
    Package,
    Solution,
    SolveFailure,
    SolveProgress,
    SolveRequest,
    Stage,
)
from tui.core.solving.solver_process import Message, SolverGoneError, SolverProcess
from tui.core.untrusted_text import printable

OnProgress = Callable[[SolveProgress], None]
OnSize = Callable[[str, int], None]
"""Called with a package's address and the bytes it takes once it is installed."""


_ATTEMPTS = 3


class ChannelSession:
    """The channels as one key opens them; what was loaded for one question is kept for the next.

    It is an async context manager. The process behind it starts with the first question and ends with the block;
    where it dies, the next question starts another one. Failures are answers: nothing is raised.
    """

    def __init__(self, access: ChannelAccess, env: Mapping[str, str] | None = None) -> None:
        self._access = access
        self._env = os.environ if env is None else env
        self._process: SolverProcess | None = None
        self._starting = asyncio.Lock()
        self._closed = False
        self._shown: dict[str, bool] = {}
        self._names: dict[tuple[tuple[str, ...], str], ChannelNames] = {}

    @property
    def process_id(self) -> int | None:
        """That of the process, where one runs."""
        return self._process.pid if self._process else None

    async def __aenter__(self) -> ChannelSession:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End the process; what is asked after that has no answer."""
        self._closed = True
        await self._end()

    async def names(self, channels: Iterable[str], platform: str) -> ChannelNames | SolveFailure:
        """The names of the packages that channels (names or addresses) have for a platform and for any."""
        where = all_addresses(channels)
        if known := self._names.get((where, platform)):
            return known
        told = await self._ask(where, {"do": "names", "platform": platform})
        if isinstance(told, SolveFailure):
            return told
        found = ChannelNames(tuple(map(printable, told["names"])), told["cached"])
        if not found.cached:
            self._names[where, platform] = found
        return found

    async def versions(self, channels: Iterable[str], platform: str, name: str) -> ChannelVersions | SolveFailure:
        """The versions of a package, the newest first; none of a name that no channel has."""
        message = {"do": "versions", "platform": platform, "name": name}
        told = await self._ask(all_addresses(channels), message)
        if isinstance(told, SolveFailure):
            return told
        return ChannelVersions(tuple(map(printable, told["versions"])), told["cached"])

    async def solve(
        self, request: SolveRequest, on_progress: OnProgress = lambda _: None
    ) -> Solution | SolveFailure:
        """The packages that fulfil a request. Cancelling this ends the process at once."""
        message = {
            "do": "solve",
            "platform": request.platform,
            "specs": [_spec(spec) for spec in request.specs],
            "virtual_packages": request.virtual_packages,
        }
        try:
            told = await self._ask(request.channels, message, lambda event: on_progress(_progress(event)), request)
        except asyncio.CancelledError:
            await self._end()
            raise
        if isinstance(told, SolveFailure):
            return told
        packages = tuple(_package(package) for package in told["packages"])
        return Solution(request.platform, packages, told["relaxed"])

    async def installed_sizes(
        self, packages: Iterable[Package], on_size: OnSize = lambda _url, _size: None
    ) -> dict[str, int]:
        """The bytes that packages take once they are installed, by their addresses, from their own lists of files.

        One is left out where that cannot be read without fetching it all: a `.tar.bz2`, or a server that knows no
        ranges. What conda adds as it installs, such as compiled Python, is not counted.
        """
        hashes = {package.url: package.sha256 for package in packages}
        channels = tuple(dict.fromkeys(url.rsplit("/", 2)[0] for url in hashes))
        message = {"do": "sizes", "packages": hashes}
        told = await self._ask(channels, message, lambda event: on_size(event["url"], event["size"]))
        return {} if isinstance(told, SolveFailure) else dict(told)

    async def _ask(
        self,
        channels: tuple[str, ...],
        message: Message,
        on_event: Callable[[Message], None] = lambda _: None,
        request: SolveRequest | None = None,
    ) -> Message | SolveFailure:
        """The result, or why there is none; asked again where another question ended the process."""
        hosts = self._access.hosts(channels)
        process, last_words = None, ""
        for _ in range(_ATTEMPTS):
            try:
                process = await self._ready(hosts)
                answer = await process.ask({**message, "channels": channels, "hosts": hosts}, on_event)
            except SolverGoneError as gone:
                last_words = str(gone)
                if process is self._process or self._closed:
                    break
            except CondockError as error:
                return SolveFailure(FailureKind.UNAUTHORIZED, error.message, error.hint)
            except OSError as error:
                return _crashed(error.strerror or "")
            else:
                if "result" in answer:
                    result: Message = answer["result"]
                    return result
                return self._failure(answer["failure"], channels, request)
        return _crashed(last_words)

    async def _ready(self, hosts: Mapping[str, bool]) -> SolverProcess:
        """The process; a new one where it is gone, or where the key is shown to other hosts than before."""
        async with self._starting:
            changed = any(self._shown.get(host, shown) is not shown for host, shown in hosts.items())
            if changed or (self._process and self._process.gone):
                await self._end()
            if self._process is None:
                key = self._access.key
                if key:
                    refuse_unsendable(key)
                folder = repodata_folder(self._env)
                self._process = await SolverProcess.start(key, folder, self._env, self._access.ca_file)
            self._shown |= hosts
            return self._process

    async def _end(self) -> None:
        process, self._process = self._process, None
        self._shown = {}
        if process:
            await process.end()

    def _failure(self, failure: Message, channels: tuple[str, ...], request: SolveRequest | None) -> SolveFailure:
        match failure["kind"]:
            case "unsolvable" if request:
                return conflict(failure, request)
            case "spec":
                return bad_spec(failure["spec"], failure["text"])
            case "timeout":
                return no_answer(channels, self._access)
        return channel_failure(failure["text"], failure.get("channel", ""), channels, self._access)


def _crashed(last_words: str) -> SolveFailure:
    return SolveFailure(
        FailureKind.CRASHED,
        "The solver ended without an answer.",
        "Try again; the build does not depend on it. If it happens each time, install condock anew.",
        tuple(last_words.splitlines()[-3:]),
    )


def _spec(text: str) -> Message:
    found = qualified(text)
    return {"text": text, "spec": found.text, "channels": addresses(found.channel), "subdir": found.subdir}


def _progress(event: Message) -> SolveProgress:
    return SolveProgress(
        Stage(event["stage"]), event.get("loaded", 0), event.get("total", 0), event.get("bytes", 0)
    )


def _package(told: Message) -> Package:
    texts = {name: printable(value) for name, value in told.items() if isinstance(value, str)}
    return Package(**{**told, **texts, "depends": tuple(map(printable, told["depends"]))})
