"""The command line of `conda`, as far as Dockerfiles use it."""

from __future__ import annotations

import argparse
from pathlib import Path

from . import __version__
from .base.context import ROOT


class _Name(argparse.Action):
    """An environment by its name is a prefix below conda's own."""

    def __call__(self, parser: object, args: argparse.Namespace, name: object, option: object = None) -> None:
        args.prefix = ROOT if name == "base" else ROOT / "envs" / str(name)


def parser() -> argparse.ArgumentParser:
    """All commands; each of them sets `run` to the function that does it, in a module that is imported then."""
    conda = argparse.ArgumentParser(prog="conda")
    conda.add_argument("-V", "--version", action="version", version=f"conda {__version__}")
    subcommands = conda.add_subparsers(metavar="COMMAND", required=True)
    where, output, packages = _where(), _output(), _packages()

    command = subcommands.add_parser("install", parents=[where, output, packages])
    command.set_defaults(run="commands.install")

    command = subcommands.add_parser("create", parents=[where, output, packages])
    command.add_argument("-f", "--file", type=Path)
    command.add_argument("--copy", action="store_true")
    command.set_defaults(run="commands.create")

    of_env = subcommands.add_parser("env").add_subparsers(required=True)
    command = of_env.add_parser("create", parents=[where, output])
    command.add_argument("-f", "--file", type=Path, default=Path("environment.yml"))
    command.set_defaults(run="commands.env_create")

    command = subcommands.add_parser("list", parents=[where])
    for option in ("--explicit", "--md5", "--sha256"):
        command.add_argument(option, action="store_true")
    command.set_defaults(run="commands.list_packages")

    command = subcommands.add_parser("info")
    command.add_argument("--base", action="store_true", required=True)
    command.set_defaults(run="commands.tell_base")

    command = subcommands.add_parser("config")
    command.add_argument("--system", action="store_true", required=True)
    command.add_argument("--remove-key", action="append", default=[])
    for options in (("--remove",), ("--append",), ("--add", "--prepend")):
        command.add_argument(*options, dest=options[-1].strip("-"), nargs=2, action="append", default=[])
    command.set_defaults(run="condarc.configure")

    if any((ROOT / "conda-meta").glob("conda-lock-*.json")):
        of_lock = subcommands.add_parser("lock").add_subparsers(required=True)
        command = of_lock.add_parser("install", parents=[where, output])
        command.add_argument("lockfile", nargs="?", type=Path, default=Path("conda-lock.yml"))
        command.set_defaults(run="commands.lock_install")
    return conda


def _where() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("-p", "--prefix", type=Path, default=ROOT)
    options.add_argument("-n", "--name", action=_Name)
    return options


def _output() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("-y", "--yes", action="store_true")
    options.add_argument("-q", "--quiet", action="store_true")
    options.add_argument("--offline", action="store_true")
    return options


def _packages() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(add_help=False)
    options.add_argument("-c", "--channel", action="append")
    options.add_argument("--override-channels", action="store_true")
    options.add_argument("--download-only", action="store_true")
    options.add_argument("specs", nargs="*")
    return options
