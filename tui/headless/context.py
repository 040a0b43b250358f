"""`condock context`: what a build is sent, and what smells."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tui.core.errors import ExitCode
from tui.core.project import open_project
from tui.core.proof.context.xray import xray, xray_lines
from tui.headless.views.stderr import say


def context(path: Path, *, as_json: bool = False) -> int:
    """Print it on stdout, of the plan's files as they would be written now; CondockError as `open_project`."""
    found = xray(open_project(path))
    if as_json:
        print(json.dumps(found.data, indent=2))
    else:
        for line in xray_lines(found):
            print(line)
    sys.stdout.flush()
    if not found.files and not as_json:
        say("Nothing of this folder is sent.")
    return ExitCode.DONE
