"""The options of each command; imported for every command, so that little may be imported here."""

from __future__ import annotations

from tui.outputs import OUTPUTS

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    import argparse


def folder_option(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument("folder", nargs="?", type=Path, default=Path(), metavar="FOLDER", help="default: here")


def wizard_options(parser: argparse.ArgumentParser) -> None:
    folder_option(parser)
    trust_option(parser)


def init_options(parser: argparse.ArgumentParser) -> None:
    from tui.plan_options import plan_options

    folder_option(parser)
    plan_options(parser)
    about = "make environment.yml of what was asked for in this conda environment, by its name or folder"
    parser.add_argument("--from-env", default="", metavar="ENV", help=about)
    parser.add_argument("--force", action="store_true", help="replace a condock.yml that is already there")


def check_options(parser: argparse.ArgumentParser) -> None:
    solving_options(parser)
    parser.add_argument("--json", action="store_true", help="print what was found as JSON")
    parser.add_argument("--offline", action="store_true", help="ask no channel: do not solve")
    parser.add_argument(
        "--fix", action="store_true", help="mend what can be mended in environment.yml, and keep it as it was"
    )
    parser.add_argument("--dry-run", action="store_true", help="show what --fix would change, and change nothing")


def lock_options(parser: argparse.ArgumentParser) -> None:
    solving_options(parser)
    parser.add_argument("--from", dest="source", default="", metavar="FILE", help="take a conda-lock.yml as it is")
    parser.add_argument("--check", action="store_true", help="only look whether the lock files are up to date")


def solving_options(parser: argparse.ArgumentParser) -> None:
    from tui.plan_options import platform_option

    folder_option(parser)
    platform_option(parser)
    trust_option(parser)


def build_options(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    folder_option(parser)
    output_options(parser)
    trust_option(parser)
    parser.add_argument("--check-key", action="store_true", help="run the steps that use the key again")
    parser.add_argument(
        "--record", type=Path, metavar="FILE", help="write it down for `demo`, with the key masked"
    )


def audit_options(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    parser.add_argument("image", nargs="?", default="", metavar="IMAGE", help="default: that of the plan here")
    parser.add_argument("--last", action="store_true", help="show the receipt of the last build again")
    parser.add_argument("--json", action="store_true", help="print the receipt as an in-toto statement")
    parser.add_argument("--deep", action="store_true", help="also every stage, and the plan's cache mount")
    about = "look for what this file holds instead of the API key"
    parser.add_argument("--secret-file", type=Path, metavar="FILE", help=about)


def context_options(parser: argparse.ArgumentParser) -> None:
    folder_option(parser)
    parser.add_argument("--json", action="store_true", help="print it as JSON")


def trust_options(parser: argparse.ArgumentParser) -> None:
    folder_option(parser)
    parser.add_argument("--remove", action="append", default=[], metavar="KIND=VALUE", help="take a yes back")
    parser.add_argument("--remove-all", action="store_true", help="take every yes for this folder back")


def demo_options(parser: argparse.ArgumentParser) -> None:
    from pathlib import Path

    about = "of `build --record`, or `burglar` for both forms side by side; default: our own"
    parser.add_argument("recording", nargs="?", type=Path, metavar="FILE", help=about)
    output_options(parser)
    about = "how many times as fast as it went"
    parser.add_argument("--speed", type=float, default=1.0, metavar="FACTOR", help=about)


def bases_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="print them as JSON")


def trust_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--trust",
        action="append",
        default=[],
        metavar="KIND=VALUE",
        help="agree to what the folder says about your key, such as host=mirror.example.com; kept for this folder",
    )


def output_options(parser: argparse.ArgumentParser) -> None:
    outputs = parser.add_mutually_exclusive_group()
    for output, about in OUTPUTS.items():
        outputs.add_argument(f"--{output}", dest="output", action="store_const", const=output, help=about)
    parser.set_defaults(output="auto")


def no_options(_: argparse.ArgumentParser) -> None:
    """The options of a command that has none."""
