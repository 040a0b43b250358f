"""What the text of an API key tells."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.account_service import make_jwt
from tui.core.account.key import KeyKind, check_key
from tui.core.errors import Problem
from tui.core.secret import Secret

NOW = 1_795_000_000.0
"""2026-11-18 11:06:40 UTC."""
DAY = 86_400
GOOD = make_jwt(int(NOW) + 90 * DAY)
MARK = "zq9Xv7Lm"

BAD = {
    "empty": ("", "is empty"),
    "spaces": ("   ", "is blank"),
    "line breaks alone": ("\r\n\n", "is blank"),
    "line break at the end": (GOOD + "\n", "line break before or after"),
    "carriage return at the end": (GOOD + "\r\n", "line break before or after"),
    "line break within": (GOOD[:40] + "\n" + GOOD[40:], "line break in it"),
    "space at the end": (GOOD + " ", "space before or after"),
    "tab at the start": ("\t" + GOOD, "space before or after"),
    "quotes": (f'"{GOOD}"', "Quotes"),
    "curly quotes": (f"\u201c{GOOD}\u201d", "Quotes"),
    "its name": (f"ANACONDA_AUTH_API_KEY={GOOD}", "variable's name"),
    "its name, exported": (f"export ANACONDA_AUTH_API_KEY='{GOOD}'", "variable's name"),
    "another name": (f"api_key = {GOOD}", "variable's name"),
    "powershell": (f"$env:ANACONDA_AUTH_API_KEY={GOOD}", "variable's name"),
    "not signed in": (
        "TokenNotFoundError: Login is required to complete this action.\n\n"
        "To see a more detailed error message run the command again as\n  anaconda --verbose auth api-key\n",
        "message of a command",
    ),
    "expired, says the command": ("TokenExpiredError: Your login token has expired", "message of a command"),
    "opaque, says the command": ("DecodeError: Not enough segments", "message of a command"),
    "no such command": ("bash: anaconda: command not found", "message of a command"),
    "not signed in, says ana": ("Not logged in. Run `ana login` to authenticate.", "message of a command"),
    "not signed in, says ana in red": ("\x1b[31mError:\x1b[0m you are not signed in", "message of a command"),
    "no ana": ("sh: 1: ana: not found", "message of a command"),
    "a sentence": ("ask Jane for the key", "has spaces in it"),
    "an unset expression": ("${{ secrets.KEY }}", "has spaces in it"),
    "an address": ("http://127.0.0.1:33563/tools", "This is an address, not an API key."),
    "an address with the key in it": (f"https://repo.anaconda.cloud/t/{GOOD}", "This is an address"),
    "an address of another kind": ("oci://example.com/key", "This is an address"),
    "two addresses": ("https://example.com https://example.org", "This is an address"),
    "not ASCII": ("schlüssel-1234567", "cannot be sent"),
    "invisible": (GOOD[:20] + "\u200b" + GOOD[20:], "cannot be sent"),
    "control character": ("abcdef\x1b[2Jghijkl", "cannot be sent"),
    "behind another": ("dckr_pat_abcdefgh" + GOOD, "something else before"),
    "twice": (GOOD + GOOD, "something else before"),
    "expired": (make_jwt(int(NOW) - 3 * DAY), "expired 3 days ago (2026-11-15)"),
    "expired this moment": (make_jwt(int(NOW)), "expired less than an hour ago"),
}


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD)
def test_each_bad_key_is_said_in_plain_words(text: str, said: str) -> None:
    problem = check_key(Secret(text), NOW).problem
    assert problem is not None
    assert said in problem.message
    assert problem.hint


@pytest.mark.parametrize(
    ("left", "words", "advised"),
    [
        (26_694 * DAY, "expires in 73 years (2099-12-19)", False),
        (90 * DAY, "expires in 90 days (2027-02-16)", False),
        (12 * DAY + 5, "expires in 12 days (2026-11-30)", False),
        (7 * DAY, "expires in 7 days (2026-11-25)", False),
        (7 * DAY - 1, "expires in 6 days (2026-11-25)", True),
        (DAY, "expires in 1 day (2026-11-19)", True),
        (3 * 3600, "expires in 3 hours (2026-11-18)", True),
        (60, "expires in less than an hour (2026-11-18)", True),
    ],
)
def test_a_token_tells_its_expiry_in_utc(left: int, words: str, advised: bool) -> None:
    report = check_key(Secret(make_jwt(int(NOW) + left)), NOW)
    assert (report.problem, report.words, report.kind) == (None, words, KeyKind.DATED)
    assert report.expires == datetime.fromtimestamp(NOW + left, UTC)
    assert bool(report.advice) is advised


OPAQUE = {
    "plain": "abcdefghijklmnop",
    "base64 with its padding": "bW9ua2V5IGJ1c2luZXNz==",
    "base64 that spells KEY": "KEYabcdefgh==",
    "no date": make_jwt(),
    "date is text": make_jwt("soon"),
    "date is true": make_jwt(True),
    "date beyond all calendars": make_jwt(10**300),
    "date is infinite": make_jwt(float("inf")),
    "date is not a number": make_jwt(float("nan")),
    "payload is no JSON": "eyJh.!!!!.c2ln",
    "payload is a list": "eyJh.W10.c2ln",
    "payload nests without end": "eyJh." + "W1tb" * 30_000 + ".c2ln",
    "four parts": GOOD + ".x",
}


@pytest.mark.parametrize("text", OPAQUE.values(), ids=OPAQUE)
def test_an_opaque_key_is_no_problem_and_its_expiry_unknown(text: str) -> None:
    report = check_key(Secret(text), NOW)
    assert (report.problem, report.advice, report.expires) == (None, None, None)
    assert (report.kind, report.words) == (KeyKind.OPAQUE, "expiry unknown")


@pytest.mark.parametrize(
    "text",
    ["my-secret-key", "hunter2", "changeme", "<your-api-key>", "test_key_2", "MY_TOKEN", "xxxxxxxxxxxx"],
)
def test_a_word_that_somebody_made_up_gets_a_remark(text: str) -> None:
    report = check_key(Secret(text), NOW)
    assert report.problem is None
    assert report.advice
    assert "made up" in report.advice.message
    assert text not in f"{report}"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sk-proj-abc123def456ghi789", "a key of OpenAI"),
        ("sk-ant-api03-abcdefgh", "a key of Anthropic"),
        ("ghp_" + "aB3" * 12, "a token of GitHub"),
        ("github_pat_11ABCDE_abcdef", "a token of GitHub"),
        ("hf_abcdefghijKLMNOP", "a token of Hugging Face"),
        ("AKIAIOSFODNN7EXAMPLE", "a key of AWS"),
        ("glpat-abcdefghij1234567890", "a token of GitLab"),
        ("xoxb-123456789012-abcdef", "a token of Slack"),
        ("dckr_pat_abcdefghijklmnopqrstu", "a token of Docker"),
        ("pypi-AgEIcHlwaS5vcmcCJDAw", "a token of PyPI"),
        (".".join(GOOD.split(".")[:2]), "a part of an API key"),
        (".".join(GOOD.split(".")[:2]) + ".", "a part of an API key"),
        (GOOD.split(".")[0], "a part of an API key"),
    ],
)
def test_the_key_of_another_and_half_a_key_get_a_remark(text: str, words: str) -> None:
    report = check_key(Secret(text), NOW)
    assert report.problem is None
    assert report.advice
    assert words in report.advice.message
    assert text not in f"{report}"


@given(st.text(), st.text(), st.floats(allow_nan=False))
def test_no_text_crashes_the_check_or_is_repeated_by_it(before: str, after: str, now: float) -> None:
    report = check_key(Secret(before + MARK + after), now)
    assert MARK not in f"{report!r} {report} {report.problem} {report.advice} {report.words}"
    assert isinstance(report.problem, Problem | None)


@given(st.lists(st.text(alphabet="eyJhb.=_-\n\"' A0", max_size=12), max_size=6))
def test_no_text_of_a_key_s_letters_crashes_the_check(parts: list[str]) -> None:
    check_key(Secret(".".join(parts)), NOW)
    assert check_key(Secret("".join(parts) + "\n"), NOW).problem is not None


def test_the_check_is_cheap_to_import() -> None:
    heavy = "{'anaconda_auth', 'keyring', 'requests', 'pydantic', 'dotenv', 'jwt'}"
    for module in ("key", "sources", "device"):
        code = f"import sys, tui.core.account.{module}; print(sorted({heavy} & set(sys.modules)))"
        shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert shown.stdout.strip() == "[]", module
