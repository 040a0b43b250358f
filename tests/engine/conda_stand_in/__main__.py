"""`conda`, as the images have it in /opt/conda/bin."""

from __future__ import annotations

import sys
from importlib import import_module

from . import RELEASE, CondaError, CondaMultiError


def main() -> int:
    """Run what the command line says; the exit code is conda's."""
    from .arguments import parser

    args = parser().parse_args()
    try:
        module, _, name = args.run.partition(".")
        getattr(import_module(f".{module}", __package__), name)(args)
    except CondaError as error:
        each = error.errors if isinstance(error, CondaMultiError) and RELEASE >= (26, 7) else [error]
        for part in each:
            print(f"\n{part!r}\n", file=sys.stderr)
        return error.return_code
    except Exception as error:  # its text may hold a header, so only its kind is said
        print(f"\nUnexpected {type(error).__name__} in the stand-in for conda\n", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    from .cli import main as run

    run()
