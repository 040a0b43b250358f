"""Files of a folder that may be a stranger's: what is opened lies inside it, is a file, and has a sane size.

A path is walked name by name, each opened in the directory before it and never through a link (openat, O_NOFOLLOW;
POSIX.1-2008): a link that is put there meanwhile is refused, not followed.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tui.core.errors import CondockError
from tui.core.untrusted_text import shown

TYPE_CHECKING = False  # to import it takes milliseconds
if TYPE_CHECKING:
    from typing import BinaryIO

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY
# A FIFO or a device must not keep us waiting, nor a terminal become ours.
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY
_MOST_LINKS = 40  # as the kernel has it (Linux, path_resolution(7))
_OWN_FILES = "/proc/self/fd"
_CHUNK = 1 << 20
_DEEPEST = 5


def read_inside(folder: Path, name: str, limit: int) -> bytes:
    """The content of a file in the folder; links in there are followed as long as they stay inside.

    Raises OSError where it cannot be read, ValueError where this is no name, CondockError where it leads outside,
    is not a file, or has more than `limit` bytes.
    """
    return b"".join(chunks_inside(folder, name, limit))


def chunks_inside(folder: Path, name: str, limit: int) -> Iterator[bytes]:
    """The same a MiB at a time; one that grows beyond the limit raises once so much has come."""
    with _opened_inside(folder, name) as descriptor:
        yield from _chunks(descriptor, name, limit)


def stat_inside(folder: Path, name: str) -> os.stat_result:
    """The state of a file in the folder that could be read; raises what `read_inside` does, but for its size."""
    with _opened_inside(folder, name) as descriptor:
        return os.fstat(descriptor)


def read_file(path: Path, limit: int) -> bytes:
    """The content of a file that the user named, wherever it is; raises as `read_inside`, but for its place."""
    if not stat.S_ISREG(os.stat(path).st_mode):  # to open a device can do something already
        raise _not_a_file(path.name)
    with open(path, "rb", buffering=0, opener=lambda opened, _: os.open(opened, _READ)) as file:
        return b"".join(_chunks(file.fileno(), path.name, limit))


def replace_inside(folder: Path, name: str, content: bytes, mode: int) -> None:
    """Put the content in place at once, never half-written and never readable to more than `mode` says.

    What has that name is replaced, not written to: other names that the file has (hard links) keep what was in it.
    Raises OSError, ValueError, and CondockError where a link is in the way.
    """
    with _held(folder, name, links=False) as (directory, leaf):
        if _target(leaf, directory) is not None:
            raise _through_a_link(name)
        temporary = f".condock-{os.urandom(8).hex()}"
        try:
            _write_new(temporary, directory, (content,), mode)
            os.replace(temporary, leaf, src_dir_fd=directory, dst_dir_fd=directory)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(temporary, dir_fd=directory)
            raise


def create_inside(folder: Path, name: str, content: Iterable[bytes], mode: int) -> None:
    """Make a file that is not there yet; FileExistsError where anything has its name, else as `replace_inside`."""
    with _held(folder, name, links=False) as (directory, leaf):
        _write_new(leaf, directory, content, mode)


def make_folder_inside(folder: Path, name: str) -> None:
    """Make a folder in the folder, if it is not there; raises as `replace_inside`."""
    with _held(folder, name, links=False) as (directory, leaf), suppress(FileExistsError):
        os.mkdir(leaf, dir_fd=directory)


def insist_on_no_links(folder: Path, name: str, most: int) -> None:
    """Raise CondockError where a folder in the folder, which may not be there yet, is, is behind or holds a link.

    Hard links count: who writes there may write in place. Also where it leads outside, and where more than `most`
    entries or `_DEEPEST` levels are in it. OSError where it cannot be read.
    """
    with suppress(FileNotFoundError), _held(folder, name, links=False) as (directory, leaf):
        if _target(leaf, directory) is not None:
            raise _through_a_link(name)
        _count_without_links(leaf, directory, name, most, _DEEPEST)


def _count_without_links(leaf: str, directory: int, name: str, most: int, levels: int) -> int:
    opened = os.open(leaf, _DIRECTORY | os.O_NOFOLLOW, dir_fd=directory)
    count = 0
    try:
        with os.scandir(opened) as entries:
            for entry in entries:
                count += 1
                state = entry.stat(follow_symlinks=False)
                if stat.S_ISLNK(state.st_mode) or (state.st_nlink > 1 and not stat.S_ISDIR(state.st_mode)):
                    raise _through_a_link(f"{name}/{entry.name}")
                if count > most or not levels:
                    raise CondockError(f"`{shown(name)}` holds too many files.", "Name a folder of its own.")
                if stat.S_ISDIR(state.st_mode):
                    inner = f"{name}/{entry.name}"
                    count += _count_without_links(entry.name, opened, inner, most - count, levels - 1)
    finally:
        os.close(opened)
    return count


@contextmanager
def _opened_inside(folder: Path, name: str) -> Iterator[int]:
    with _held(folder, name, links=True) as (directory, leaf):
        if not stat.S_ISREG(os.stat(leaf, dir_fd=directory, follow_symlinks=False).st_mode):
            raise _not_a_file(name)
        descriptor = os.open(leaf, _READ | os.O_NOFOLLOW, dir_fd=directory)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def _chunks(descriptor: int, name: str, limit: int) -> Iterator[bytes]:
    found, read = os.fstat(descriptor), 0
    if not stat.S_ISREG(found.st_mode):  # it is another one than a moment ago
        raise _not_a_file(name)
    while max(found.st_size, read) <= limit and (chunk := os.read(descriptor, _CHUNK)):
        read += len(chunk)
        yield chunk
    if max(found.st_size, read) > limit:
        raise CondockError(f"{shown(name)} is too large to be read.", "Check that it is the right file.")


def _write_new(name: str, directory: int, content: Iterable[bytes], mode: int) -> None:
    """Make a file; it gets its name when it is whole, where the file system can do that (open(2), O_TMPFILE)."""
    descriptor = _open_unnamed(directory)
    if descriptor is not None:
        with os.fdopen(descriptor, "wb") as file:
            _fill(file, content, mode)
            os.link(f"{_OWN_FILES}/{descriptor}", name, dst_dir_fd=directory)
        return
    descriptor = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600, dir_fd=directory)
    try:
        with os.fdopen(descriptor, "wb") as file:
            _fill(file, content, mode)
    except BaseException:
        os.unlink(name, dir_fd=directory)
        raise


def _open_unnamed(directory: int) -> int | None:
    """A new file that has no name, so that nothing of it stays if this process ends; None where there are none."""
    if sys.platform == "linux" and os.path.isdir(_OWN_FILES):
        with suppress(OSError):
            return os.open(".", os.O_WRONLY | os.O_TMPFILE, 0o600, dir_fd=directory)
    return None


def _fill(file: BinaryIO, content: Iterable[bytes], mode: int) -> None:
    file.writelines(content)
    file.flush()
    os.fchmod(file.fileno(), mode)


@contextmanager
def _held(folder: Path, name: str, *, links: bool) -> Iterator[tuple[int, str]]:
    """The directory that really holds a file, as a descriptor, and the file's name in there."""
    opened = [os.open(folder, _DIRECTORY)]
    try:
        leaf = _walk(opened, name, links=links)
        yield opened[-1], leaf
    finally:
        for descriptor in opened:
            os.close(descriptor)


def _walk(opened: list[int], name: str, *, links: bool) -> str:
    """Open one directory after the other until the file's own is the last one, and give the file's name in it."""
    ahead, followed = _parts(name, opened[0], name), 0
    while ahead:
        part = ahead.pop(0)
        if part == "..":
            if len(opened) == 1:
                raise _outside(name)
            os.close(opened.pop())
            continue
        target = _target(part, opened[-1]) if ahead or links else None
        if target is not None:
            followed += 1
            if not links:
                raise _through_a_link(name)
            if followed > _MOST_LINKS:
                raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
            while target.startswith("/") and len(opened) > 1:
                os.close(opened.pop())
            ahead = [*_parts(target, opened[0], name), *ahead]
        elif ahead:
            opened.append(os.open(part, _DIRECTORY | os.O_NOFOLLOW, dir_fd=opened[-1]))
        else:
            return part
    raise _not_a_file(name)


def _parts(path: str, top: int, name: str) -> list[str]:
    """The names on a way from the directory at hand; of a full path, those behind the folder itself."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    if not path.startswith("/"):
        return parts
    for count in range(len(parts), -1, -1):
        with suppress(OSError):
            if os.path.samestat(os.stat("/" + "/".join(parts[:count])), os.fstat(top)):
                return parts[count:]
    raise _outside(name)


def _target(name: str, directory: int) -> str | None:
    """The target of a link; None for all else, also for what is not there."""
    try:
        if not stat.S_ISLNK(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
            return None
    except FileNotFoundError:
        return None
    return os.readlink(name, dir_fd=directory)


def _outside(name: str) -> CondockError:
    return CondockError(f"`{shown(name)}` leads outside the folder.", "Copy the file itself into the folder.")


def _through_a_link(name: str) -> CondockError:
    message = f"`{shown(name)}` is a link or lies behind one, and condock writes through none."
    return CondockError(message, "Put the file itself in the link's place, or name another.")


def _not_a_file(name: str) -> CondockError:
    return CondockError(f"{shown(name)} is not a file.", "Choose a file, or move away what is in its place.")
