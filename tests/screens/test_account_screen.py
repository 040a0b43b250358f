from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path

import keyring.core
import pytest
from textual import events
from textual.keys import _character_to_key
from textual.widgets import Checkbox, Input, Select
from textual.worker import Worker

from screens.account import AccountScreen
from screens.dialogs.online_check import OnlineCheckDialog
from tests.stages.wizard import KEY, VARIABLE, Wizard, jwt, wizard
from tui.core.errors import Problem
from tui.core.plan import SecretMode
from tui.core.secret import Secret
from tui.headless.check import findings
from tui.widgets.checklist import Checklist, Mark, Row
from tui.widgets.fold import Fold
from tui.widgets.key_bar import KeyBar

PASTED = "ac-PASTEDSEARCHFOR-9876543210-LMNO"


async def test_a_key_in_the_variable_is_shown_by_its_end_only(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        assert f"••••{key[-4:]}" in run.text("#sources")
        assert run.text("#key-used") == f"The build uses the key ••••{key[-4:]}."
        assert not run.next.disabled
        assert not leaks(run, key)


async def test_a_pasted_key_wins_and_is_masked(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("key", PASTED)
        assert "f8 Keep key" in str(run.screen.query_one(KeyBar).render())
        await run.write("key", "")
        assert "f8" not in str(run.screen.query_one(KeyBar).render())
        await run.write("key", PASTED)
        assert run.text("#key-used") == f"The build uses the pasted key ••••{PASTED[-4:]}."
        assert run.project.key is not None
        assert run.project.key.reveal() == PASTED
        assert not leaks(run, key, PASTED)
        await run.write("key", "")
        assert run.project.key is not None
        assert run.project.key.reveal() == key


@pytest.mark.usefixtures("key")
async def test_the_key_is_nowhere_to_be_seen_on_any_step(folder: Path) -> None:
    async with wizard(folder) as run:
        described: list[str] = []
        await run.go("account")
        await run.write("key", PASTED)
        for step in ("account", "base", "dependencies", "secret", "application", "preview", "build"):
            await run.go(step)
            assert not leaks(run, KEY, PASTED)
            workers: list[Worker[object]] = list(run.app.workers)
            described += [f"{worker!r} {worker.description} {worker.name}" for worker in workers]
        assert not any(secret in "".join(described) for secret in (KEY, PASTED))


def leaks(run: Wizard, *keys: str) -> bool:
    """Whether one of the keys is in the picture of the screen, or in what anything says of itself."""
    seen = [run.app.export_screenshot(), repr(run.app), repr(run.project), run.app.title, run.app.clipboard]
    seen += [repr(widget) for widget in run.app.screen.walk_children()]
    return any(key in text for key in keys for text in seen)


UNUSABLE = (
    ("", "The API key is empty."),
    ("   ", "The API key is blank"),
    ("AnacondaAuthError: not signed in", "This is a message of a command, not an API key."),
    (jwt(time.time() - 90_000), "The API key expired 1 day ago"),
    (f"{KEY}\n", "The API key has a line break before or after it."),
    (f"ANACONDA_AUTH_API_KEY={KEY}", "A variable's name was copied along with the API key."),
)


async def test_what_cannot_work_in_the_variable_is_said(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        for value, sentence in UNUSABLE:
            monkeypatch.setenv(VARIABLE, value)
            await run.press("ctrl+r")
            await run.until(lambda sentence=sentence: sentence in run.problem)  # type: ignore[misc]
            assert run.next.disabled
            assert not leaks(run, KEY)
            await run.press("f2")
            assert run.focus == "key"


async def test_a_line_break_in_the_env_file_is_said(folder: Path) -> None:
    (folder / ".env").write_text(f'{VARIABLE}="{KEY[:20]}\n{KEY[20:]}"\n')
    async with wizard(folder) as run:
        await run.go("account")
        assert "The API key has a line break in it." in run.problem
        assert run.next.disabled


@pytest.mark.parametrize(
    ("pasted", "sentence"),
    [
        (f" {KEY}", "The API key has a space before or after it."),
        (f"'{KEY}'", "Quotes were copied along with the API key."),
        (jwt(time.time() - 10), "The API key expired less than an hour ago"),
    ],
    ids=["space", "quotes", "expired"],
)
async def test_a_pasted_key_that_cannot_work_is_said_at_its_field(
    folder: Path, pasted: str, sentence: str
) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("key", pasted)
        assert sentence in run.problem
        assert sentence in run.text("#key")
        assert run.next.disabled
        assert pasted.strip() not in run.app.export_screenshot()


async def test_arrows_go_from_one_to_the_next_and_nobody_signs_out_who_is_not_signed_in(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        await run.press("down")
        assert run.focus == "key"
        await run.press("x", "down")
        assert run.focus == "no-key"
        assert run.project.key is not None
        assert not run.screen.query_one("#sign-out").display
        await run.press("up", "up", "up")
        assert run.focus == "sign-in"


async def test_f2_leads_to_signing_in_from_wherever_one_is(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        for place in ("hosts", "places", "back"):
            run.screen.query_one(f"#{place}").focus()
            await run.press("f2")
            assert run.focus == "sign-in"


@pytest.mark.usefixtures("key")
@pytest.mark.parametrize(("place", "goes_to"), [("hosts", "hosts"), ("sign-in", "next")])
async def test_who_went_elsewhere_while_condock_looked_for_the_key_stays_there(
    folder: Path, place: str, goes_to: str
) -> None:
    """Else what one types next goes somewhere else: a host's name was taken for a key that was pasted."""
    async with wizard(folder) as run:
        await run.go("account")
        screen = run.screen
        assert isinstance(screen, AccountScreen)
        await run.until(lambda: run.focus == "next")
        screen.query_one(f"#{place}").focus()
        screen._looked = False  # as long as one looks
        screen.show(run.project)
        await run.pilot.pause()
        assert run.focus == goes_to


async def test_a_key_that_is_pasted_takes_the_place_of_what_was_there(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        run.app.post_message(events.Paste("no key at all"))
        await run.until(lambda: "spaces in it" in run.problem)
        run.app.post_message(events.Paste(PASTED))
        await run.until(lambda: run.project.pasted == Secret(PASTED))


async def test_a_key_that_is_typed_on_coming_back_to_mend_it_takes_the_place_of_the_other(
    folder: Path,
) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.press(*"wrongkey1234")
        await run.until(lambda: run.project.pasted == Secret("wrongkey1234"))
        await run.go("build")
        await run.go("account")
        run.screen.focus_problem(Problem("It is refused.", "Give another.", "key"))
        await run.press(*"other-key-5678")
        await run.until(lambda: run.project.pasted == Secret("other-key-5678"))


async def test_who_comes_back_with_a_key_that_can_work_goes_on_and_a_digit_changes_nothing(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        run.app.post_message(events.Paste(PASTED))
        await run.until(lambda: run.project.pasted == Secret(PASTED) and run.focus == "key")
        await run.press("4", "x")
        assert run.project.pasted == Secret(PASTED)
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "base")
        await run.press("escape")
        await run.until(lambda: run.step == "account")
        assert run.focus == "next"
        await run.press("4")
        field = run.field("key")
        assert (field.value, field.query_one(Input).selected_text) == (PASTED, "")
        field.focus()
        await run.pilot.pause()
        await run.press("4")
        assert run.project.pasted == Secret(PASTED)
        await run.press("backspace")
        await run.until(lambda: run.project.pasted is None)
        await run.press("ctrl+z")
        await run.until(lambda: run.project.pasted == Secret(PASTED))
        assert not leaks(run, PASTED)


async def test_a_key_that_cannot_work_keeps_the_focus_for_another(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        run.app.post_message(events.Paste("no key at all"))
        await run.until(lambda: "spaces in it" in run.problem)
        await run.go("base")
        await run.go("account")
        assert run.focus == "key"
        await run.press(*"other-key-5678")
        await run.until(lambda: run.project.pasted == Secret("other-key-5678"))


@pytest.mark.parametrize("by", ["pasted", "variable"])
async def test_a_text_that_looks_like_no_key_is_not_called_the_key_that_is_used(
    folder: Path, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "variable":
        monkeypatch.setenv(VARIABLE, "4hello")
    async with wizard(folder) as run:
        await run.go("account")
        if by == "pasted":
            await run.write("key", "4hello")
        await run.until(lambda: "looks like a word that somebody made up" in run.text("#key-used"))
        assert "The build uses" not in run.text("#key-used")
        assert not run.next.disabled


async def test_a_key_that_is_pasted_beside_its_field_goes_there(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        run.app.post_message(events.Paste(f"{PASTED}\n"))
        await run.until(lambda: run.project.pasted == Secret(PASTED))
        run.field("account.hosts").focus()
        run.app.post_message(events.Paste("mirror.example"))
        await run.until(lambda: run.project.plan.account.hosts == ("mirror.example",))
        assert run.project.pasted == Secret(PASTED)


async def test_a_key_that_is_typed_beside_its_field_goes_there_in_its_order(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        for letter in f" {PASTED}":  # as fast as a terminal sends them; a space presses nothing
            run.app.post_message(events.Key(_character_to_key(letter), letter))
        await run.until(lambda: run.project.pasted == Secret(PASTED))
        assert not run.asked
        run.screen.query_one("#hosts").focus()
        await run.until(lambda: run.focus == "hosts")
        await run.press("x", "space")
        assert run.project.pasted == Secret(PASTED)


async def test_a_letter_takes_the_place_of_no_key_that_was_found(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "next")
        await run.press("x")
        assert (run.focus, run.project.key) == ("next", Secret(key))


async def test_what_is_pasted_right_after_tab_goes_where_tab_leads(folder: Path) -> None:
    """The paste is given to what has the focus when it comes, and tab moves that only later."""
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        fold = run.screen.query_one("#hosts", Fold)
        fold.unfolded = True
        fold.focus()
        await run.until(lambda: run.focus == "hosts")
        run.app.post_message(events.Key("tab", None))
        run.app.post_message(events.Paste("mirror.example"))
        await run.until(lambda: run.project.plan.account.hosts == ("mirror.example",))
        assert run.project.pasted is None


async def test_a_pasted_key_is_there_after_coming_back(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("key", PASTED)
        await run.go("base")
        await run.go("account")
        assert run.field("key").value == PASTED
        assert run.field("key").query_one(Input).password


async def test_without_a_key_the_way_on_is_barred_until_one_goes_without(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        assert "There is no API key yet." in run.problem
        assert run.next.disabled
        run.screen.query_one("#no-key", Checkbox).toggle()
        await run.pilot.pause()
        assert run.text("#key-used") == "The build uses no key."
        assert run.standing["secret"] == "SKIPPED"
        await run.go("dependencies")
        await run.press("ctrl+n")
        await run.until(lambda: run.step == "application")
        assert run.project.plan.secret.mode is SecretMode.NONE
        assert not any("--mount" in instruction.text for instruction in run.project.instructions())
        await run.press("escape")
        await run.until(lambda: run.step == "dependencies")
        await run.go("account")
        run.screen.query_one("#no-key", Checkbox).toggle()
        await run.pilot.pause()
        assert run.standing["secret"] != "SKIPPED"


async def test_a_key_that_is_typed_later_is_used_after_all(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        run.screen.query_one("#no-key", Checkbox).toggle()
        await run.pilot.pause()
        await run.write("key", PASTED)
        await run.pilot.pause()
        assert run.project.plan.secret.mode is SecretMode.VARIABLE
        assert not run.screen.query_one("#no-key", Checkbox).value
        assert run.text("#key-used") == f"The build uses the pasted key ••••{PASTED[-4:]}."


async def test_enter_stays_at_a_key_that_cannot_work_and_never_leads_to_going_without(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        field = run.field("key").query_one(Input)
        field.focus()
        await run.write("key", "hello my key")
        await run.press("enter")
        assert run.app.focused is field
        assert "my key" not in run.text("#key-used")
        await run.write("key", PASTED)
        await run.press("enter")
        assert run.focus == "next"
        assert not run.screen.query_one("#no-key", Checkbox).value


async def test_going_without_a_key_says_which_channels_may_need_one(folder: Path) -> None:
    (folder / "environment.yml").write_text(
        "channels:\n  - https://repo.anaconda.cloud/repo/main\n  - defaults\ndependencies:\n  - python\n"
    )
    async with wizard(folder) as run:
        await run.go("account")
        run.screen.query_one("#no-key", Checkbox).toggle()
        await run.pilot.pause()
        assert "and repo.anaconda.cloud may show its packages only" in run.text("#key-used")
        assert [advice.field for advice in findings(run.project, ()).advice] == ["account"]


async def test_looking_again_finds_a_key_that_came_later(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        assert run.next.disabled
        monkeypatch.setenv(VARIABLE, KEY)
        await run.press("ctrl+r")
        await run.until(lambda: run.project.key is not None)
        assert not run.next.disabled
        assert run.problem == ""


async def test_a_key_that_expires_soon_is_used_with_a_word_of_advice(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, jwt(time.time() + 3 * 86_400 + 60))
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: "expires in 3 days" in run.text("#key-used"))
        assert "sign in again before then" in run.text("#key-used")
        assert not run.next.disabled


async def test_a_key_that_tells_its_end_is_shown_with_that_day(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = time.time() + 90 * 86_400 + 60
    monkeypatch.setenv(VARIABLE, jwt(end))
    day = f"{datetime.fromtimestamp(end, UTC):%Y-%m-%d}"
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: f"which expires in 90 days ({day})." in run.text("#key-used"))


async def test_a_site_can_be_chosen_and_is_kept_in_the_plan(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANACONDA_DEFAULT_SITE", "")
    config = Path(os.environ["HOME"]) / ".anaconda" / "config.toml"
    config.parent.mkdir()
    config.write_text('[sites.work]\ndomain = "conda.example.com"\n[sites.home]\ndomain = "anaconda.com"\n')
    monkeypatch.delenv("ANACONDA_DEFAULT_SITE")
    async with wizard(folder) as run:
        await run.go("account")
        select = run.screen.query_one("#account-site", Select)
        await run.until(lambda: bool(select.display))
        await run.until(lambda: run.project.plan.account.domain == "conda.example.com")  # the first is in force
        select.value = "home"
        await run.until(lambda: run.project.plan.account.site == "home")
        assert run.project.plan.account.domain == "anaconda.com"
        assert os.environ["ANACONDA_DEFAULT_SITE"] == "home"
        monkeypatch.delenv("ANACONDA_DEFAULT_SITE")


async def test_what_only_some_need_is_folded_and_what_does_nothing_yet_is_not_there(folder: Path) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.until(lambda: run.focus == "sign-in")
        shown = [button.id for button in run.screen.query(".buttons Button") if button.display]
        assert shown == ["sign-in"]
        fold, field = run.screen.query_one("#hosts", Fold), run.field("account.hosts")
        assert (str(fold.label), field.display) == ("▸ Further hosts that are shown the key: none", False)
        fold.press()
        await run.until(lambda: field.display)
        await run.write("account.hosts", "https://mirror")
        assert "https://mirror" in str(fold.label)
        fold.press()
        await run.until(lambda: not field.display)
        run.screen.focus_problem(Problem("The mirror has no key.", "Add it.", "account.hosts"))
        await run.until(lambda: run.app.focused is field.query_one(Input))


async def test_enter_right_behind_a_pasted_key_goes_on(folder: Path) -> None:
    """Before the step has heard of the key its button is barred still."""
    async with wizard(folder) as run:
        await run.go("account")
        line = run.field("key").focus().query_one(Input)
        await run.press("enter")
        assert run.focus == "key"
        line.post_message(events.Paste(KEY))
        line.post_message(events.Key("enter", "\r"))
        await run.until(lambda: run.focus == "next", 5)


async def test_further_hosts_are_a_list_in_the_plan(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        await run.write("account.hosts", "mirror.example.com, other.example.com:8443")
        assert run.project.plan.account.hosts == ("mirror.example.com", "other.example.com:8443")
        await run.write("account.hosts", "")
        assert not run.project.plan.account.hosts


async def test_f8_is_named_below_the_key_only_where_it_is_offered(folder: Path, key: str) -> None:
    async with wizard(folder) as run:
        await run.go("account")
        assert "f8" not in run.text("#key")
        assert "in place of the one found" in run.text("#key")
        await run.write("key", PASTED)
        await run.until(lambda: "Kept until you leave; f8 keeps it longer." in run.text("#key"))
        await run.write("key", f" {PASTED}")
        await run.until(lambda: "f8" not in run.text("#key"))


async def test_a_pasted_key_is_kept_on_a_clear_yes(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # anaconda-auth takes the home folder for its keyring once, at import.
    monkeypatch.setenv("ANACONDA_AUTH_KEYRING_PATH", str(folder.parent / ".anaconda" / "keyring"))
    monkeypatch.setattr(keyring.core, "_keyring_backend", None)
    async with wizard(folder) as run:
        await run.go("account")
        assert run.screen.check_action("keep_key", ()) is False
        await run.write("key", KEY)
        await run.press("f8")
        await run.until(lambda: run.asked)
        assert KEY not in run.text(".dialog") and "••••WXYZ" in run.text(".dialog")
        await run.press("escape")
        await run.until(lambda: not run.asked)
        assert "was not kept" in run.text("#key")
        await run.press("f8")
        await run.until(lambda: run.asked)
        assert not (folder.parent / ".anaconda").exists()
        await run.press("tab", "enter")
        await run.until(lambda: run.project.pasted is None and run.project.key == Secret(KEY), 20)
        assert (folder.parent / ".anaconda" / "keyring").stat().st_mode & 0o777 == 0o600
        assert "f8" not in run.text("#key")
        assert "Kept for anaconda.com in anaconda-auth's keyring" in run.text("#key")
        assert run.field("key").value == ""


async def test_the_close_of_a_long_online_check_is_within_a_small_screen(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def answer(dialog: OnlineCheckDialog) -> None:
        for number in range(9):
            row = Row(Mark.BAD, f"channel {number}", "The key may not read it. " * 3, "Ask whoever runs it.")
            dialog.post_message(OnlineCheckDialog.Answered(row))

    monkeypatch.setattr(OnlineCheckDialog, "_ask_all", answer)
    async with wizard(folder, (60, 20)) as run:
        run.app.push_screen(OnlineCheckDialog(run.project))
        await run.until(lambda: [len(list.rows) for list in run.app.screen.query(Checklist)] == [9])
        close = run.app.screen.query_one("#close")
        assert run.app.screen.region.contains_region(close.region)
        await run.pilot.click("#close")
        await run.until(lambda: run.step == "start")
