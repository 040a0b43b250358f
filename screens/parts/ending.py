"""The part of the build step that offers the ways on from a build, and tells what came of it all."""

from __future__ import annotations

from textual import on

from screens.dialogs.receipt import ReceiptDialog
from screens.parts.build_result import BuildResult
from screens.parts.replaying import Replaying
from tui.core.dockerfile.command import run_command
from tui.core.errors import CondockError, ExitCode
from tui.widgets.choices import Choices


class Ending(Replaying):
    """A step that a build ends in."""

    _barred: CondockError | None = None
    """Why the last build never began."""

    @on(BuildResult.Offered)
    def offer(self) -> None:
        """Offer the ways on, once it has ended."""
        self.query_one(Choices).offer(() if self._build.running else self._outcome.ways)
        self.refresh_bindings()

    @on(BuildResult.Tried)
    def _offer_mending(self) -> None:
        """Offer what the trial of the image has shown: of a build that was good nothing else is to be mended."""
        self.offer()
        if fault := self._outcome.mendable:
            self.query_one(Choices).highlighted = 0
            self.post_message(self.Doubted(fault.step, self.current, fault.problem))

    @on(Choices.OptionSelected, "#build-choices")
    async def _chosen(self, event: Choices.OptionSelected) -> None:
        await self.run_action(event.option_id or "")

    def action_try_image(self) -> None:
        self._outcome.try_image()

    def action_copy_run(self) -> None:
        command = run_command(self.current.plan)
        self.app.copy_to_clipboard(command)
        self.notify(f"Copied: {command}", markup=False)

    def action_receipt(self) -> None:
        if receipt := self._outcome.receipt:
            self.app.push_screen(ReceiptDialog(receipt))

    def quit_question(self) -> str:
        if self._outcome.waits_for_push:
            return "The image is not pushed yet. Leaving stops that."
        if self._outcome.receipt is None and self._outcome.searched[1]:
            return "The image is searched for the key. Leaving stops that: nobody knows then whether it is in it."
        return "The build is running. Leaving stops it." if self._build.running else ""

    def outcome(self) -> tuple[ExitCode, str]:
        if self._barred:
            return self._barred.exit_code, str(self._barred)
        result = self._outcome.result = self._outcome.result or self._build.abandoned()  # kept once
        if result is None or result.recorded:
            return ExitCode.DONE, ""
        if result.summary.good:
            (code, searched), (good, pushed) = self._outcome.searched, self._outcome.pushed
            code = code or (ExitCode.DONE if good else ExitCode.BUILD_FAILED)
            return code, "\n".join(filter(None, (*result.lines, searched, pushed, self._outcome.how_to_run)))
        return ExitCode.BUILD_FAILED, "\n".join(result.lines)
