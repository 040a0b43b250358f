"""The parts of the program's answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

Message = dict[str, Any]
Emit = Callable[..., None]
"""Sends an event, by the names of its parts."""


class Failed(Exception):
    """A failure, answered in the place of a result."""

    def __init__(self, kind: str, text: str = "", **more: object) -> None:
        super().__init__()
        self.text = text
        self.message: Message = {"kind": kind, "text": text, **more}


def silent(**event: object) -> None:
    """The Emit of work that nobody watches."""


async def all_of(work: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Does all at once; the first failure ends the others."""
    tasks = [asyncio.ensure_future(one) for one in work]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
