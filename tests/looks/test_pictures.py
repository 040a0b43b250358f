"""The README's pictures: as the program looks now, small enough, and still for who wants nothing to move."""

from __future__ import annotations

import gzip
import re
from xml.etree import ElementTree

from tests.looks.pictures import LARGEST, PICTURES, THEMES, animated, bare, stills
from tests.paths import ROOT

OUT_OF_DATE = "The README's pictures are out of date: `make pictures` draws them anew. Look at them."


async def test_they_show_the_program_as_it_is() -> None:
    for what, svg in (await stills(THEMES["dark"])).items():
        same = (PICTURES / f"{what}-dark.svg").read_text("utf-8") == bare(svg)
        assert same, OUT_OF_DATE  # pytest would look for minutes how they differ


def test_those_of_the_readme_are_there_in_both_themes_and_small() -> None:
    named = set(re.findall(r"assets/pictures/([\w-]+\.svg)", (ROOT / "README.md").read_text("utf-8")))
    assert named == {path.name for path in PICTURES.iterdir()}
    assert {name.rpartition("-")[2] for name in named} == {"dark.svg", "light.svg"}
    for name in named:
        svg = (PICTURES / name).read_text("utf-8")
        assert len(gzip.compress(svg.encode())) <= LARGEST
        ElementTree.fromstring(svg)
        assert not re.search(r"(?:url\(|href=|src:).{0,3}http", svg)  # no page fetches anything for it


def test_the_walk_shows_one_frame_at_a_time_and_the_last_to_who_wants_no_motion() -> None:
    frame = '<svg viewBox="0 0 1 1" xmlns="http://www.w3.org/2000/svg"><g>{}</g></svg>'
    svg = animated({"start": frame.format("a"), "b": frame.format("b"), "end": frame.format("c")})
    assert svg.count('class="f f') == 3
    assert "@keyframes f1{0%{visibility:hidden}31.91%{visibility:visible}46.81%{visibility:hidden}}" in svg
    assert "prefers-reduced-motion:reduce){.f{animation:none}.last{visibility:visible}}" in svg
    assert svg.index("f2 last") > svg.index("f1")
