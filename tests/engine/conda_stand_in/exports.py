"""What conda offers to other programs, as far as a script that fetches packages needs it."""

from __future__ import annotations

from .base.context import reset_context
from .package_cache import MatchSpec, ProgressiveFetchExtract

__all__ = ["MatchSpec", "ProgressiveFetchExtract", "reset_context"]

reset_context()  # as conda.exports itself does
