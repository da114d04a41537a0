"""Where do a leader and its followers meet, and who may lead there?

The socket of the lesson NAME is `NAME.socket` in a directory. Whoever owns the directory leads, and
its permissions say who may follow: members of its group if they may enter it, everybody if all may. A
follower trusts a socket only if the owner of the directory (or root) has made it and listens on it.

A leader holds a lock on `NAME.lock` for as long as it lives, even while it is stopped: a socket whose
lock is free is stale and is taken over.
"""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import stat
import struct
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from engine.naming import is_name
from tui.usage import UsageError

_LONGEST_PATH = 100  # bytes; systems allow 104 or 108
_BACKLOG = 256


class LessonError(UsageError):
    """There is no leading or following here; the message is a sentence for the user."""


class Claim(NamedTuple):
    """A lesson that is ours to lead: the listening socket, its path, and the lock that we hold."""

    listening: socket.socket
    path: Path
    lock: int

    def release(self) -> None:
        """Let others lead; the socket goes before the lock, so that nobody else's is removed."""
        self.listening.close()
        with suppress(OSError):
            self.path.unlink()
        with suppress(OSError):
            _lock_path(self.path).unlink()
        os.close(self.lock)


def default_folder() -> Path:
    """Return the user's own directory for lessons. The environment has no say in it."""
    own = Path(f"/run/user/{os.getuid()}")
    with suppress(OSError):
        if own.stat().st_uid == os.getuid():
            return own / "bp-tui"
    return Path("/tmp" if os.name == "posix" else tempfile.gettempdir()) / f"bp-tui-{os.getuid()}"  # noqa: S108


def claim(folder: Path | None, name: str) -> Claim:
    """Return the lesson NAME, to be led by this process.

    Raises:
        LessonError: somebody leads it already, or this is no directory to lead in.
    """
    if folder is None:
        with suppress(FileExistsError):
            default_folder().mkdir(mode=0o700)
    path, status = _meeting(folder, name)
    if status.st_uid != os.getuid():
        raise LessonError(f"bp-tui: only the owner of {path.parent} can lead there.")
    lock = _lock(_lock_path(path), name)
    try:
        _remove_stale(path)
        return Claim(_listen(path, status), path, lock)
    except OSError as error:
        os.close(lock)
        raise LessonError(f"bp-tui: {path} can't be made: {error.strerror}.") from None
    except BaseException:
        os.close(lock)
        raise


def connect(folder: Path | None, name: str) -> socket.socket:
    """Return a connection to the leader of a lesson; never waits.

    Raises:
        LessonError: nobody leads it, or somebody who has no right to.
    """
    path, status = _meeting(folder, name)
    folder, owner = path.parent, status.st_uid
    nobody = LessonError(f"bp-tui: nobody leads {name!r} in {folder}.")
    try:
        made_by = path.lstat()
    except OSError:
        raise nobody from None
    if not stat.S_ISSOCK(made_by.st_mode) or made_by.st_uid not in (owner, 0):
        raise LessonError(f"bp-tui: {path} was not made by the owner of its directory; it is not followed.")
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.setblocking(False)
        connection.connect(str(path))
        if _user_of_peer(connection, made_by.st_uid) != made_by.st_uid:
            raise LessonError(f"bp-tui: somebody else listens on {path}; it is not followed.")
    except PermissionError:
        connection.close()
        raise LessonError(f"bp-tui: no permission to follow {name!r} in {folder}.") from None
    except OSError:
        connection.close()
        raise nobody from None
    except BaseException:
        connection.close()
        raise
    return connection


def remove_dead(folder: Path) -> None:
    """Remove what leaders have left in a directory who ended without taking it along; nothing else."""
    with suppress(OSError):
        for path in folder.glob("*.socket"):
            # What is no socket here, or can't be locked, is no leader's.
            with suppress(OSError, LessonError):
                if not stat.S_ISSOCK(path.lstat().st_mode):
                    continue
                lock = _lock(_lock_path(path), path.stem)
                Claim(socket.socket(socket.AF_UNIX), path, lock).release()


def _meeting(folder: Path | None, name: str) -> tuple[Path, os.stat_result]:
    """Return where the socket of a lesson is, and the status of its directory.

    Without a directory it is the user's own: in a shared one for temporary files anybody could have made it.
    """
    place = folder or default_folder()
    path = _path(place, name)
    status = _folder_status(place)
    if folder is None and (status.st_uid != os.getuid() or status.st_mode & 0o077):
        raise LessonError(f"bp-tui: {place} is not yours alone; name a directory with --class.")
    return path, status


def _path(folder: Path, name: str) -> Path:
    if not is_name(name):
        raise LessonError(
            "bp-tui: a lesson has a name that can be read, without / and without - or . at its beginning."
        )
    path = folder.absolute() / f"{name}.socket"
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise LessonError(f"bp-tui: {folder} is too long a path for a lesson.")
    return path


def _lock_path(path: Path) -> Path:
    return path.with_suffix(".lock")


def _folder_status(folder: Path) -> os.stat_result:
    """Return the status of a directory in which nobody can replace what another has made."""
    try:
        status = folder.lstat()
    except OSError as error:
        raise LessonError(f"bp-tui: there are no lessons in {folder}: {error.strerror}.") from None
    if not stat.S_ISDIR(status.st_mode):
        raise LessonError(f"bp-tui: {folder} is not a directory.")
    if status.st_mode & (stat.S_IWGRP | stat.S_IWOTH) and not status.st_mode & stat.S_ISVTX:
        raise LessonError(
            f"bp-tui: others may replace files in {folder}; take away their right to write (chmod go-w)."
        )
    return status


def _lock(path: Path, name: str) -> int:
    """Return a descriptor that holds the lock; the system frees it when the process ends."""
    while True:
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
            lock = os.open(path, flags, 0o600)
        except OSError as error:
            raise LessonError(f"bp-tui: {path} can't be made: {error.strerror}.") from None
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # A leader that was just leaving may have removed the file that we locked.
            with suppress(FileNotFoundError):
                if os.fstat(lock).st_ino == path.lstat().st_ino:
                    return lock
        except OSError as error:
            os.close(lock)
            if error.errno in (errno.EWOULDBLOCK, errno.EACCES):
                raise LessonError(f"bp-tui: somebody leads {name!r} already.") from None
            raise LessonError(f"bp-tui: {path} can't be locked: {error.strerror}.") from None
        os.close(lock)


def _remove_stale(path: Path) -> None:
    with suppress(FileNotFoundError):
        status = path.lstat()
        if not stat.S_ISSOCK(status.st_mode) or status.st_uid != os.getuid():
            raise LessonError(f"bp-tui: {path} is in the way and is not ours to remove.")
        path.unlink()


def _listen(path: Path, folder: os.stat_result) -> socket.socket:
    """Return a socket that those may connect to who may enter its directory."""
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
        mode = 0o600
        mode |= 0o060 if folder.st_mode & stat.S_IXGRP else 0
        mode |= 0o006 if folder.st_mode & stat.S_IXOTH else 0
        with suppress(PermissionError):  # not a member of that group: only who belongs to ours follows
            os.chown(path, -1, folder.st_gid)
        path.chmod(mode)
        listening.listen(_BACKLOG)
        listening.setblocking(False)
    except BaseException:
        listening.close()
        raise
    return listening


def _user_of_peer(connection: socket.socket, otherwise: int) -> int:
    """Return the user who listens at the other end; `otherwise` on a system that can't tell."""
    if not hasattr(socket, "SO_PEERCRED"):
        return otherwise
    credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, user, _ = struct.unpack("3i", credentials)
    return int(user)
