"""Imported by the process that visits are forked from: all that condock would import or write on the way.

And pytest, which each process imports anew otherwise, as multiprocessing reads the program that it was started by.
"""

from __future__ import annotations

import gc
import sys

import anaconda_auth.client
import docker
import pytest
import textual.pilot

import screens
import tui.app
import tui.arguments
import tui.headless.build
import tui.headless.check
import tui.headless.doctor
import tui.headless.fast_repeat
import tui.headless.init
import tui.headless.lock

screens.import_screens()

__all__ = ["anaconda_auth", "docker", "pytest", "screens", "textual", "tui"]

for name, module in [*sys.modules.items()]:
    if name.partition(".")[0] in ("tui", "screens"):
        for value in vars(module).values():
            getattr(value, "__dataclass_fields__", None)  # has its methods written

gc.freeze()  # the collector of each process would look at all of it, and have it copied by that
