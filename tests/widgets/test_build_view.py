"""How often a build is drawn that prints more than anybody could follow."""

from __future__ import annotations

from textual.app import App, ComposeResult

from tui.core.building.events import OutputReceived
from tui.widgets.build_view import BuildView

FLOOD = OutputReceived("a", "\n".join(["x" * 79] * 5_000))


class ViewApp(App[None]):
    def compose(self) -> ComposeResult:
        yield BuildView()


async def test_of_a_flood_one_frame_of_three_is_drawn_and_its_end_at_once() -> None:
    async with ViewApp().run_test() as pilot:
        view = pilot.app.query_one(BuildView)
        drawn = []
        for _ in range(7):
            view.receive([FLOOD])
            view.next_frame()
            drawn.append(len(view.log_shown))
        assert drawn == [0, 0, 15_000, 15_000, 15_000, 30_000, 30_000]
        view.next_frame()
        view.next_frame()
        assert len(view.log_shown) == 35_000


async def test_what_can_be_followed_is_drawn_by_every_frame() -> None:
    async with ViewApp().run_test() as pilot:
        view = pilot.app.query_one(BuildView)
        for number in range(1, 5):
            view.receive([OutputReceived("a", "a line")])
            view.next_frame()
            assert len(view.log_shown) == number
        view.receive([FLOOD])
        view.draw_received()
        assert len(view.log_shown) == 5_004
