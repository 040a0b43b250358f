"""The commands: what each does, the function that it runs, and its options."""

from __future__ import annotations

import os
import sys

from tui.core.exit_code import ExitCode
from tui.options import (
    audit_options,
    bases_options,
    build_options,
    check_options,
    context_options,
    demo_options,
    folder_option,
    init_options,
    lock_options,
    no_options,
    trust_options,
    wizard_options,
)

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from typing import Any, TypeAlias

    Run: TypeAlias = Callable[[Any], int]
    Options: TypeAlias = Callable[[argparse.ArgumentParser], None]

_TEXTUALS_LOGS = ("TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL")
"""Variables by which Textual (8.2.8) writes down or sends away all that is typed and pasted: a key, too."""


def _wizard(parsed: argparse.Namespace) -> int:
    from dataclasses import replace

    from tui.core.errors import CondockError
    from tui.core.first_plan import with_bases
    from tui.core.project import open_project

    project = open_project(parsed.folder)
    if not (os.isatty(0) and os.isatty(1)):
        raise CondockError(
            "The wizard needs a terminal.",
            "Without one, use its commands: `condock --help` lists them.",
        )
    for name in _TEXTUALS_LOGS:
        os.environ.pop(name, None)
    from tui.app import run_wizard

    code, outcome = run_wizard(replace(project, plan=with_bases(project.plan)))
    if outcome:
        from tui.headless.views.stderr import tell

        tell(outcome, sys.stdout)
    return code


def _init(parsed: argparse.Namespace) -> int:
    from tui.headless.init import init

    values = {name: value for name, value in vars(parsed).items() if "." in name and value is not None}
    return init(parsed.folder, values, os.environ, force=parsed.force, from_env=parsed.from_env)


def _render(parsed: argparse.Namespace) -> int:
    from tui.headless.render import render

    return render(parsed.folder)


def _build(parsed: argparse.Namespace) -> int:
    from tui.headless.open import open_equipped

    project = open_equipped(parsed.folder, os.environ, ["tui.headless.build"], hurried=True)
    from tui.headless.build import build

    return build(project, os.environ, parsed.output, check_key=parsed.check_key, record=parsed.record)


def _audit(parsed: argparse.Namespace) -> int:
    from tui.headless.audit import audit, last

    if parsed.last:
        return last(os.environ, as_json=parsed.json)
    return audit(parsed.image, os.environ, parsed.secret_file, as_json=parsed.json, deep=parsed.deep)


def _context(parsed: argparse.Namespace) -> int:
    from tui.headless.context import context

    return context(parsed.folder, as_json=parsed.json)


def _check(parsed: argparse.Namespace) -> int:
    from tui.headless.check import check

    platforms = parsed.platforms or ()
    return check(
        parsed.folder,
        os.environ,
        platforms,
        as_json=parsed.json,
        offline=parsed.offline,
        fix=parsed.fix,
        dry_run=parsed.dry_run,
    )


def _lock(parsed: argparse.Namespace) -> int:
    from tui.headless.lock import check_locks, lock

    if parsed.check:
        return check_locks(parsed.folder)
    return lock(parsed.folder, os.environ, parsed.platforms or (), parsed.source)


def _demo(parsed: argparse.Namespace) -> int:
    from tui.headless.demo import demo, insist_on_speed
    from tui.headless.views.views import Output

    insist_on_speed(parsed.speed)
    if str(parsed.recording) == "burglar":
        from tui.headless.burglar import burglar

        return burglar(os.environ, parsed.speed, as_json=parsed.output == "json")
    if parsed.output == "auto" and os.isatty(0) and os.isatty(1) and parsed.speed == 1:
        return _show_demo([parsed.recording] if parsed.recording else [])
    return demo(os.environ, Output(parsed.output), parsed.speed, parsed.recording)


def _show_demo(recordings: Sequence[Path]) -> int:
    for name in _TEXTUALS_LOGS:
        os.environ.pop(name, None)
    from tui.demo import run_demo
    from tui.headless.views.stderr import tell

    code, outcome = run_demo(recordings)
    if outcome:
        tell(outcome, sys.stdout)
    return code


def _bases(parsed: argparse.Namespace) -> int:
    from tui.headless.bases import bases

    return bases(as_json=parsed.json)


def _schema(_: argparse.Namespace) -> int:
    from tui.core.assets import ASSETS
    from tui.core.plan_file import SCHEMA

    print((ASSETS / SCHEMA).read_text("utf-8"), end="")
    return ExitCode.DONE


def _trust(parsed: argparse.Namespace) -> int:
    from tui.headless.trust import trust

    return trust(parsed.folder, os.environ, parsed.remove, forget=parsed.remove_all)


def _doctor(parsed: argparse.Namespace) -> int:
    from tui.headless.doctor import doctor

    return doctor(parsed.folder, os.environ)


COMMANDS: dict[str, tuple[str, Run, Options]] = {
    "wizard": ("open the wizard; `condock` alone does the same", _wizard, wizard_options),
    "init": ("write condock.yml from what the folder holds, without questions", _init, init_options),
    "render": ("print the Dockerfile of the plan", _render, folder_option),
    "check": ("look for mistakes in environment.yml, mend them, and see whether it solves", _check, check_options),
    "lock": ("solve, write lock files and build from them", _lock, lock_options),
    "build": ("build the image of the plan", _build, build_options),
    "audit": ("search an image for the key, and write a receipt", _audit, audit_options),
    "context": ("show what is sent to the builder, and what smells", _context, context_options),
    "doctor": ("look at engine, key and folder; 0 only when a build could start", _doctor, wizard_options),
    "trust": ("list what you agreed to for a folder, and take it back", _trust, trust_options),
    "demo": (
        "the wizard on a sample project with a recorded build: no Docker, network or key",
        _demo,
        demo_options,
    ),
    "bases": ("list the base images on offer, yours and your team's first", _bases, bases_options),
    "schema": ("print the JSON schema of condock.yml, for editors", _schema, no_options),
}
"""By their names: what each does, for `--help`; the work; and the options."""
