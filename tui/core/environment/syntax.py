"""YAML text to nodes with positions; where it is not YAML, what is wrong in plain words."""

from __future__ import annotations

import yaml

from tui.core.errors import Problem
from tui.core.yaml_text import TooDeepError, compose_nodes

MAX_LENGTH = 1_000_000
"""Characters; an environment.yml of people is a hundred times smaller."""


def compose(text: str) -> yaml.Node | Problem | None:
    """The root node; None for a text without content; a Problem where it is not YAML. Never raises."""
    if len(text) > MAX_LENGTH:
        message = f"The file is too large: {len(text):,} characters."
        return Problem(message, "Check that it is the right file.", "environment", 1, 1)
    try:
        return compose_nodes(text)
    except TooDeepError:
        return Problem(
            "The file is nested too deeply.", "An environment file needs three levels.", "environment", 1, 1
        )
    except yaml.YAMLError as error:
        from tui.core.environment.yaml_errors import explain

        return explain(error, text)
