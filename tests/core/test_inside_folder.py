"""Files of a folder that may be a stranger's: nothing is read or written beyond it, whatever its links say."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tui.core.errors import CondockError
from tui.core.inside_folder import create_inside, read_file, read_inside, replace_inside, stat_inside

LIMIT = 1_000
SECRET = b"of the user's home"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with a file in it, and beside it a home with a secret."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secret").write_bytes(SECRET)
    made = tmp_path / "project"
    (made / "conf").mkdir(parents=True)
    (made / "conf" / "file").write_bytes(b"inside")
    return made


def home(folder: Path) -> dict[str, bytes]:
    """What is in the home, by name."""
    return {path.name: path.read_bytes() for path in (folder.parent / "home").iterdir()}


def open_descriptors() -> int:
    return len(os.listdir("/dev/fd"))


@pytest.mark.parametrize("name", ["conf/file", "./conf//file", "conf/../conf/file", "{folder}/conf/file"])
def test_a_file_is_read_by_any_name_it_has(folder: Path, name: str) -> None:
    assert read_inside(folder, name.format(folder=folder), LIMIT) == b"inside"


@pytest.mark.parametrize(
    ("link", "target", "name"),
    [
        ("a", "conf/file", "a"),
        ("a", "./conf/../conf/file", "a"),
        ("conf/a", "../conf/file", "conf/a"),
        ("a", "conf", "a/file"),
        ("a", "{folder}/conf/file", "a"),
        ("conf/a", "{folder}/conf", "conf/a/file"),
        ("a", "{folder}/../project/conf/file", "a"),
    ],
)
def test_a_link_is_followed_while_it_stays_inside(folder: Path, link: str, target: str, name: str) -> None:
    (folder / link).symlink_to(target.format(folder=folder))
    assert read_inside(folder, name, LIMIT) == b"inside"
    assert stat_inside(folder, name).st_size == 6


def test_the_folder_itself_may_be_a_link(folder: Path) -> None:
    (folder.parent / "short").symlink_to(folder)
    (folder / "a").symlink_to(folder.parent / "short" / "conf" / "file")
    assert read_inside(folder.parent / "short", "a", LIMIT) == b"inside"
    replace_inside(folder.parent / "short", "b", b"new", 0o644)
    assert (folder / "b").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("link", "target", "name"),
    [
        ("a", "../home/secret", "a"),
        ("a", "{home}/secret", "a"),
        ("a", "../home", "a/secret"),
        ("conf/a", "../../home/secret", "conf/a"),
        ("a", "b", "a"),
        ("a", "{folder}/../home/secret", "a"),
        ("a", "/dev/zero", "a"),
        ("a", "/", "a/etc/hostname"),
        ("a", "conf", "a/../../home/secret"),
        ("a", "conf", "../home/secret"),
        ("a", "conf", "{home}/secret"),
    ],
)
def test_nothing_outside_is_read(folder: Path, link: str, target: str, name: str) -> None:
    places = {"folder": str(folder), "home": str(folder.parent / "home")}
    (folder / link).symlink_to(target.format(**places))
    (folder / "b").symlink_to("../home/secret")
    name, before = name.format(**places), open_descriptors()
    with pytest.raises(CondockError, match="leads outside the folder"):
        read_inside(folder, name, LIMIT)
    with pytest.raises(CondockError, match="leads outside the folder"):
        stat_inside(folder, name)
    assert open_descriptors() == before


@pytest.mark.parametrize("name", ["pipe", "folder", "link to a pipe", ".", "", "conf/..", "socket"])
def test_what_is_no_file_is_never_waited_for(folder: Path, name: str) -> None:
    import socket

    os.mkfifo(folder / "pipe")
    (folder / "folder").mkdir()
    (folder / "link to a pipe").symlink_to("pipe")
    with socket.socket(socket.AF_UNIX) as end:
        with suppress(OSError):  # the path of a socket has at most 107 bytes
            end.bind(os.path.relpath(folder / "socket"))
        if name == "socket" and not (folder / name).exists():
            pytest.skip("the path of a socket is too long here")
        with pytest.raises(CondockError, match="is not a file"):
            read_inside(folder, name, LIMIT)
        with pytest.raises(CondockError, match="is not a file"):
            read_file(folder / name, LIMIT)


def test_links_in_a_circle_come_to_an_end(folder: Path) -> None:
    (folder / "a").symlink_to("b")
    (folder / "b").symlink_to("a")
    with pytest.raises(OSError, match="symbolic links"):
        read_inside(folder, "a", LIMIT)


@pytest.mark.parametrize("size", [LIMIT + 1, 1 << 33])
def test_what_is_too_large_is_not_taken_in(folder: Path, size: int) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(size)  # no block of it is on the disk
    with pytest.raises(CondockError, match="large is too large to be read"):
        read_inside(folder, "large", LIMIT)
    with pytest.raises(CondockError, match="large is too large to be read"):
        read_file(folder / "large", LIMIT)
    os.truncate(folder / "large", LIMIT)
    assert len(read_inside(folder, "large", LIMIT)) == LIMIT


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="there is no file here that tells no size")
def test_a_file_that_tells_no_size_is_read_no_further() -> None:
    with pytest.raises(CondockError, match="too large"):
        read_file(Path("/proc/self/maps"), 100)
    with pytest.raises(CondockError, match="is not a file"):
        read_file(Path("/dev/zero"), 100)


@pytest.mark.parametrize(
    ("link", "target", "name"),
    [
        ("a", "../home/new", "a"),
        ("a", "../home/secret", "a"),
        ("a", "conf/file", "a"),
        ("a", "a", "a"),
        ("a", "../home", "a/new"),
        ("a", "../home", "a/secret"),
        ("a", "conf", "a/file"),
        ("a", "/", "a/tmp/new"),
    ],
)
def test_nothing_is_written_through_a_link(folder: Path, link: str, target: str, name: str) -> None:
    (folder / link).symlink_to(target)
    with pytest.raises(CondockError, match="is a link or lies behind one, and condock writes through none"):
        replace_inside(folder, name, b"new", 0o644)
    with pytest.raises((CondockError, FileExistsError)):
        create_inside(folder, name, (b"new",), 0o644)
    assert home(folder) == {"secret": SECRET}
    assert (folder / "conf" / "file").read_bytes() == b"inside"
    assert sorted(path.name for path in folder.iterdir()) == ["a", "conf"]


@pytest.mark.parametrize("name", ["../new", "../home/secret", "conf/../../new", "{home}/new"])
def test_nothing_is_written_outside(folder: Path, name: str) -> None:
    name = name.format(home=folder.parent / "home")
    with pytest.raises(CondockError, match="leads outside the folder"):
        replace_inside(folder, name, b"new", 0o644)
    with pytest.raises(CondockError, match="leads outside the folder"):
        create_inside(folder, name, (b"new",), 0o644)
    assert home(folder) == {"secret": SECRET}
    assert sorted(path.name for path in folder.parent.iterdir()) == ["home", "project"]


def test_what_is_there_is_not_made_anew(folder: Path) -> None:
    (folder / "dangling").symlink_to("../home/new")
    for name in ("conf/file", "conf", "dangling"):
        with pytest.raises(FileExistsError):
            create_inside(folder, name, (b"new",), 0o644)
    assert (folder / "conf" / "file").read_bytes() == b"inside"


@pytest.mark.skipif(sys.platform != "linux", reason="files without a name are Linux's")
@pytest.mark.parametrize("replacing", [False, True])
def test_a_process_that_is_killed_while_it_writes_leaves_what_was_there(folder: Path, replacing: bool) -> None:
    """No empty .env either, and nothing to clean up."""
    if replacing:
        (folder / ".env").write_text("old")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.fchmod = lambda *_: os.kill(os.getpid(), signal.SIGKILL)  # all is written, and has no name yet
            if replacing:
                replace_inside(folder, ".env", b"new" * 100_000, 0o600)
            else:
                create_inside(folder, ".env", (b"new" * 100_000,), 0o600)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_a_file_that_cannot_be_finished_leaves_nothing(folder: Path) -> None:
    def content() -> Iterator[bytes]:
        yield b"begun"
        raise OSError(28, "No space left on device")

    before = open_descriptors()
    with pytest.raises(OSError, match="No space left"):
        create_inside(folder, "log", content(), 0o644)
    (folder / "there").mkdir()
    with pytest.raises(IsADirectoryError):
        replace_inside(folder, "there", b"new", 0o644)
    assert sorted(path.name for path in folder.iterdir()) == ["conf", "there"]
    assert open_descriptors() == before


# Races: another program swaps what is there for a link, and back, while condock works.


@contextmanager
def meanwhile(swap: Callable[[], None]) -> Iterator[None]:
    """A thread that swaps again and again."""
    over = threading.Event()

    def swap_on() -> None:
        while not over.is_set():
            swap()

    thread = threading.Thread(target=swap_on)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def tries(read: set[bytes]) -> Iterator[int]:
    """Three thousand, and more while nothing could be read: on a busy machine the swaps may fill the time."""
    for number in itertools.count():
        if read and number >= 3_000:
            return
        yield number


def test_no_swapped_folder_leads_a_reader_or_writer_out(folder: Path) -> None:
    (folder / "conf" / "secret").write_bytes(b"inside")

    def swap() -> None:
        (folder / "conf").rename(folder / "aside")
        (folder / "conf").symlink_to("../home")
        (folder / "conf").unlink()
        (folder / "aside").rename(folder / "conf")

    read: set[bytes] = set()
    with meanwhile(swap):
        for number in tries(read):
            with suppress(OSError, CondockError):
                read.add(read_inside(folder, "conf/secret", LIMIT))
            with suppress(OSError, CondockError):
                replace_inside(folder, "conf/new", b"new", 0o644)
            with suppress(OSError, CondockError):
                create_inside(folder, f"conf/new-{number}", (b"new",), 0o644)
    assert read == {b"inside"}
    assert home(folder) == {"secret": SECRET}
    assert (folder / "conf" / "new").exists()


def test_no_swapped_file_leads_a_reader_or_writer_out(folder: Path) -> None:
    (folder / "file").write_bytes(b"inside")

    def swap() -> None:
        """By renaming, which nobody sees half done."""
        (folder / "next").symlink_to("../home/secret")
        (folder / "next").replace(folder / "file")
        (folder / "next").write_bytes(b"inside")
        (folder / "next").replace(folder / "file")

    read: set[bytes] = set()
    with meanwhile(swap):
        for _ in tries(read):
            with suppress(OSError, CondockError):
                read.add(read_inside(folder, "file", LIMIT))
            with suppress(OSError, CondockError):
                replace_inside(folder, "file", b"inside", 0o644)
    assert read == {b"inside"}
    assert home(folder) == {"secret": SECRET}
