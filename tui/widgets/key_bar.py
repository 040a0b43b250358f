"""The keys that do something here, below every screen."""

from __future__ import annotations

from textual.widgets import Footer


class KeyBar(Footer):
    """Textual's footer, made anew only when its keys are others: each move of the focus asks it to."""

    _shown: tuple[object, ...] = ()

    async def recompose(self) -> None:
        """Called once bindings may have come, gone, or changed what they say."""
        shown = tuple(
            (active.binding.key, active.binding.description, active.binding.action, active.enabled, active.tooltip)
            for active in self.screen.active_bindings.values()
            if active.binding.show
        )
        if shown != self._shown:
            self._shown = shown
            await super().recompose()
