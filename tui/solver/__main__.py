"""`python -m tui.solver`: see the package."""

from __future__ import annotations

import asyncio
import json
import os
import sys
from concurrent.futures import Future
from pathlib import Path
from threading import Thread

from rattler.exceptions import GatewayError

from tui.solver.channels import Channels, names_of, versions_of
from tui.solver.messages import Failed, Message
from tui.solver.sizes import Sizes
from tui.solver.solve import solved


class Program:
    """Answers messages, several at a time."""

    def __init__(self, setup: Message) -> None:
        folder = Path(setup["folder"])
        self._channels = Channels(setup["key"], folder)
        self._channels.sweep()
        self._sizes = Sizes(self._channels.client, folder / "installed-sizes.json")
        self._output = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)  # nothing that is printed comes between the answers

    async def answer(self, message: Message) -> None:
        """Do what a message asks for and write what comes of it."""
        self._channels.shown.update(message["hosts"])
        try:
            answer = {"result": await self._result(message)}
        except Failed as failed:
            answer = {"failure": failed.message}
        except GatewayError as error:
            answer = {"failure": Failed("gateway", str(error)).message}
        self._write({"id": message["id"], **answer})

    async def _result(self, message: Message) -> object:
        def emit(**event: object) -> None:
            self._write({"id": message["id"], "event": event})

        match message["do"]:
            case "solve":
                return await solved(self._channels, message, emit)
            case "sizes":
                return await self._sizes.of(message, emit)
        channels, platforms = message["channels"], [message["platform"], "noarch"]
        gateway, cached = await self._channels.load_or_cached(channels, platforms)
        if message["do"] == "names":
            return {"names": await names_of(gateway, channels, platforms), "cached": cached}
        versions = await versions_of(gateway, channels, platforms, message["name"])
        return {"versions": versions, "cached": cached}

    def _write(self, message: Message) -> None:
        self._output.write(json.dumps(message).encode() + b"\n")
        self._output.flush()


async def main() -> None:
    """Serve until standard input ends."""
    program = Program(json.loads(sys.stdin.buffer.readline()))
    loop = asyncio.get_running_loop()

    def read() -> None:
        for line in sys.stdin.buffer:
            answer = asyncio.run_coroutine_threadsafe(program.answer(json.loads(line)), loop)
            answer.add_done_callback(_fall)
        os._exit(0)  # in an ordinary exit py-rattler may crash

    Thread(target=read, daemon=True).start()
    await loop.create_future()


def _fall(answer: Future[None]) -> None:
    """End where an answer could not be made: nobody shall wait for it."""
    if error := answer.exception():
        print(type(error).__name__, file=sys.stderr, flush=True)
        os._exit(1)


if __name__ == "__main__":
    asyncio.run(main())
