from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from textual.widgets import Checkbox, Input, OptionList

from tests.stages.wizard import wizard
from tui.core.engine.pin import PinReport, PinState
from tui.core.errors import Problem
from tui.core.images.catalogue import catalogue
from tui.core.plan_file import dump_plan, load_plan
from tui.widgets.fold import Fold
from tui.widgets.image_picker import ImagePicker


@pytest.fixture
def own_catalogue() -> Iterator[None]:
    """What this test's user has kept is nobody else's."""
    yield
    catalogue.cache_clear()


TOS = next(image for image in catalogue().builders if image.tos)


async def test_enter_on_an_entry_sets_the_plan(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        await run.press("end", "enter")  # unfolds the older ones
        await run.press("end", "enter")
        assert run.project.plan.base.builder == catalogue().builders[-1].reference
        run.screen.query(OptionList)[1].focus()
        await run.press("end", "enter")
        assert run.project.plan.base.runtime == catalogue().runtimes[-1].reference
        assert run.field("base.runtime").value == catalogue().runtimes[-1].reference


async def test_enter_on_the_entry_that_is_taken_goes_on_and_a_click_does_not(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        await run.press("down", "enter")
        assert run.project.plan.base.builder == catalogue().builders[1].reference
        assert run.step == "base"
        await run.press("home", "enter")
        assert run.project.plan.base.builder == catalogue().builders[0].reference
        await run.pilot.click("ImagePicker OptionList", offset=(6, 1))
        await run.pilot.pause()
        assert run.step == "base"
        await run.press("enter")
        await run.until(lambda: run.step == "dependencies")


async def test_a_click_on_an_entry_sets_the_plan(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        await run.pilot.click("ImagePicker OptionList", offset=(6, 3))
        await run.pilot.pause()
        assert run.project.plan.base.builder == catalogue().builders[2].reference
        shown = run.field("base.builder").query_one(Input)
        assert shown.value == catalogue().builders[2].reference
        assert shown.scroll_offset.x == 0, "its beginning is the image's name"


WRONG = (
    ("base.builder", "Debian:13", "An image name has no upper-case letters."),
    ("base.runtime", "debian:", "The tag behind the colon is missing."),
    ("base.runtime", "debian@sha256:12", "The digest is not complete"),
    ("base.runtime", "alpine:3.20", "Alpine lacks glibc"),
    ("base.mirror", "https://mirror.example.com", "A mirror is written without"),
)


async def test_what_cannot_be_an_image_bars_the_way(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        for field, value, sentence in WRONG:
            await run.bars(field, value, sentence)


async def test_terms_of_service_are_asked_for_where_the_base_does(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        box = run.screen.query_one("#base-accept-tos", Checkbox)
        assert not box.visible
        await run.write("base.builder", TOS.reference)
        assert box.visible
        assert not box.value
        assert "Terms of Service" in run.problem
        assert run.next.disabled
        await run.press("f2")
        assert run.focus == "base-accept-tos"
        await run.press("space")
        assert not run.next.disabled
        assert load_plan(dump_plan(run.project.plan)).base.accept_tos
        assert "accept_tos: true" in dump_plan(run.project.plan)


async def test_a_yes_can_be_taken_back_where_the_base_no_longer_asks(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        await run.write("base.builder", TOS.reference)
        run.screen.query_one("#base-accept-tos", Checkbox).toggle()
        await run.pilot.pause()
        await run.write("base.builder", catalogue().builder.reference)
        stands = any("ACCEPT_TOS" in instruction.text for instruction in run.project.instructions())
        assert run.screen.query_one("#base-accept-tos", Checkbox).visible or not stands


async def test_nothing_jumps_while_one_types_the_name_of_an_image(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        below = run.screen.query(ImagePicker)[1]
        run.screen.query_one(Fold).unfolded = True
        await run.pilot.pause()
        at = below.virtual_region.y
        for typed in ("", "some", "some.where/else:1", f"some/thing@sha256:{'a' * 64}", "Not An Image"):
            await run.write("base.builder", typed)
            assert below.virtual_region.y == at


async def test_images_of_both_lists_are_seen_at_once(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        lists, body = run.screen.query(OptionList), run.screen.query_one(".body").content_region
        assert all(one.region.intersection(body).height >= 4 for one in lists)  # an edge and three images


async def test_a_problem_leads_to_the_field_of_an_image_that_was_folded(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        run.screen.focus_problem(Problem("The registry does not know it.", "Name another.", "base.runtime"))
        await run.until(lambda: run.focus == run.field("base.runtime").id)


async def test_nothing_jumps_while_one_moves_through_the_images(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        notes, below = run.screen.query_one(".notes"), run.screen.query(ImagePicker)[1]
        at, seen = below.virtual_region.y, {run.text(".notes")}
        for _ in range(4):
            await run.press("down")
            seen.add(run.text(".notes"))
            assert below.virtual_region.y == at
        assert len(seen) == 4
        assert notes.size.height <= 2


async def test_the_box_for_an_image_that_nobody_knows_says_why_it_is_there(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        box = run.screen.query_one("#base-accept-tos", Checkbox)
        await run.write("base.builder", "registry.example.com/team/conda:1")
        assert box.visible
        assert str(box.label).endswith(", should this image ask")
        await run.write("base.builder", TOS.reference)
        assert str(box.label).endswith("Terms of Service")


async def test_images_on_this_machine_are_marked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = catalogue().runtimes[0]
    monkeypatch.setattr("screens.base_image.local_images", lambda env: frozenset({f"{here.name}:{here.tag}"}))
    async with wizard(folder) as run:
        await run.go("base")
        await run.until(lambda: bool(run.screen.query(ImagePicker)[1].local))
        rows = [str(option.prompt) for option in run.screen.query(OptionList)[1].options]
        assert [" here" in row for row in rows] == [True] + [False] * (len(rows) - 1)


@pytest.mark.usefixtures("own_catalogue")
async def test_checking_the_pins_shows_the_answers(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def answer(reference: str, env: Mapping[str, str]) -> PinReport:
        asked.append(reference)
        if "miniconda" in reference:
            return PinReport(PinState.AGREES, platforms=("linux/amd64",))
        return PinReport(PinState.UNKNOWN, reason="no route to [/host]")

    monkeypatch.setattr("screens.base_image.check_pin", answer)
    async with wizard(folder) as run:
        await run.go("base")
        run.screen.query_one("#check-pins").focus()
        await run.press("enter")
        await run.until(lambda: "The pin holds" in run.text("#pins"))
        assert "The registry cannot say: no route to [/host]" in run.text("#pins")
        assert asked == [run.project.plan.base.builder, run.project.plan.base.runtime]


async def test_checking_a_reference_that_is_none_says_what_is_wrong_with_it(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        await run.write("base.builder", "Not An Image")
        await run.write("base.runtime", "[/etc]")
        run.screen.query_one("#check-pins").focus()
        await run.press("enter")
        await run.until(lambda: "An image name cannot have spaces" in run.text("#pins"))
        assert "`[/etc]` is not an image name" in run.text("#pins")


async def test_the_image_to_start_with_is_called_recommended_and_no_other_one_is(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("base")
        offered = (catalogue().builders, catalogue().runtimes)
        for options, images in zip(run.screen.query(OptionList), offered, strict=True):
            rows = [str(option.prompt) for option in options.options]
            for row, image in zip(rows, images, strict=False):
                assert ("recommended" in row) == image.recommended
                assert "deprecated" not in row
