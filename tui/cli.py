"""The command line: arguments in, exit codes out."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

from tui.core.errors import CondockError, ExitCode
from tui.core.plan import NETWORKS, SecretMode

_EPILOG = """\
exit codes:
  0    done
  1    the build failed
  2    wrong use, or a plan that is not complete
  3    no usable API key
  4    no usable Docker engine
  130  interrupted
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run condock; gives the exit code."""
    try:
        parsed = _parser().parse_args(_with_command(sys.argv[1:] if arguments is None else list(arguments)))
        code = int(parsed.run(parsed))
        print(end="", flush=True)  # nothing where stdout is closed
        return code
    except CondockError as error:
        print(f"condock: {error}", file=sys.stderr)
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except BrokenPipeError:
        # Whoever read our output has closed it; Python would complain once more at exit.
        for output in (sys.stdout, sys.stderr):
            os.dup2(os.open(os.devnull, os.O_WRONLY), output.fileno())
        return int(ExitCode.INTERRUPTED)


COMMANDS = ("wizard", "init", "render", "build", "doctor")


def _with_command(arguments: list[str]) -> list[str]:
    """`condock [FOLDER]` is `condock wizard [FOLDER]`; a folder named as a command is given as `./build`."""
    first = arguments[0] if arguments else ""
    if first in COMMANDS or first in ("-h", "--help", "--version"):
        return arguments
    return ["wizard", *arguments]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise CondockError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows what there is.")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="condock",
        usage="condock [FOLDER]\n       condock {init,render,build,doctor} [FOLDER] [options]",
        description="Builds a Docker image of a conda environment from Anaconda's authenticated channels. "
        "The API key is only ever in the build's secret mount.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands = parser.add_subparsers(prog="condock", title="commands", metavar="")
    _command(commands, "wizard", "open the wizard; `condock` alone does the same", _wizard)
    init = _command(commands, "init", "write condock.yml from what the folder holds, without questions", _init)
    _plan_options(init)
    init.add_argument("--force", action="store_true", help="replace a condock.yml that is already there")
    _command(commands, "render", "print the Dockerfile of the plan", _render)
    build = _command(commands, "build", "build the image of the plan", _build)
    build.add_argument("--json", action="store_true", help="print the build's events as JSON lines")
    _command(commands, "doctor", "look at engine, key and folder; 0 only when a build could start", _doctor)
    return parser


def _command(commands: argparse._SubParsersAction, name: str, about: str, run: object) -> argparse.ArgumentParser:  # type: ignore[type-arg]
    parser: argparse.ArgumentParser = commands.add_parser(
        name,
        help=about,
        description=f"condock {name}: {about}.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: here")
    parser.set_defaults(run=run)
    return parser


_TEXTS = (
    ("--image", "build.image", "name and tag of the image"),
    ("--builder", "base.builder", "image with conda to build in"),
    ("--runtime", "base.runtime", "image to ship on"),
    ("--mirror", "base.mirror", "registry prefix in front of both"),
    ("--site", "account.site", "site of anaconda-auth whose key is used"),
    ("--domain", "account.domain", "host the key belongs to, such as an on-prem one"),
    ("--env-file", "secret.file", "the .env file to mount"),
    ("--plugin-channel", "secret.plugin_channel", "channel of anaconda-registration"),
    ("--environment", "environment.file", "the environment file"),
    ("--command", "application.command", "what runs when the image starts"),
    ("--port", "application.port", "port the application listens on"),
    ("--workdir", "application.folder", "working folder in the image"),
    ("--user", "application.user", "user in the image"),
)
"""Flags that take any text: the flag, the plan's name of the value, and what it is."""


def _plan_options(parser: argparse.ArgumentParser) -> None:
    """One flag for each value of the plan that people set; the default is what condock guesses."""
    for flag, field, about in _TEXTS:
        parser.add_argument(flag, dest=field, metavar="VALUE", help=about)
    for flag, field, choices, about in (
        ("--network", "build.network", NETWORKS, "network of the build"),
        ("--secret", "secret.mode", [mode.value for mode in SecretMode], "how the key reaches the build"),
    ):
        parser.add_argument(flag, dest=field, choices=choices, help=about)
    parser.add_argument(
        "--key-host",
        dest="account.hosts",
        action="append",
        metavar="HOST",
        help="further host that is shown the key",
    )
    parser.add_argument("--copy", dest="application.files", action="append", metavar="PATH", help="file to copy")
    parser.add_argument(
        "--lock", dest="environment.locks", action="append", metavar="FILE", help="lock file to use"
    )
    parser.add_argument(
        "--accept-tos",
        dest="base.accept_tos",
        action="store_true",
        default=None,
        help="accept Anaconda's Terms of Service",
    )


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from importlib.metadata import version

        print(f"condock {version('condock')}")
        parser.exit()


def _wizard(parsed: argparse.Namespace) -> int:
    from tui.core.project import open_project, with_bases

    project = open_project(parsed.folder)
    if not (os.isatty(0) and os.isatty(1)):
        raise CondockError(
            "The wizard needs a terminal.",
            "Without one, use: condock init, condock render, condock build, condock doctor.",
        )
    from tui.app import run_wizard

    code, outcome = run_wizard(replace(project, plan=with_bases(project.plan)))
    if outcome:
        print(outcome)
    return code


def _init(parsed: argparse.Namespace) -> int:
    from tui import headless

    values = {name: value for name, value in vars(parsed).items() if "." in name and value is not None}
    return headless.init(parsed.folder, values, force=parsed.force)


def _render(parsed: argparse.Namespace) -> int:
    from tui import headless

    return headless.render(parsed.folder)


def _build(parsed: argparse.Namespace) -> int:
    from tui import headless

    return headless.build(parsed.folder, os.environ, as_json=parsed.json)


def _doctor(parsed: argparse.Namespace) -> int:
    from tui import headless

    return headless.doctor(parsed.folder, os.environ)
