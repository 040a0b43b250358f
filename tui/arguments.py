"""The parser of the command line."""

from __future__ import annotations

import argparse
import os
import sys

from tui.commands import COMMANDS
from tui.core.exit_code import ExitCode

TYPE_CHECKING = False  # to import it takes milliseconds; as what is imported in functions, for `--help`
if TYPE_CHECKING:
    from collections.abc import Container
    from typing import NoReturn, TypeAlias

    from _typeshed import SupportsWrite

    Commands: TypeAlias = "argparse._SubParsersAction[_Parser]"

_EPILOG = "\n".join(["exit codes:", *(f"  {code:<4} {code.words}" for code in ExitCode)])


def run(arguments: list[str]) -> int:
    """Do what the arguments say; gives the exit code."""
    arguments = _with_command(arguments, COMMANDS)
    parsed = _parser(arguments[0]).parse_args(arguments)
    if options := getattr(parsed, "trust", None):
        from tui.core.trust.agreement import agree
        from tui.core.trust.claim import read_claim

        agree(map(read_claim, options), parsed.folder, os.environ)
    return int(parsed.run(parsed))


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
        from tui.core.errors import CondockError

        raise CondockError(f"{message[:1].upper()}{message[1:]}.", f"`{self.prog} --help` shows what there is.")


class _Help(argparse.RawDescriptionHelpFormatter):
    def __init__(self, prog: str) -> None:
        """As wide as the terminal; argparse itself would import all of shutil to find that out."""
        try:
            columns = int(os.environ.get("COLUMNS", "0")) or os.get_terminal_size(1).columns
        except (OSError, ValueError):
            columns = 0
        super().__init__(prog, width=(columns or 80) - 2)

    def _format_action(self, action: argparse.Action) -> str:
        """As argparse, but for the line of the commands' own name, which is empty (3.11 to 3.14)."""
        text = super()._format_action(action)
        return text.partition("\n")[2] if action.nargs == argparse.PARSER else text


class _Version(argparse.Action):
    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        from tui.version import VERSION

        print(f"condock {VERSION}")
        parser.exit()


def _parser(chosen: str) -> argparse.ArgumentParser:
    """The parser of the chosen command; the names of all where none is, as for `--help`: each takes its time."""
    parser = _Parser(
        prog="condock",
        usage="condock [FOLDER]\n       condock COMMAND [FOLDER] [options]",
        description="Builds a Docker image of a conda environment from Anaconda's authenticated\n"
        "channels. The API key is only ever in the build's secret mount.",
        epilog=_EPILOG,
        formatter_class=_Help,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and leave")
    commands: Commands = parser.add_subparsers(prog="condock", title="commands", metavar="")
    for name in [chosen] if chosen in COMMANDS else COMMANDS:
        about, run, options = COMMANDS[name]
        command = commands.add_parser(
            name,
            help=about,
            description=f"condock {name}: {about}.",
            epilog=_EPILOG,
            formatter_class=_Help,
        )
        command.set_defaults(run=run)
        if name == chosen:
            options(command)
    return parser
