"""The command line: its commands and options, and the function that each command runs."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Container
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from tui.core.errors import CondockError, ExitCode
from tui.plan_options import output_options, plan_options, platform_option, trust_option

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_EPILOG = "\n".join(["exit codes:", *(f"  {code:<4} {code.words}" for code in ExitCode)])


def run(arguments: list[str]) -> int:
    """Do what the arguments say; gives the exit code."""
    parser, commands = _parser()
    parsed = parser.parse_args(_with_command(arguments, commands))
    if options := getattr(parsed, "trust", None):
        from tui.core.trust.agreement import agree
        from tui.core.trust.claim import read_claim

        agree(map(read_claim, options), parsed.folder, os.environ)
    return int(parsed.run(parsed))


Run = Callable[[argparse.Namespace], int]


def _with_command(arguments: list[str], commands: Container[str]) -> list[str]:
    """`condock [FOLDER]` is `condock wizard [FOLDER]`; a folder named as a command is given as `./build`."""
    first = arguments[0] if arguments else ""
    if first in commands or first in ("-h", "--help", "--version"):
        return arguments
    return ["wizard", *arguments]


class _Parser(argparse.ArgumentParser):
    def _print_message(self, message: str, file: SupportsWrite[str] | None = None) -> None:
        """As argparse, which says nothing where its words cannot be written."""
        (file or sys.stderr).write(message)

    def error(self, message: str) -> NoReturn:
        raise CondockError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows what there is.")


Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"


def _parser() -> tuple[argparse.ArgumentParser, Container[str]]:
    """The parser, and the names of the commands it knows."""
    parser = _Parser(
        prog="condock",
        usage="condock [FOLDER]\n       condock COMMAND [FOLDER] [options]",
        description="Builds a Docker image of a conda environment from Anaconda's authenticated channels. "
        "The API key is only ever in the build's secret mount.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands: Commands = parser.add_subparsers(prog="condock", title="commands", metavar="")
    _commands_of_the_plan(commands)
    _commands_of_the_build(commands)
    return parser, commands.choices


def _commands_of_the_plan(commands: Commands) -> None:
    trust_option(_command(commands, "wizard", "open the wizard; `condock` alone does the same", _wizard))
    init = _command(commands, "init", "write condock.yml from what the folder holds, without questions", _init)
    plan_options(init)
    init.add_argument("--force", action="store_true", help="replace a condock.yml that is already there")
    _command(commands, "render", "print the Dockerfile of the plan", _render)
    check = _command(commands, "check", "look for mistakes in environment.yml, and whether it solves", _check)
    platform_option(check)
    trust_option(check)
    check.add_argument("--json", action="store_true", help="print what was found as JSON")
    check.add_argument("--offline", action="store_true", help="ask no channel: do not solve")
    lock = _command(commands, "lock", "solve, write lock files and build from them", _lock)
    platform_option(lock)
    trust_option(lock)
    lock.add_argument("--from", dest="source", default="", metavar="FILE", help="take a conda-lock.yml as it is")
    lock.add_argument("--check", action="store_true", help="only look whether the lock files are up to date")


def _commands_of_the_build(commands: Commands) -> None:
    build = _command(commands, "build", "build the image of the plan", _build)
    output_options(build)
    trust_option(build)
    build.add_argument("--check-key", action="store_true", help="run the steps that use the key again")
    build.add_argument("--record", type=Path, metavar="FILE", help="write it down for `demo`, with the key masked")
    doctor = _command(
        commands, "doctor", "look at engine, key and folder; 0 only when a build could start", _doctor
    )
    trust_option(doctor)
    trust = _command(commands, "trust", "list what you agreed to for a folder, and take it back", _trust)
    trust.add_argument("--remove", action="append", default=[], metavar="KIND=VALUE", help="take a yes back")
    trust.add_argument("--remove-all", action="store_true", help="take every yes for this folder back")
    demo = _command(commands, "demo", "play a recorded build, without Docker, network or key", _demo, folder=False)
    demo.add_argument(
        "recording", nargs="?", type=Path, metavar="FILE", help="of `build --record`; default: our own"
    )
    output_options(demo)
    demo.add_argument(
        "--speed", type=float, default=1.0, metavar="FACTOR", help="how many times as fast as it went"
    )
    bases = _command(
        commands, "bases", "list the base images on offer, yours and your team's first", _bases, folder=False
    )
    bases.add_argument("--json", action="store_true", help="print them as JSON")
    _command(commands, "schema", "print the JSON schema of condock.yml, for editors", _schema, folder=False)


def _command(
    commands: Commands,
    name: str,
    about: str,
    run: Run,
    *,
    folder: bool = True,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        name,
        help=about,
        description=f"condock {name}: {about}.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    if folder:
        parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: here")
    parser.set_defaults(run=run)
    return parser


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"condock {version('condock')}")
        parser.exit()


_TEXTUALS_LOGS = ("TEXTUAL_LOG", "TEXTUAL_DEBUG", "TEXTUAL")
"""Variables by which Textual (8.2.8) writes down or sends away all that is typed and pasted: a key, too."""


def _wizard(parsed: argparse.Namespace) -> int:
    from tui.core.project import open_project, with_bases

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
        from tui.headless.views.talk import tell

        tell(outcome, sys.stdout)
    return code


def _init(parsed: argparse.Namespace) -> int:
    from tui.headless.init import init

    values = {name: value for name, value in vars(parsed).items() if "." in name and value is not None}
    return init(parsed.folder, values, os.environ, force=parsed.force)


def _render(parsed: argparse.Namespace) -> int:
    from tui.headless.init import render

    return render(parsed.folder)


def _build(parsed: argparse.Namespace) -> int:
    from tui.headless.open import open_equipped

    project = open_equipped(parsed.folder, os.environ, ["tui.headless.build"])
    from tui.headless.build import build

    return build(project, os.environ, parsed.output, check_key=parsed.check_key, record=parsed.record)


def _check(parsed: argparse.Namespace) -> int:
    from tui.headless.check import check

    platforms = parsed.platforms or ()
    return check(parsed.folder, os.environ, platforms, as_json=parsed.json, offline=parsed.offline)


def _lock(parsed: argparse.Namespace) -> int:
    from tui.headless.lock import check_locks, lock

    if parsed.check:
        return check_locks(parsed.folder)
    return lock(parsed.folder, os.environ, parsed.platforms or (), parsed.source)


def _demo(parsed: argparse.Namespace) -> int:
    from tui.headless.demo import demo
    from tui.headless.views.views import Output

    return demo(os.environ, Output(parsed.output), parsed.speed, parsed.recording)


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
