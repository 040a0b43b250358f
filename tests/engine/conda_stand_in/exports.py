"""What conda offers to other programs, as far as a script that fetches packages needs it."""

from __future__ import annotations

from . import CondaError
from .base.context import context, reset_context
from .package_cache import MatchSpec, ProgressiveFetchExtract

__all__ = ["CondaError", "MatchSpec", "ProgressiveFetchExtract", "context", "reset_context"]

reset_context()  # as conda.exports itself does
