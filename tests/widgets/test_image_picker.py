"""The list of images, and the field for any other."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest
from textual.widgets import Static

from tests.stages.one_widget import showing, words
from tui.core.images.catalogue_image import CatalogueImage
from tui.widgets.field import Field
from tui.widgets.image_picker import ImagePicker
from tui.widgets.option_list import OptionList

IMAGES = (
    CatalogueImage("debian", "13", f"sha256:{'a' * 64}", "Slim.", "", glibc="2.41"),
    CatalogueImage("ubuntu", "24.04", f"sha256:{'b' * 64}", "Wide.", "", platforms=("linux/amd64",), tos=True),
)


def picker() -> ImagePicker:
    return ImagePicker("base.runtime", "Ship on", IMAGES, "what people run")


async def test_enter_picks_an_image_and_its_notes_stand_below() -> None:
    async with showing(picker) as (app, pilot):
        app.query_one(OptionList).focus()
        await pilot.press("end")
        await pilot.pause()
        assert "Wide. For linux/amd64." in words(app.query_one(ImagePicker))
        await pilot.press("enter")
        await pilot.pause()
        assert [e.reference for e in app.said if isinstance(e, ImagePicker.Picked)] == [IMAGES[1].reference]


OLDER = (
    *IMAGES,
    CatalogueImage("debian", "10", f"sha256:{'c' * 64}", "Old.", "", deprecated=True),
    CatalogueImage("debian", "9", f"sha256:{'d' * 64}", "Older.", "", deprecated=True),
)


async def test_older_images_are_folded_until_they_are_asked_for_or_used() -> None:
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", OLDER, "")) as (app, pilot):
        options = app.query_one(OptionList)
        assert [str(option.prompt).split(" ")[1] for option in options.options[:2]] == [
            "debian:13",
            "ubuntu:24.04",
        ]
        assert str(options.options[2].prompt) == "▸ 2 older ones"
        assert options.option_count == 3
        options.focus()
        await pilot.press("end", "enter")
        await pilot.pause()
        assert [str(option.prompt).split()[1] for option in options.options[2:]] == ["debian:10", "debian:9"]
        assert options.highlighted == 2
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", OLDER, "")) as (app, pilot):
        app.query_one(ImagePicker).reference = OLDER[3].reference
        await pilot.pause()
        assert app.query_one(OptionList).option_count == 4


@pytest.mark.parametrize(("width", "facts"), [(44, "older"), (60, "older · Terms to accept"), (80, "Python 3.13")])
async def test_where_there_is_no_room_the_least_of_what_is_known_of_an_image_is_left_out_whole(
    width: int, facts: str
) -> None:
    image = replace(OLDER[2], name="continuumio/miniconda3", tag="v25.11-1", python="3.13", tos=True)
    make = partial(ImagePicker, "base.builder", "Build in", (IMAGES[0], image), "")
    async with showing(make, width) as (app, pilot):
        app.query_one(ImagePicker).reference = image.reference
        await pilot.pause()
        options = app.query_one(OptionList)
        rows = [str(option.prompt) for option in options.options]
        assert rows[1].endswith(facts)
        assert max(map(len, rows)) <= options.scrollable_content_region.width


async def test_what_an_image_is_held_by_stands_below_it_in_one_line() -> None:
    checked = replace(IMAGES[0], checked="2026-11-24")
    async with showing(lambda: ImagePicker("base.runtime", "Ship on", (checked, IMAGES[1]), "")) as (app, pilot):
        chooser, note = app.query_one(ImagePicker), app.query_one(".held", Static)
        for reference, said in (
            (checked.reference, "Held by sha256:aaaaaaaa…; as the registry had it on 2026-11-24."),
            (IMAGES[1].reference, "Held by sha256:bbbbbbbb…; not checked yet."),
            ("debian:12", "Held by nothing: its tag may name another image tomorrow."),
        ):
            chooser.reference = reference
            await pilot.pause()
            assert str(note.content) == said
            assert note.size.height == 1


async def test_the_field_for_another_image_is_folded_until_it_is_needed() -> None:
    async with showing(picker) as (app, pilot):
        chooser, field = app.query_one(ImagePicker), app.query_one(Field)
        chooser.reference = IMAGES[0].reference
        await pilot.pause()
        assert not field.display
        chooser.reference = "debian:12"
        await pilot.pause()
        assert field.display
    async with showing(picker) as (app, pilot):
        app.query_one(ImagePicker).reference = IMAGES[0].reference
        app.query_one(Field).problem = "This image is not for linux/arm64."
        await pilot.pause()
        assert app.query_one(Field).display


@pytest.mark.parametrize("name", ["debian:13", f"debian@sha256:{'a' * 64}"])
async def test_the_rows_say_what_is_used_and_what_is_here(name: str) -> None:
    async with showing(picker) as (app, pilot):
        app.query_one(ImagePicker).reference = IMAGES[1].reference
        app.query_one(ImagePicker).local = frozenset({name})
        await pilot.pause()
        debian, ubuntu = (str(option.prompt) for option in app.query_one(OptionList).options)
        assert debian.startswith("○ debian:13")
        assert debian.endswith("here · glibc 2.41")
        assert ubuntu.startswith("● ubuntu:24.04")
        assert "here" not in ubuntu
        assert app.query_one(Field).value == IMAGES[1].reference
        assert app.said == []
