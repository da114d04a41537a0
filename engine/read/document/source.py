"""How are the bytes of a file taken in, whatever the file turns out to be?"""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import BinaryIO

from engine.read.complaints import Complaint, ScenarioError

STDIN = Path("-")
"""What stands for standard input, where a scenario is named."""

# A FIFO would block `open`, a terminal would become ours, and on Windows line ends would change.
_FLAGS = os.O_RDONLY
for _name in ("O_NONBLOCK", "O_CLOEXEC", "O_NOCTTY", "O_BINARY"):
    _FLAGS |= getattr(os, _name, 0)

_KINDS = {
    stat.S_IFDIR: "a directory",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def open_regular(path: Path, limit: int, remedy: str, *, below: Path | None = None) -> BinaryIO:
    """Open the regular file at `path`, which may hold at most `limit` bytes.

    `below` is a folder that it is in, by its real path: nothing on the way from there may be a link by now.
    Everything is asked of the one open descriptor, so that the file can't be swapped in between.

    Raises:
        ScenarioError: there is no such file, it may not be read, it is not a regular file, or it
            is over the limit (then `remedy` says what to do).
    """
    try:
        descriptor = os.open(path, _FLAGS) if below is None else _open_below(below, path)
    except FileNotFoundError:
        raise refusal(path, "there is no such file") from None
    except IsADirectoryError:
        raise refusal(path, "expected a file, found a directory") from None
    except PermissionError:
        raise refusal(path, "no permission to read this file") from None
    except ValueError:  # a NUL in the name, or a surrogate that no file system can hold
        raise refusal(path, "this can't be the name of a file") from None
    except OSError as error:
        raise refusal(path, f"the file can't be opened: {error.strerror}") from None
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            kind = _KINDS.get(stat.S_IFMT(status.st_mode), "something else")
            raise refusal(path, f"expected a file, found {kind}")
        if status.st_size > limit:
            raise _too_large(path, limit, remedy)
        return os.fdopen(descriptor, "rb")
    except BaseException:
        os.close(descriptor)
        raise


def _open_below(folder: Path, path: Path) -> int:
    """Return a descriptor of what is at `path` below a folder, opened part by part; no link is followed."""
    if os.open not in os.supports_dir_fd:
        return os.open(path, _FLAGS)
    *parts, name = path.relative_to(folder).parts
    reached = os.open(folder, _FLAGS | os.O_DIRECTORY)
    try:
        for part in parts:
            deeper = os.open(part, _FLAGS | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=reached)
            os.close(reached)
            reached = deeper
        return os.open(name, _FLAGS | os.O_NOFOLLOW, dir_fd=reached)
    finally:
        os.close(reached)


def read_bytes(path: Path, limit: int, remedy: str, *, within: Path | None = None) -> bytes:
    """Return the bytes of the regular file at `path`, or those of standard input.

    With `within` the file must be in that folder.

    Raises:
        ScenarioError: as `open_regular`, or the file grew over the limit or changed while it was read.
    """
    if path == STDIN:
        return _read_standard_input(limit, remedy)
    try:
        with _opened(path, limit, remedy, within) as file:
            before = os.fstat(file.fileno())
            content = file.read(limit + 1)
            after = os.fstat(file.fileno())
    except OSError as error:
        raise refusal(path, f"the file can't be read: {error.strerror}") from None
    if len(content) > limit:
        raise _too_large(path, limit, remedy)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise refusal(path, "the file was changed while it was read", "Try again when it is complete.")
    return content


def _opened(path: Path, limit: int, remedy: str, within: Path | None) -> BinaryIO:
    if within is None:
        return open_regular(path, limit, remedy)
    try:
        folder, real = within.resolve(), path.resolve()
    except (OSError, RuntimeError, ValueError):
        raise refusal(path, "the file can't be opened") from None
    if real.parent != folder:
        raise refusal(path, "this is a link to a file outside its folder")
    return open_regular(real, limit, remedy, below=folder)


def _read_standard_input(limit: int, remedy: str) -> bytes:
    if sys.stdin is None:
        raise refusal(STDIN, "standard input is closed")
    try:
        content = sys.stdin.buffer.read(limit + 1)
    except OSError as error:
        raise refusal(STDIN, f"standard input can't be read: {error.strerror}") from None
    if len(content) > limit:
        raise _too_large(STDIN, limit, remedy)
    return content


def decode(content: bytes, path: Path) -> str:
    """Return `content` as text: UTF-8, with or without a byte order mark.

    Raises:
        ScenarioError: it is not UTF-8; names the line and the offset of the first wrong byte.
    """
    if [not byte for byte in content[:4]] in ([False, True] * 2, [True, False] * 2):  # ASCII, without a mark
        raise refusal(path, "expected UTF-8 text, found what looks like UTF-16", "Save the file as UTF-8.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        start = content.rfind(b"\n", 0, error.start) + 1
        end = content.find(b"\n", error.start)
        line = content[start : end if end >= 0 else None]
        says = f"expected UTF-8 text, found the byte 0x{content[error.start]:02x} at offset {error.start}"
        raise ScenarioError(
            Complaint(
                str(path),
                says,
                "Save the file as UTF-8.",
                line=content.count(b"\n", 0, error.start) + 1,
                column=len(content[start : error.start].decode("utf-8", "replace")) + 1,
                source=line.decode("utf-8", "replace"),
            )
        ) from None


def refusal(path: Path, says: str, remedy: str = "") -> ScenarioError:
    """Return the error that speaks of a file as a whole."""
    return ScenarioError(Complaint(str(path), says, remedy))


def _too_large(path: Path, limit: int, remedy: str) -> ScenarioError:
    return refusal(path, f"the file is larger than {limit // 2**20} MiB", remedy)
