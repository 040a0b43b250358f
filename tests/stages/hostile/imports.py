"""Imported by the process that visits are forked from: all that condock would import on the way."""

from __future__ import annotations

import anaconda_auth.client
import docker
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

__all__ = ["anaconda_auth", "docker", "screens", "textual", "tui"]
