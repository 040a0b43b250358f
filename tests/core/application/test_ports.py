"""The port in a command, in the words of the servers that people start."""

from __future__ import annotations

import pytest

from tui.core.application.frameworks import FRAMEWORKS, Framework
from tui.core.application.ports import named_ports, other_port, with_port


@pytest.mark.parametrize("framework", FRAMEWORKS, ids=lambda one: one.name)
def test_the_port_of_every_command_of_condocks_own_is_known(framework: Framework) -> None:
    command, port = framework.command, framework.port
    assert named_ports(command) == ((port,) if port else ())
    assert with_port(command, "9090") == (command.replace(port, "9090") if port else command)


@pytest.mark.parametrize(
    ("command", "ports"),
    [
        ("streamlit run a.py --server.port 8501", ("8501",)),
        ("jupyter lab --ServerApp.port=8888", ("8888",)),
        ("uvicorn main:app --port '8000'", ("8000",)),
        ("gunicorn -b :8000 app:app", ("8000",)),
        ("gunicorn --bind='[::]:8000' app:app", ("8000",)),
        ("python -m http.server 8000", ("8000",)),
        ("sh -c 'exec uvicorn main:app --port 8000'", ("8000",)),
        ("env PORT=8050 python app.py", ("8050",)),
        ("env PGPORT=5432 DB_PORT=5433 python app.py --db-port 5434", ()),
        ("python app.py --url http://0.0.0.0:9000/x", ()),
        ("python app.py --port 8000.5", ()),
        ("uvicorn main:app --port $PORT", ()),
        ("python a.py --port 1 --server.port=2", ("1", "2")),
    ],
)
def test_a_port_is_read_where_it_is_one_to_listen_on(command: str, ports: tuple[str, ...]) -> None:
    assert named_ports(command) == ports


def test_it_is_another_one_where_both_say_one() -> None:
    assert other_port("uvicorn a:b --port 8000", "9090") == "8000"
    assert not other_port("uvicorn a:b --port 8000", "8000")
    assert not other_port("uvicorn a:b --port 8000", "")
    assert not other_port("uvicorn a:b --port 8000", "80x")
    assert not other_port("python a.py", "9090")
    assert not other_port("python a.py --port 1 --http-port 2", "2")


def test_a_command_that_is_no_command_takes_no_time() -> None:
    assert named_ports("--bind=" * 100_000) == ()
