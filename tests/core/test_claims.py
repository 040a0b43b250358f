"""What a folder can say about the key, and that nothing of it counts before the user's yes."""

from __future__ import annotations

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from tests.stages.account_service import make_jwt
from tests.stages.wizard import KEY, USABLE
from tui.core.account.anaconda_auth import configured
from tui.core.account.find_key import find_key
from tui.core.account.sources import dotenv_counts
from tui.core.audience import image_names, key_audience, key_hosts
from tui.core.building.build import build_environment
from tui.core.claims import chosen_claims, claims, next_question, unagreed
from tui.core.dockerfile.dockerfile import render
from tui.core.engine.builder import Builder, Node
from tui.core.errors import CondockError
from tui.core.files import stamped
from tui.core.first_plan import guess_plan
from tui.core.images.catalogue import catalogue
from tui.core.key_access import agree_to_plan, equipped, opened, request_key
from tui.core.plan import BuildPlan, Form, SecretMode
from tui.core.plan_file import dump_plan
from tui.core.project import Project, open_project
from tui.core.secret import KEY_VARIABLE, Secret
from tui.core.state import state_folder
from tui.core.steps import obstacles
from tui.core.trust.agreement import agree
from tui.core.trust.claim import Claim, ClaimKind

VARIABLES = {KEY_VARIABLE: KEY}


@pytest.fixture
def env(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.setenv(KEY_VARIABLE, KEY)
    return {"HOME": str(empty_home), KEY_VARIABLE: KEY}


def project_of(folder: Path, section: str = "build", **values: object) -> Project:
    """The project of a folder whose condock.yml somebody else has written."""
    plan = guess_plan(open_project(folder).folder).change(section, **values)
    (folder / "environment.yml").write_text("channels: [defaults]\ndependencies: [python]\n")
    (folder / "condock.yml").write_text(dump_plan(plan))
    return open_project(folder)


PLANNED = [
    ("account", {"hosts": ("evil.example",)}, ClaimKind.HOST, True),
    ("account", {"domain": "evil.example"}, ClaimKind.DOMAIN, True),
    ("account", {"site": "evil"}, ClaimKind.SITE, True),
    ("base", {"builder": "evil.example/miniconda3:26.7.1"}, ClaimKind.BUILDER_IMAGE, False),
    ("base", {"mirror": "evil.example/hub"}, ClaimKind.MIRROR, False),
    ("secret", {"plugin_channel": "https://evil.example/tools"}, ClaimKind.PLUGIN_CHANNEL, False),
    ("build", {"context": "evil"}, ClaimKind.CONTEXT, False),
    ("build", {"builder": "evil"}, ClaimKind.BUILDER, False),
    ("build", {"network": "host"}, ClaimKind.NETWORK, False),
    ("build", {"cache_from": ("type=registry,ref=evil.example/cache",)}, ClaimKind.CACHE_FROM, False),
]


@pytest.mark.parametrize(("section", "values", "kind", "for_requests"), PLANNED, ids=lambda value: str(value)[:20])
def test_what_the_plan_says_needs_a_yes(
    tmp_path: Path,
    env: dict[str, str],
    section: str,
    values: dict[str, object],
    kind: ClaimKind,
    *,
    for_requests: bool,
) -> None:
    project = equipped(project_of(tmp_path, section, **values), env)
    (claim,) = unagreed(project)
    assert (claim.kind, claim.source) == (kind, "condock.yml")
    assert bool(unagreed(project, for_requests=True)) is for_requests
    assert (request_key(project) is None) is for_requests
    with pytest.raises(CondockError, match="--trust"):
        build_environment(project, env)
    assert claim.question in str([problem for _, problem in obstacles(replace(project, engine=USABLE))])

    agree([claim], tmp_path, env)
    project = equipped(project, env)
    assert unagreed(project) == ()
    assert request_key(project) == Secret(KEY)
    assert build_environment(project, env)[KEY_VARIABLE] == Secret(KEY)


def test_a_plan_of_condocks_own_defaults_asks_nothing(tmp_path: Path, env: dict[str, str]) -> None:
    for image in catalogue().builders:
        assert unagreed(equipped(project_of(tmp_path, "base", builder=image.reference), env)) == ()


@pytest.mark.parametrize("alter", [lambda text: text.partition("@")[0], lambda text: f"docker.io/evil/{text}"])
def test_a_lookalike_of_a_known_image_is_unknown(tmp_path: Path, env: dict[str, str], alter: object) -> None:
    assert callable(alter)
    image = alter(catalogue().builder.reference)
    (claim,) = unagreed(equipped(project_of(tmp_path, "base", builder=image), env))
    assert claim == Claim(ClaimKind.BUILDER_IMAGE, image)


def test_a_changed_value_asks_again(tmp_path: Path, env: dict[str, str]) -> None:
    agree(unagreed(equipped(project_of(tmp_path, "account", hosts=("one.example",)), env)), tmp_path, env)
    project = equipped(project_of(tmp_path, "account", hosts=("one.example", "two.example")), env)
    assert unagreed(project) == (Claim(ClaimKind.HOST, "two.example"),)


def test_nobody_is_asked_where_no_key_is_used(tmp_path: Path, env: dict[str, str]) -> None:
    project = project_of(tmp_path, "account", hosts=("evil.example",)).change("secret", mode=SecretMode.NONE)
    assert claims(project) == ()
    assert request_key(equipped(project, env)) is None


def test_the_machines_own_network_needs_a_yes_also_without_a_key(tmp_path: Path, env: dict[str, str]) -> None:
    """What listens on the machine alone is reached all the same."""
    project = project_of(tmp_path, "build", network="host").change("secret", mode=SecretMode.NONE)
    assert claims(project) == (Claim(ClaimKind.NETWORK, "host"),)
    with pytest.raises(CondockError, match="--trust network=host"):
        build_environment(equipped(project, env), env)
    agree(claims(project), tmp_path, env)
    assert KEY_VARIABLE not in build_environment(equipped(project, env), env)


@pytest.mark.parametrize("mode", [SecretMode.VARIABLE, SecretMode.NONE])
@pytest.mark.parametrize(
    "names",
    [
        ("company/builder:1", "", "company/builder:1"),
        ("company/builder:1", "", "docker.io/company/builder:1"),
        ("registry.example/builder", "", "registry.example/builder:latest"),
        ("company/builder:1", "mirror.example/hub", "mirror.example/hub/company/builder:1"),
    ],
)
def test_an_image_that_would_take_the_place_of_one_that_the_user_builds_in_needs_a_yes(
    tmp_path: Path, env: dict[str, str], names: tuple[str, str, str], mode: SecretMode
) -> None:
    """A tag is whatever the engine has under it: the next build of theirs would begin from the stranger's."""
    (builder, mirror, image), own, strangers = names, tmp_path / "own", tmp_path / "strangers"
    own.mkdir()
    strangers.mkdir()
    agree(unagreed(equipped(project_of(own, "base", builder=builder, mirror=mirror), env)), own, env)
    project_of(strangers, "secret", mode=mode)
    plan = open_project(strangers).plan.change("build", image=image)
    (strangers / "condock.yml").write_text(dump_plan(plan))
    asked = Claim(ClaimKind.IMAGE, image)
    for look in (equipped, opened):
        assert unagreed(look(open_project(strangers), env)) == (asked,)
    with pytest.raises(CondockError, match="--trust image="):
        build_environment(equipped(open_project(strangers), env), env)
    another = opened(open_project(strangers), env).change("build", image="company/other:1")
    assert unagreed(another) == ()
    assert unagreed(opened(project_of(own, "build", image="mine:1"), env).change("build", image=image)) == ()


def test_an_image_may_be_called_as_a_builder_image_that_is_held_by_its_digest(
    tmp_path: Path, env: dict[str, str]
) -> None:
    agree([Claim(ClaimKind.BUILDER_IMAGE, f"company/builder:1@sha256:{'a' * 64}")], tmp_path / "own", env)
    assert unagreed(equipped(project_of(tmp_path, "build", image="company/builder:1"), env)) == ()


@pytest.mark.parametrize("network", ["none", "default"])
def test_a_network_that_reaches_nothing_of_the_machine_asks_nothing(
    tmp_path: Path, env: dict[str, str], network: str
) -> None:
    assert unagreed(equipped(project_of(tmp_path, "build", network=network), env)) == ()


# The guide's form: code of others beside the key

FORM = Claim(ClaimKind.FORM, "guide")
_MAIN = "https://repo.anaconda.com/pkgs/main"


def in_guides_form(folder: Path, text: str, **sections: dict[str, object]) -> Project:
    """The project of a stranger's folder with this environment.yml, in the guide's form."""
    plan = guess_plan(open_project(folder).folder).change("build", form=Form.GUIDE)
    for section, values in sections.items():
        plan = plan.change(section, **values)
    (folder / "environment.yml").write_text(text)
    (folder / "condock.yml").write_text(dump_plan(plan))
    return open_project(folder)


ENVIRONMENTS = [
    ("channels: [defaults]\ndependencies: [python, 'pkgs/r::r-base']\n", False),
    (f"channels: ['{_MAIN}', 'https://repo.anaconda.cloud/repo/main', nodefaults]\ndependencies: [six]\n", False),
    (f"channels: [defaults]\ndependencies: ['{_MAIN}/linux-64/six-1.16-py_0.conda']\n", False),
    ("dependencies: [python, pip]\n", False),
    ("channels: [conda-forge]\ndependencies: [python]\n", True),
    ("channels: [defaults]\ndependencies: [pip, pip: [six]]\n", True),
    ("channels: [defaults]\ndependencies: [pip, pip: ['-r more.txt']]\n", True),
    ("channels: [defaults, 'https://repo.anaconda.cloud/repo/conda-forge']\ndependencies: [six]\n", True),
    ("channels: [defaults, 'https://repo.anaconda.cloud/repo/somebody/public']\ndependencies: [six]\n", True),
    ("channels: ['http://repo.anaconda.com/pkgs/main']\ndependencies: [six]\n", True),
    ("channels: ['https://repo.anaconda.com.evil.example/pkgs/main']\ndependencies: [six]\n", True),
    ("channels: ['https://repo.anaconda.com@evil.example/pkgs/main']\ndependencies: [six]\n", True),
    ("channels: [defaults]\ndependencies: ['evil::six']\n", True),
    ("channels: [defaults]\ndependencies: ['six[channel=evil]']\n", True),
    ("channels: [defaults]\ndependencies: ['https://evil.example/six-1-0.conda']\n", True),
    ("channels: [defaults]\ndependencies: ['six[url=https://evil.example/six-1-0.conda]']\n", True),
    # As real conda 26.7.1 reads them, each of these is from the channel `evil`.
    ("channels: [defaults]\ndependencies: ['evil:x:six']\n", True),
    ("channels: [defaults]\ndependencies: ['evil::six #[channel=defaults]']\n", True),
    ("channels: [defaults]\ndependencies: ['evil::six[ channel = defaults ]']\n", True),
    ("channels: [defaults]\ndependencies: ['evil::six if [channel=defaults]']\n", True),
    (f"channels: [defaults]\ndependencies: ['evil::six #[channel={_MAIN}]']\n", True),
    (f"channels: [defaults]\ndependencies: ['evil::six[ channel = {_MAIN} ]']\n", True),
    (
        f"channels: [defaults]\ndependencies: ['{_MAIN}::six >=1,<2', '{_MAIN}/noarch/a-1-0.conda#{'a' * 32}']\n",
        False,
    ),
]


@pytest.mark.parametrize(("environment", "asked"), ENVIRONMENTS)
def test_the_guides_form_needs_a_yes_where_code_of_others_is_installed(
    tmp_path: Path, env: dict[str, str], environment: str, *, asked: bool
) -> None:
    project = equipped(in_guides_form(tmp_path, environment), env)
    assert unagreed(project) == ((FORM,) if asked else ())
    assert unagreed(project.change("build", form=Form.ISOLATED)) == ()
    assert unagreed(project.change("secret", mode=SecretMode.NONE)) == ()
    assert request_key(project) == Secret(KEY)


_SIX = f"{_MAIN}/noarch/six-1.16-py_0.conda"
LOCKS = [
    ("conda-linux-64.lock", f"@EXPLICIT\n{_SIX}#{'a' * 32}\n", False),
    ("conda-linux-64.lock", f"@EXPLICIT\n{_SIX}\nhttps://evil.example/noarch/a-1-0.conda\n", True),
    ("conda-linux-64.lock", f"@EXPLICIT\n{_SIX}\nhttps://evil.example/'/noarch/a-1-0.conda\n", True),
    ("conda-linux-64.lock", f"@EXPLICIT\n{_SIX}\nhttps://evil.example/#/noarch/a-1-0.conda\n", True),
    (
        "conda-linux-64.lock",
        "\n".join(
            ("@EXPLICIT", *(f"{_MAIN}{n}/noarch/a-1-0.conda" for n in range(50)), "https://e.test/noarch/a.conda")
        ),
        True,
    ),
    ("conda-lock.yml", json.dumps({"version": 1, "metadata": {"platforms": ["linux-64"]}, "package": []}), True),
    ("pip.lock", "# pip install --no-deps --requirement pip.lock\nsix==1.16\n", True),
]


@pytest.mark.parametrize(("name", "text", "asked"), LOCKS)
def test_of_locks_the_guides_form_needs_a_yes_too(
    tmp_path: Path, env: dict[str, str], name: str, text: str, *, asked: bool
) -> None:
    (tmp_path / name).write_text(text)
    project = in_guides_form(tmp_path, ENVIRONMENTS[0][0], environment={"locks": (name,)})
    assert unagreed(equipped(project, env)) == ((FORM,) if asked else ())


def test_a_yes_to_the_guides_form_is_asked_for_in_the_step_where_it_is_chosen(
    tmp_path: Path, env: dict[str, str]
) -> None:
    project = equipped(in_guides_form(tmp_path, "channels: [conda-forge]\ndependencies: [python]\n"), env)
    with pytest.raises(CondockError, match="--trust form=guide"):
        build_environment(project, env)
    (told,) = [
        step.key for step, problem in obstacles(replace(project, engine=USABLE)) if problem.field == "build.form"
    ]
    assert told == "secret"
    agree(unagreed(project), tmp_path, env)
    assert build_environment(equipped(project, env), env)[KEY_VARIABLE] == Secret(KEY)


def test_the_guides_form_of_a_stranger_waits_for_a_yes_whoever_adds_the_packages(
    tmp_path: Path, env: dict[str, str]
) -> None:
    project = opened(in_guides_form(tmp_path, ENVIRONMENTS[0][0]), env)
    assert unagreed(project) == ()
    agree_to_plan(project, env)
    more = replace(project, environment="channels: [conda-forge]\ndependencies: [python]\n")
    assert unagreed(equipped(more, env)) == (FORM,)


def test_the_claims_are_found_without_making_the_files(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are looked for at every change on the screen."""
    project = equipped(project_of(tmp_path), env)
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    monkeypatch.delattr(Project, "changes")
    assert ClaimKind.DOCKERFILE in [claim.kind for claim in claims(project)]


def test_the_guides_form_that_the_user_chose_or_a_new_plan_needs_is_a_yes_to_it(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before anything of others is among the packages, and where the base's conda is too old for another."""
    project = opened(project_of(tmp_path), env).change("build", form=Form.GUIDE)
    assert chosen_claims(project) == (FORM,)
    new = tmp_path / "new"
    new.mkdir()
    monkeypatch.setattr("tui.core.first_plan.conda_version", lambda _reference: (25, 11))
    project = opened(open_project(new), env)
    assert project.plan.build.form is Form.GUIDE
    agree_to_plan(project, env)
    later = in_guides_form(new, "channels: [conda-forge]\ndependencies: [python]\n")
    assert unagreed(equipped(later, env)) == ()


# What is the user's own


def test_what_is_found_is_no_choice_of_the_users_in_a_plan_without_a_key(
    tmp_path: Path, env: dict[str, str]
) -> None:
    plan = project_of(tmp_path, "account", hosts=("evil.example",)).change("secret", mode=SecretMode.NONE).plan
    (tmp_path / "condock.yml").write_text(dump_plan(plan))
    project = opened(open_project(tmp_path), env)
    agree_to_plan(project, env)
    assert unagreed(project.change("secret", mode=SecretMode.VARIABLE)) == (Claim(ClaimKind.HOST, "evil.example"),)
    assert unagreed(equipped(project_of(tmp_path, "account", hosts=("evil.example",)), env)) != ()


def test_what_is_typed_is_a_yes(tmp_path: Path, env: dict[str, str]) -> None:
    project = opened(project_of(tmp_path, "base", mirror="evil.example"), env)
    project = project.change("account", hosts=("mine.example",))
    assert unagreed(project) == (Claim(ClaimKind.MIRROR, "evil.example"),)
    agree_to_plan(project, env)
    again = equipped(project_of(tmp_path, "account", hosts=("mine.example",)), env)
    assert unagreed(again) == ()


def test_what_an_earlier_run_kept_is_no_yes(tmp_path: Path, env: dict[str, str]) -> None:
    """The folder may have said it then, been declined, and say it no more."""
    kept = project_of(tmp_path, "account", hosts=("evil.example",)).plan
    now = project_of(tmp_path, "build", image="a")
    for path in (tmp_path / "condock.yml", None):
        project = replace(opened(open_project(tmp_path), env, begun_with=kept), plan=kept)
        assert unagreed(project) == (Claim(ClaimKind.HOST, "evil.example"),)
        assert unagreed(project.change("account", hosts=("mine.example",))) == ()
        if path:
            path.unlink()
    assert unagreed(opened(now, env, begun_with=now.plan)) == ()


def test_the_users_own_configuration_is_a_yes(tmp_path: Path, env: dict[str, str]) -> None:
    own = tmp_path / "home/.anaconda"
    own.mkdir(parents=True)
    (own / "config.toml").write_text('default_site = "mine"\n[sites.mine]\ndomain = "mine.example"\n')
    env["HOME"] = str(tmp_path / "home")
    folder = tmp_path / "folder"
    folder.mkdir()
    plan = project_of(folder, "account", site="mine", domain="mine.example")
    assert unagreed(equipped(plan, env)) == ()
    other = project_of(folder, "account", site="mine", domain="evil.example")
    assert unagreed(equipped(other, env)) == (Claim(ClaimKind.DOMAIN, "evil.example"),)


def test_a_context_or_builder_of_this_machine_is_nobody_elses(tmp_path: Path, env: dict[str, str]) -> None:
    env["DOCKER_CONFIG"] = str(tmp_path / "docker")
    for name, host in (("here", "unix:///run/user/1/docker.sock"), ("there", "ssh://evil.example")):
        meta = tmp_path / "docker/contexts/meta" / sha256(name.encode()).hexdigest()
        meta.mkdir(parents=True)
        (meta / "meta.json").write_text(json.dumps({"Endpoints": {"docker": {"Host": host}}}))
    assert unagreed(equipped(project_of(tmp_path, context="here"), env)) == ()
    assert unagreed(equipped(project_of(tmp_path, context="there"), env)) == (Claim(ClaimKind.CONTEXT, "there"),)

    def seen(endpoint: str) -> Project:
        builder = Builder("b", "docker-container", (Node("b0", endpoint),))
        return replace(project_of(tmp_path, builder="b"), engine=replace(USABLE, builder=builder))

    assert unagreed(equipped(seen("unix:///var/run/docker.sock"), env)) == ()
    assert unagreed(equipped(seen("tcp://evil.example:1234"), env)) == (Claim(ClaimKind.BUILDER, "b"),)


# .env


@pytest.mark.parametrize(
    "line",
    [
        "ANACONDA_AUTH_DOMAIN=evil.example",
        "anaconda_auth_domain=evil.example",
        "export ANACONDA_AUTH_SSL_VERIFY=0",
        'ANACONDA_AUTH_PROXY_SERVERS={"https": "http://evil.example:3128"}',
        "ANACONDA_AUTH_CLIENT_CERT=/tmp/x.pem",
        "ANACONDA_AUTH_AUTH_DOMAIN_OVERRIDE=evil.example",
        "ANACONDA_AUTH_KEYRING_PATH=./stolen",
        "ANACONDA_DEFAULT_SITE=evil",
        "ANACONDA_CLOUD_DOMAIN=evil.example",
    ],
)
def test_settings_in_a_folders_env_file_count_after_a_yes(
    tmp_path: Path, env: dict[str, str], line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # anaconda-auth reads the .env of the folder it is run in
    before = configured(tmp_path).model_dump()
    (tmp_path / ".env").write_text(f"{KEY_VARIABLE}={KEY}\n{line}\n")
    project = equipped(project_of(tmp_path), env)
    (claim,) = unagreed(project)
    assert claim.kind is ClaimKind.SETTING
    assert request_key(project) is None
    assert configured(tmp_path).model_dump() == before
    assert find_key(tmp_path, env).domain == "anaconda.com"


def test_the_key_in_a_folders_env_file_needs_no_yes(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"{KEY_VARIABLE}={KEY}\nPOSTGRES_PASSWORD=x\n")
    project = equipped(project_of(tmp_path), {"HOME": str(tmp_path)})
    assert unagreed(project) == ()
    assert request_key(project) == Secret(KEY)


def test_agreed_settings_count_all_or_none(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / ".env").write_text("ANACONDA_AUTH_DOMAIN=a.example\nANACONDA_AUTH_SSL_VERIFY=0\n")
    first, second = unagreed(equipped(project_of(tmp_path), env))
    agree([first], tmp_path, env)
    assert find_key(tmp_path, env).domain == "anaconda.com"
    agree([second], tmp_path, env)
    assert find_key(tmp_path, env).domain == "a.example"


@pytest.mark.parametrize("more", ["", make_jwt(4_102_444_800)], ids=["shown", "as a digest"])
def test_a_setting_with_a_variable_in_it_says_that_it_never_counts(
    tmp_path: Path, env: dict[str, str], more: str
) -> None:
    (tmp_path / ".env").write_text(f"ANACONDA_AUTH_DOMAIN=${{USER}}.example{more}\n")
    (claim,) = unagreed(equipped(project_of(tmp_path), env))
    assert ("$" in claim.value) is not bool(more)
    assert "condock itself uses no setting of this file" in claim.meaning
    agree([claim], tmp_path, env)
    assert find_key(tmp_path, env).domain == "anaconda.com"
    assert not dotenv_counts(tmp_path, env)


def test_a_setting_that_would_carry_the_key_is_shown_as_it_stands(tmp_path: Path, env: dict[str, str]) -> None:
    (tmp_path / ".env").write_text(f"ANACONDA_AUTH_DOMAIN=${{{KEY_VARIABLE}}}.evil.example\n")
    (claim,) = unagreed(equipped(project_of(tmp_path), env))
    assert claim.value == f"ANACONDA_AUTH_DOMAIN=${{{KEY_VARIABLE}}}.evil.example"
    assert KEY not in claim.question


# Files


@pytest.mark.parametrize("name", ["Dockerfile", "Dockerfile.dockerignore"])
@pytest.mark.parametrize("forge", [False, True])
def test_a_dockerfile_that_is_not_the_plans_needs_a_yes_to_its_content(
    tmp_path: Path, env: dict[str, str], name: str, *, forge: bool
) -> None:
    text = "FROM evil.example/x\nRUN --mount=type=secret,id=ANACONDA_AUTH_API_KEY steal\n"
    project = equipped(project_of(tmp_path), env)
    (tmp_path / name).write_text(stamped(text) if forge else text)
    if forge:  # a valid mark makes it no file of condock's: it is replaced before a build, and never built
        assert not project.is_written()
        return
    (claim,) = unagreed(project)
    assert claim.kind in (ClaimKind.DOCKERFILE, ClaimKind.IGNORE_FILE)
    agree([claim], tmp_path, env)
    assert unagreed(equipped(project, env)) == ()
    (tmp_path / name).write_text(f"{text}# and more\n")
    assert [again.kind for again in unagreed(equipped(project, env))] == [claim.kind]


def test_a_secret_file_with_more_than_the_key_needs_a_yes(tmp_path: Path, env: dict[str, str]) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    project = project_of(folder, "secret", mode=SecretMode.DOTENV, file=".env")
    (folder / ".env").write_text(f"{KEY_VARIABLE}={KEY}\n")
    assert unagreed(equipped(project, env)) == ()
    (folder / ".env").write_text(f"{KEY_VARIABLE}={KEY}\nDB_PASSWORD=x\n")
    assert unagreed(equipped(project, env)) == (Claim(ClaimKind.SECRET_FILE, ".env:DB_PASSWORD"),)
    (tmp_path / "id_rsa").write_text("x")
    outside = project.change("secret", file="../id_rsa")
    assert [claim.kind for claim in unagreed(equipped(outside, env))] == [ClaimKind.SECRET_FILE]


# Asking


def test_questions_come_one_at_a_time_and_when_their_time_has_come(tmp_path: Path, env: dict[str, str]) -> None:
    project = project_of(tmp_path, "account", hosts=("evil.example",)).change("build", builder="evil")
    project = equipped(project, env)
    (tmp_path / "Dockerfile").write_text("FROM evil\n")
    first = next_question(project, (), at_build=False)
    assert first is not None and first.kind is ClaimKind.HOST
    assert next_question(project, [first], at_build=False) is None
    asked = replace(project, engine=USABLE)
    second = next_question(asked, [first], at_build=False)
    assert second is not None and second.kind is ClaimKind.BUILDER
    third = next_question(asked, [first, second], at_build=True)
    assert third is not None and third.kind is ClaimKind.DOCKERFILE


def test_who_sees_the_key_is_said(tmp_path: Path, env: dict[str, str]) -> None:
    project = equipped(project_of(tmp_path), env)
    assert key_audience(project) == (
        f"Who sees the key: repo.anaconda.com; the image it is built in, `{_name(project.plan)}`; "
        "buildx on this machine."
    )
    made = project.change("base", builder="company.example/made:1").change("build", builder="built")
    agree(unagreed(made), tmp_path, env)
    assert key_audience(equipped(made, env)).endswith("; the image it is built in, `made`; the builder `built`.")
    there = project.change("build", context="there")
    agree(unagreed(there), tmp_path, env)
    assert key_audience(equipped(there, env)).endswith("; buildx on the context `there`.")
    evil = equipped(project_of(tmp_path, "account", hosts=("evil.example",)), env)
    assert "waits for your yes" in key_audience(evil)


def test_what_another_builder_image_may_mean_by_a_channel_is_left_open(
    tmp_path: Path, env: dict[str, str]
) -> None:
    channels = ("defaults", "pkgs/main", "https://repo.anaconda.com/pkgs/r", "nodefaults")
    environment = json.dumps({"channels": channels, "dependencies": ["six"]})
    project = equipped(replace(project_of(tmp_path), environment=environment), env)
    assert image_names(project) == ()  # condock's catalogue knows what conda is set to in it
    digest = project.plan.base.builder.partition("@")[2]
    assert image_names(project.change("base", builder=f"mirror.example/other@{digest}")) == ()
    other = project.change("base", builder="company.example/conda:1@sha256:" + "0" * 64)
    assert image_names(other) == ("defaults", "pkgs/main")
    agree(unagreed(equipped(other, env)), tmp_path, env)
    sentence = key_audience(equipped(other, env))
    assert "repo.anaconda.com, or what the builder image means by defaults, pkgs/main; the image" in sentence


@pytest.mark.parametrize("form", Form)
@pytest.mark.parametrize("name", ["conda-linux-64.lock", "conda-lock.yml"])
def test_the_hosts_of_a_lock_see_the_key_whatever_the_environment_names(
    tmp_path: Path, env: dict[str, str], name: str, form: Form
) -> None:
    """A folder may have no environment file at all; the packages come from where the lock says."""
    url = "https://conda.example.com/team/noarch/a-1-0.conda"
    package = {"name": "a", "version": "1", "manager": "conda", "platform": "linux-64", "url": url}
    locked = {"version": 1, "metadata": {"platforms": ["linux-64"]}, "package": [package | {"hash": {"md5": "a"}}]}
    text = f"@EXPLICIT\n{url}\n" if name.endswith(".lock") else json.dumps(locked)
    (tmp_path / name).write_text(text)
    project = project_of(tmp_path, "environment", locks=(name,)).change("build", form=form)
    project = equipped(project.change("account", domain="conda.example.com"), env)
    assert key_hosts(project) == ("conda.example.com",)
    assert "'  - channel: \"https://conda.example.com/*\"'" in render(project.instructions())


def _name(plan: BuildPlan) -> str:
    return plan.base.builder.partition(":")[0].rpartition("/")[2]


def test_nothing_of_a_yes_is_read_from_the_folder(tmp_path: Path, env: dict[str, str]) -> None:
    project = project_of(tmp_path, "account", hosts=("evil.example",))
    (tmp_path / ".env").write_text("CONDOCK_TRUST=host=evil.example\n")
    assert unagreed(equipped(project, env)) == (Claim(ClaimKind.HOST, "evil.example"),)
    assert not state_folder(env).is_relative_to(tmp_path)


def test_the_domain_of_the_users_own_settings_is_asked_about_by_nobody(
    tmp_path: Path, env: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the plan chooses none: else a key of one's own server would be shown to Anaconda's."""
    monkeypatch.setenv("ANACONDA_AUTH_DOMAIN", "conda.example.com")
    env["ANACONDA_AUTH_DOMAIN"] = "conda.example.com"
    project_of(tmp_path)
    for project in (equipped(open_project(tmp_path), env), opened(open_project(tmp_path), env)):
        assert project.plan.account.domain == "conda.example.com"
        assert unagreed(project) == ()
