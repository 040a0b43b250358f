"""The Dockerfile as a list whose reasons can be asked for."""

from __future__ import annotations

from tests.stages.one_widget import listed, showing
from tui.core.dockerfile.instruction import Instruction
from tui.widgets.dockerfile_view import DockerfileView
from tui.widgets.option_list import OptionList

INSTRUCTIONS = (Instruction("FROM a AS builder", "Has conda."), Instruction("RUN [/etc]", "Does [it]."))


async def test_the_reason_follows_the_highlighted_instruction() -> None:
    async with showing(DockerfileView) as (app, pilot):
        view = app.query_one(DockerfileView)
        view.instructions = INSTRUCTIONS
        await pilot.pause()
        app.query_one(OptionList).focus()
        assert listed(app) == ["FROM a AS builder\n┃ Has conda.", "RUN [/etc]"]
        await pilot.press("down")
        await pilot.pause()
        assert listed(app) == ["FROM a AS builder", "RUN [/etc]\n┃ Does [it]."]
        view.instructions = INSTRUCTIONS[:1]
        await pilot.pause()
        assert listed(app) == ["FROM a AS builder\n┃ Has conda."]


async def test_a_digest_is_short_in_the_view_and_a_long_reason_keeps_its_mark() -> None:
    async with showing(DockerfileView, 100) as (app, pilot):
        text = f"FROM debian@sha256:{'ab' * 32} AS runtime"
        app.query_one(DockerfileView).instructions = (Instruction(text, "word " * 40),)
        await pilot.pause()
        await pilot.resize_terminal(50, 20)
        await pilot.pause()
        first, *reason = listed(app)[0].splitlines()
        assert first == "FROM debian@sha256:abababab… AS runtime"
        assert len(reason) > 1
        assert all(line.startswith("┃ ") for line in reason)
        assert max(map(len, reason)) <= app.query_one(OptionList).scrollable_content_region.width


async def test_where_there_is_room_each_reason_stands_beside_its_instruction_and_the_key_is_marked() -> None:
    async with showing(DockerfileView, 120) as (app, pilot):
        app.query_one(DockerfileView).instructions = (
            Instruction("FROM a AS builder", "Has conda. Not shipped."),
            Instruction(
                f"RUN --mount=type=secret,id=K conda env create {'--x ' * 20}", "The key. For this alone."
            ),
        )
        await pilot.pause()
        first, second = (row.splitlines() for row in listed(app))
        assert [part.strip() for part in first[0].split("┃")] == ["FROM a AS builder", "Has conda. Not shipped."]
        assert second[0].startswith("◆RUN --mount") and second[0].endswith("┃ The key.")
        assert second[1].startswith("    --x") and "┃" not in second[1]


async def test_the_highlight_stays_where_it_is_when_the_dockerfile_changes() -> None:
    async with showing(DockerfileView) as (app, pilot):
        view = app.query_one(DockerfileView)
        view.instructions = INSTRUCTIONS
        await pilot.pause()
        app.query_one(OptionList).focus()
        await pilot.press("down")
        view.instructions = (INSTRUCTIONS[0], Instruction("RUN other", "Another reason."))
        await pilot.pause()
        assert listed(app)[1] == "RUN other\n┃ Another reason."
