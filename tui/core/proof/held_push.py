"""An image that a builder has made and holds back: read to be searched, and pushed once it was."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

from tui.core.building.attempt import Attempt, Result
from tui.core.building.build import build_environment
from tui.core.building.events import BuildSucceeded
from tui.core.building.held_image import archive_argv, is_held_by_builder, second_argv
from tui.core.building.running.process import revealed
from tui.core.dataclass import replace
from tui.core.engine.contexts import reaching
from tui.core.errors import CondockError, ExitCode
from tui.core.proof.audit import WHOLE, Unread, audit_image
from tui.core.proof.docker_save import find_image, output_of
from tui.core.proof.receipt import Receipt
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.untrusted_text import Redactor, shown

_ANOTHER = "the builder made another image when it was asked for it again"


def search_held(
    attempt: Attempt, built: str, key: Secret, progress: Callable[[int], None], stop: Event | None
) -> Receipt:
    """The receipt of an image that a builder holds; where it cannot be searched, that says why."""
    receipt = Receipt(attempt.project.plan.build.image, built, time.time())
    try:
        with _again(attempt, archive_argv, stop) as (chunks, told):
            audit = audit_image(chunks, key, progress)
            same = told() == built
        if built and same:
            return receipt.with_audit(audit)
        why = _ANOTHER
    except CondockError as error:
        why = error.message.removesuffix(".")
    return replace(receipt, unread=(Unread(WHOLE, f"could not be searched: {why}"),))


def push_searched(attempt: Attempt, result: Result, receipt: Receipt, stop: Event | None = None) -> str:
    """Push the image that this receipt is about; gives a sentence on that.

    CondockError where the key was found, nothing could be searched, or it is not pushed for another reason.
    """
    project = attempt.project
    image, outcome = shown(project.plan.build.image, 120), result.progress.outcome
    built = outcome.image if isinstance(outcome, BuildSucceeded) else ""
    if receipt.findings:
        raise CondockError("The key was found in the image: it was not pushed.", "", receipt.exit_code)
    if receipt.exit_code or not built:
        all_of_it = "all " if receipt.layers else ""
        why = f"{image} could not {all_of_it}be searched for the key"
        raise _not_pushed(why, "The receipt says why.", receipt.exit_code or ExitCode.NO_ENGINE)
    engine = reaching(attempt.env, project.plan.build.context)
    if not is_held_by_builder(project) and find_image([project.plan.build.image], engine) != receipt.digest:
        raise _not_pushed(f"{image} is another image now than the one that was searched", "Build again.")
    with _again(attempt, second_argv, stop) as (chunks, told):
        for _ in chunks:
            pass
        same = not is_held_by_builder(project) or told() == built
    if not same:
        message = f"What was pushed as {image} is not what was searched: {_ANOTHER}."
        raise CondockError(message, "Delete it in the registry, and build again.", ExitCode.BUILD_FAILED)
    return f"Pushed {image}, after it was searched."


@contextmanager
def _again(
    attempt: Attempt, argv_for: Callable[..., Sequence[str]], stop: Event | None
) -> Iterator[tuple[Iterator[memoryview], Callable[[], str]]]:
    """The builder's output when it is asked for the same once more, and the image's id, once it has ended."""
    project, redact = attempt.project, Redactor(filter(None, [attempt.key]))
    env = build_environment(project, attempt.env) if is_held_by_builder(project) else _without_key(attempt)

    def failed(why: str) -> CondockError:
        message = f"Docker ended with an error: {shown(redact(why), 300).rstrip('.')}"
        return _not_pushed(message, "Look whether you are signed in to the registry (`docker login`).")

    with tempfile.TemporaryDirectory(prefix="condock-") as scratch:
        iidfile = Path(scratch, "image-id")
        argv = argv_for(project, iidfile, attempt.cachebust)
        with output_of(argv, revealed(env), failed, stop, project.path) as chunks:
            yield chunks, lambda: iidfile.read_text().strip() if iidfile.exists() else ""


def _without_key(attempt: Attempt) -> dict[str, str | Secret]:
    return {name: value for name, value in attempt.env.items() if name != KEY_VARIABLE}


def _not_pushed(why: str, hint: str, code: ExitCode = ExitCode.BUILD_FAILED) -> CondockError:
    return CondockError(f"{why}. Nothing was pushed.", hint, code)
