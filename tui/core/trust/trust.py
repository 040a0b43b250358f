"""The trust of a user in one folder."""

from __future__ import annotations

from tui.core.dataclass import dataclass, replace
from tui.core.trust.claim import Claim


@dataclass(frozen=True)
class Trust:
    """The claims agreed to, and those that the folder itself had made before anybody changed it."""

    agreed: frozenset[Claim] = frozenset()
    """Also what the user's own configuration says, which needs no yes."""
    found: frozenset[Claim] | None = None
    """The folder's claims when it was opened: what came later into the plan was put there by the user. None where
    nobody could change anything: then all that the plan says is the folder's."""
    builders: frozenset[str] = frozenset()
    """Names and tags of the images that the user builds in, in any folder, and that no digest holds."""

    def plus(self, *claims: Claim) -> Trust:
        """The same with more that was agreed to."""
        return replace(self, agreed=self.agreed.union(claims))
