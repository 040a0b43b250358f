"""The frame of every step: its first line, the steps, the keys below, the build that runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from textual.binding import BindingsMap
from textual.color import Color
from textual.events import Key
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets import Button
from textual.widgets._toast import Toast

from screens import screen_of
from screens.dialogs.engine_choice import EngineChoiceDialog
from screens.frame import Frame
from screens.step_screen import StepScreen
from tests.paths import RECORDINGS
from tests.stages.wizard import FakeDocker, Wizard, build_stream, wizard
from tui.app import CondockApp
from tui.core.preferences import read_preferences
from tui.core.steps import STEPS
from tui.terminal import notification, progress
from tui.widgets.body import Body
from tui.widgets.dialogs import Dialog
from tui.widgets.dockerfile_companion import Companion
from tui.widgets.fold import Fold
from tui.widgets.help import HelpDialog
from tui.widgets.key_bar import KeyBar
from tui.widgets.masthead import Masthead
from tui.widgets.yaml_editor import YamlEditor

pytestmark = pytest.mark.usefixtures("key")


def keys(run: Wizard) -> str:
    return str(run.screen.query_one(KeyBar).render())


async def to_build(run: Wizard) -> None:
    """With the files written, so that it can be built."""
    await run.go("preview")
    await run.press("ctrl+n")
    await run.until(lambda: run.step == "build")


@pytest.mark.parametrize("width", [40, 60, 80, 120])
async def test_help_and_quit_are_at_the_right_whatever_the_width(folder: Path, width: int) -> None:
    async with wizard(folder, (width, 24)) as run:
        for step in ("start", "dependencies", "build"):
            await run.go(step)
            assert keys(run).endswith("f1 Help ^q Quit")
            assert len(keys(run)) == width - 2


async def test_the_first_key_is_that_of_the_button_and_called_like_it(folder: Path, docker: FakeDocker) -> None:
    docker.plays(build_stream(), waits=True)
    async with wizard(folder) as run:
        assert keys(run).startswith("^n Begin  ")
        await run.go("preview")
        assert keys(run).startswith(f"^n {run.next.label}  ")
        await to_build(run)
        assert keys(run).startswith("^n Build  ")
        await run.press("enter")
        await run.until(lambda: run.build.running and docker.waiting)
        assert keys(run).startswith("^x Stop  ")
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)


async def test_what_does_nothing_now_is_not_among_the_keys(folder: Path) -> None:
    async with wizard(folder) as run:
        assert "Back" not in keys(run)
        assert run.screen.query_one("#back").disabled
        await run.go("base")
        assert "esc Back" in keys(run)
        assert "Mend" not in keys(run)
        await run.write("base.runtime", "debian:@sha256:12")
        assert "^n" not in keys(run)
        assert "f2 Mend" in keys(run)


async def test_a_key_below_can_be_clicked_and_stays_where_it_is_while_the_mouse_is_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.widgets.key_bar.STILL", 60.0)
    async with wizard(folder) as run:
        await run.go("base")
        bar = run.screen.query_one(KeyBar)
        before = keys(run)
        at = before.index("esc Back") + 2
        await run.pilot.hover(KeyBar, offset=(at, 0))
        await run.write("base.runtime", "debian:@sha256:12")
        assert keys(run) == before
        await run.pilot.hover("#next")
        await run.pilot.pause()
        assert keys(run) != before
        await run.pilot.click(KeyBar, offset=(str(bar.render()).index("esc Back") + 2, 0))
        await run.until(lambda: run.step == "account")


async def test_a_mouse_that_was_left_on_the_keys_does_not_hold_them_back(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.widgets.key_bar.STILL", 0.01)
    async with wizard(folder) as run:
        await run.go("base")
        await run.pilot.hover(KeyBar, offset=(60, 0))
        await run.write("base.runtime", "debian:@sha256:12")
        await run.until(lambda: "f2 Mend" in keys(run), 5)


async def test_alt_and_a_number_are_not_typed_into_the_editor(folder: Path) -> None:
    """A terminal sends them with the digit as their character, which a text would take."""
    async with wizard(folder) as run:
        await run.go("dependencies")
        before = run.project.environment
        run.app.post_message(Key("alt+3", "3"))
        await run.until(lambda: run.step == "base")
        assert run.project.environment == before


async def test_what_is_told_for_a_moment_does_not_stand_over_the_buttons(folder: Path) -> None:
    async with wizard(folder) as run:
        run.app.notify("The old file is kept. " * 6, timeout=60)
        await run.until(lambda: bool(run.screen.query(Toast)) and run.screen.query_one(Toast).region.height > 1)
        await run.pilot.click("#next")
        await run.until(lambda: run.step == "account")


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
@pytest.mark.parametrize("key", ["f1", "f8"])
async def test_a_long_dialog_has_its_way_out_in_sight(folder: Path, size: tuple[int, int], key: str) -> None:
    (folder / "environment.yml").unlink()
    (folder / "requirements.txt").write_text("".join(f"package-{n}==1.{n}\n" for n in range(20)))
    async with wizard(folder, size) as run:
        await run.go("dependencies")
        await run.press(key)
        await run.until(lambda: isinstance(run.app.screen, Dialog))
        await run.pilot.pause()
        dialog, out = run.app.screen.query_one(".dialog"), run.app.screen.query_one("#close, #no, #cancel")
        assert dialog.content_region.contains_region(out.region)
        await run.pilot.click(out)
        await run.until(lambda: not isinstance(run.app.screen, Dialog))


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_a_note_leaves_the_way_out_of_a_dialog_free(folder: Path, size: tuple[int, int]) -> None:
    async with wizard(folder, size) as run:
        await run.go("dependencies")
        await run.press("f1")
        await run.until(lambda: isinstance(run.app.screen, Dialog))
        run.app.notify("A note of more than one line, as they are where a file was written somewhere. " * 3)
        await run.until(lambda: any(toast.region.height > 2 for toast in run.app.screen.query(Toast)))
        await run.pilot.click("#close")
        await run.until(lambda: not isinstance(run.app.screen, Dialog))


async def test_space_presses_a_button_as_enter_does(folder: Path) -> None:
    async with wizard(folder) as run:
        run.next.focus()
        await run.press("space")
        await run.until(lambda: run.step == "account")


async def test_alt_and_a_number_lead_to_a_step(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.press("alt+4")
        await run.until(lambda: run.step == "dependencies")
        await run.press("alt+9")
        await run.press("alt+1")
        await run.until(lambda: run.step == "start")


# A build that runs


async def test_enter_twice_does_not_stop_the_build(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("screens.build.SAME_PRESS", 60.0)
    docker.plays(build_stream(), waits=True)
    async with wizard(folder) as run:
        await to_build(run)
        await run.press("enter", "enter", "enter")
        await run.until(lambda: docker.waiting)
        assert run.build.running
        assert run.next.variant == "error"
        run.next.press()  # as the second Enter does where it was on its way to the button already
        await run.pilot.pause()
        assert run.build.running
        await run.press("ctrl+x")
        await run.until(lambda: not run.build.running)


async def test_a_running_build_is_seen_and_stopped_from_every_step(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.plays(build_stream(), waits=True)
    async with wizard(folder) as run:
        await to_build(run)
        await run.press("enter")
        await run.until(lambda: docker.waiting)
        build = run.build
        await run.go("secret")
        await run.until(lambda: "building" in str(run.screen.query_one(Masthead).render()))
        assert run.standing["build"] == "RUNNING"
        monkeypatch.setattr("screens.build.ASK_AFTER", 0.0)
        await run.press("ctrl+x")
        await run.until(lambda: run.asked)
        assert run.app.screen.query_one("#yes").has_class("-error")
        await run.press("escape")
        assert build.running
        await run.pilot.click(Masthead, offset=(76, 0))
        await run.until(lambda: run.asked)
        await run.pilot.click("#yes")
        await run.until(lambda: not build.running)
        await run.until(lambda: "building" not in str(run.screen.query_one(Masthead).render()))
        assert run.standing["build"] == "AHEAD"


async def test_a_step_that_the_build_spoke_against_is_not_done(folder: Path, docker: FakeDocker) -> None:
    docker.plays(RECORDINGS / "wrong-key.rawjson", code=1)
    async with wizard(folder) as run:
        await run.go("account")
        await to_build(run)
        assert run.standing["account"] == "DONE"
        await run.press("enter")
        await run.until(lambda: run.standing["account"] == "PROBLEM")
        await run.go("preview")
        assert run.standing["build"] == "PROBLEM"
        await run.go("account")
        await run.write("key", "ac-another-key-that-nobody-has-refused")
        await run.go("secret")
        assert run.standing["account"] == "DONE"


async def test_what_was_typed_is_undone_also_from_beside_the_editor(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("dependencies")
        editor = run.screen.query_one(YamlEditor)
        before = editor.text
        await run.press("x", "tab")
        assert not editor.has_focus
        await run.press("ctrl+z")
        assert editor.text == before
        assert editor.has_focus


# The Dockerfile beside the steps


def marked(run: Wizard) -> list[str]:
    lines = str(run.screen.query_one(Companion).render()).splitlines()
    return [line.removeprefix("┃ ") for line in lines if line.startswith("┃")]


async def test_the_dockerfile_stands_beside_and_follows_each_key(folder: Path) -> None:
    async with wizard(folder, (120, 36)) as run:
        await run.go("application")
        await run.write("application.command", "python other.py")
        await run.until(lambda: 'ENTRYPOINT ["python", "other.py"]' in marked(run))
        await run.press("f7")
        await run.until(lambda: not run.screen.query_one(Companion).display)
        await run.go("base")
        assert not run.screen.query_one(Companion).display
        assert not read_preferences(os.environ).companion
        await run.press("f7")
        await run.until(lambda: run.screen.query_one(Companion).display)
        assert [line.split(":")[0] for line in marked(run)] == ["FROM continuumio/miniconda3", "FROM debian"]
        for step in ("preview", "build"):
            await run.go(step)
            assert not run.screen.query(Companion)


@pytest.mark.parametrize("step", [step.key for step in STEPS])
def test_a_key_of_the_frame_means_the_same_on_every_step(step: str) -> None:
    own = {key for key, _ in BindingsMap(vars(screen_of(step)).get("BINDINGS", []))}
    assert own & {key for key, _ in BindingsMap([*Frame.BINDINGS, *StepScreen.BINDINGS])} == set()


async def test_a_key_draws_the_lines_that_it_changes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """To lay the screen out, and to draw all of the Dockerfile, takes longer than all else that a key does."""
    async with wizard(folder, (120, 36), painted=True) as run:
        await run.go("application")
        await run.write("application.command", "python other.py")
        await run.until(lambda: 'ENTRYPOINT ["python", "other.py"]' in marked(run))
        run.field("application.command").focus()
        await run.press("end")
        drawn, laid_out = set[int](), list[Screen[object]]()
        draw, lay_out = Companion.render_line, Screen._refresh_layout

        def noted_draw(companion: Companion, y: int) -> Strip:
            drawn.add(y)
            return draw(companion, y)

        def noted_lay_out(screen: Screen[object], *given: Any, **named: Any) -> None:
            laid_out.append(screen)
            lay_out(screen, *given, **named)

        monkeypatch.setattr(Companion, "render_line", noted_draw)
        monkeypatch.setattr(Screen, "_refresh_layout", noted_lay_out)
        await run.press("s")
        await run.until(lambda: bool(drawn))
        await run.pilot.pause()
        assert 'ENTRYPOINT ["python", "other.pys"]' in marked(run)
        assert len(drawn) == 1
        assert laid_out == []


async def test_there_is_no_dockerfile_beside_where_there_is_no_room(folder: Path) -> None:
    async with wizard(folder) as run:
        assert not run.screen.query_one(Companion).display
        assert not run.screen.query_one(Companion).lines


# The terminal around it


class Told:
    """A terminal that is told things."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def write(self, text: str) -> None:
        self.said += [text] if text.startswith("\x1b]9;") else []


async def test_a_terminal_that_knows_it_is_told_how_far_a_build_is(
    folder: Path, docker: FakeDocker, monkeypatch: pytest.MonkeyPatch
) -> None:
    docker.plays(RECORDINGS / "wrong-key.rawjson", code=1)
    monkeypatch.setenv("WT_SESSION", "1")
    monkeypatch.setattr(CondockApp, "app_focus", property(lambda _: False, lambda *_: None))
    monkeypatch.delenv("TMUX", raising=False)
    async with wizard(folder) as run:
        told = Told()
        assert run.app._driver is not None
        monkeypatch.setattr(run.app._driver, "write", told.write)
        await to_build(run)
        await run.press("enter")
        await run.until(lambda: run.standing["account"] == "PROBLEM")
        assert told.said[0].startswith("\x1b]9;4;1;")
        assert told.said[-2:] == [progress(None), notification("my-app:latest could not be built")]
        run.app.prefer(outside=False)
        told.said.clear()
        await run.press("ctrl+n")
        await run.until(lambda: docker.runs == 2 and not run.build.running)
        assert told.said == []
        run.app.prefer(outside=True)
        docker.plays(RECORDINGS / "wrong-key.rawjson", waits=True)
        await run.press("ctrl+n")
        await run.until(lambda: docker.waiting)
        run.app.exit()
        assert told.said[-1] == progress(None)  # a tab shows it for as long as nobody takes it away


async def test_a_step_that_no_dockerfile_stands_beside_has_the_whole_width(folder: Path) -> None:
    async with wizard(folder, (160, 36)) as run:
        await run.go("preview")
        assert run.screen.query_one(".step").region.width == 160


async def test_a_step_that_was_left_has_the_theme_of_now(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.go("base")
        run.app.theme = "condock-light"
        await run.go("account")
        colours = run.app.theme_variables
        assert run.screen.styles.background == Color.parse(colours["background"])
        assert run.screen.query_one("#next", Button).styles.background == Color.parse(colours["primary"])


async def test_a_step_that_was_left_has_the_size_of_now(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        assert run.screen.has_class("-normal", "-low")
        await run.go("base")
        await run.pilot.resize_terminal(120, 36)
        await run.go("account")
        assert run.screen.has_class("-wide", "-high")
        assert not run.screen.has_class("-normal", "-low")


async def test_the_first_frame_reads_few_rules(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each is parsed before anything is seen, and asked for every widget: Textual's button alone has sixty."""
    settle = CondockApp._settle
    monkeypatch.setattr(CondockApp, "_settle", lambda _: None)
    async with wizard(folder, begun=False) as run:
        assert len(run.app.stylesheet.rules) < 85
        await run.go("account")  # by a key that is faster than the rest of the rules
        assert run.screen.query_one("#hosts").styles.margin.top == 0
        settle(run.app)
        await run.pilot.pause()
        assert run.screen.query_one("#hosts").styles.margin.top == 1


async def test_nothing_is_below_the_first_step_and_nothing_but_it_below_the_others(folder: Path) -> None:
    async with wizard(folder) as run:
        first = run.screen
        for step in ("start", "account", "base", "start", "base", "account", "start"):
            await run.go(step)
            assert run.app.screen_stack == ([first] if step == "start" else [first, run.screen])


async def test_the_keys_below_are_those_of_the_dialog_that_stands_over_the_step(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await run.until(lambda: "^n Write the files" in keys(run))
        bar = run.screen.query_one(KeyBar)
        await run.press("ctrl+t")
        await run.until(lambda: "^n Use this" in str(bar.render()) and "esc Cancel" in str(bar.render()))
        assert "Write the files" not in str(bar.render())
        await run.press("escape")
        await run.until(lambda: "^n Write the files" in keys(run))


async def test_a_dialog_has_help_of_its_own(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("preview")
        await run.press("ctrl+t")
        await run.until(lambda: isinstance(run.app.screen, EngineChoiceDialog))
        await run.press("f1")
        await run.until(lambda: isinstance(run.app.screen, HelpDialog))
        said = run.text(".dialog")
        assert "Help on Where it is built" in said and "Take what is chosen here" in said
        await run.press("f1")
        await run.until(lambda: isinstance(run.app.screen, EngineChoiceDialog))


async def test_who_comes_back_sees_what_has_the_focus(folder: Path) -> None:
    async with wizard(folder, (80, 16)) as run:
        await run.go("application")
        body = run.screen.query_one(Body)
        run.screen.query_one(Fold).press()
        await run.pilot.pause()
        user = run.field("application.user")
        user.focus()
        await run.until(lambda: body.scroll_y > 0)
        await run.pilot.pause()
        await run.go("account")
        body.scroll_home(animate=False)  # as by a wheel, or a list above that became shorter
        await run.go("application")
        assert run.focus == "application-user"
        await run.until(lambda: body.region.contains_region(user.region))


async def test_who_comes_back_goes_on_by_enter_and_not_further_back(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        run.screen.query_one("#back", Button).focus()
        await run.press("enter")
        await run.until(lambda: run.step == "start")
        await run.go("base")
        await run.press("escape")
        await run.until(lambda: run.step == "account")
        assert run.focus == "next"
