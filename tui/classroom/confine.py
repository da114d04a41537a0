"""What can the process of a restricted session not do, whatever the environment says or a key does?

It can't write, start programs or talk to the network: the interpreter and the kernel refuse, so that
no part of the app has to remember. What may be opened is the business of the shelf (engine.catalog).
"""

from __future__ import annotations

import os
import re
import resource
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PLAIN: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+@-]{0,63}")
_KEPT: Final = ("TERM", "LANG", "LC_ALL", "LC_CTYPE", "COLORTERM", "NO_COLOR")
_ONE_THREAD: Final = ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS")

_confined = False

_WRITES: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

#: Audit events of Python that change files, start programs or wait for connections.
_REFUSED: Final = frozenset(
    {
        "ftplib.connect", "http.client.connect", "os.chflags", "os.chmod", "os.chown", "os.exec", "os.fork",
        "os.forkpty", "os.link", "os.lockf", "os.mkdir", "os.posix_spawn", "os.remove", "os.removexattr",
        "os.rename", "os.rmdir", "os.setxattr", "os.spawn", "os.startfile", "os.symlink", "os.system",
        "os.truncate", "os.utime", "pty.spawn", "smtplib.connect", "socket.bind", "sqlite3.connect",
        "subprocess.Popen", "tempfile.mkdtemp", "tempfile.mkstemp", "urllib.Request", "webbrowser.open",
    }
)  # fmt: skip


def clean(environment: Mapping[str, str]) -> dict[str, str]:
    """Return what a restricted session keeps of an environment: terminal, language and colours."""
    kept = {name: environment[name] for name in _KEPT if _PLAIN.fullmatch(environment.get(name, ""))}
    return kept | dict.fromkeys(_ONE_THREAD, "1")


def confine(words: Sequence[str]) -> None:
    """Confine this process for good; `words` is its command line.

    An interpreter that isn't isolated, and has thus read its environment, is replaced by one that is.
    """
    environment = clean(os.environ)
    if not sys.flags.isolated:
        os.execve(  # noqa: S606
            sys.executable, [sys.executable, "-I", "-B", "-m", "tui.cli", *words], environment
        )
    os.environ.clear()
    os.environ.update(environment)
    sys.dont_write_bytecode = True
    for limit in (resource.RLIMIT_FSIZE, resource.RLIMIT_CORE):
        resource.setrlimit(limit, (0, 0))
    sys.addaudithook(refuse)
    global _confined
    _confined = True


def is_confined() -> bool:
    """Return whether this process is confined."""
    return _confined


def tell_administrator(report: str) -> None:
    """Write a report to the journal of the host, line by line: the session itself can write no file."""
    import syslog

    syslog.openlog("bp-tui", syslog.LOG_PID, syslog.LOG_USER)
    for line in report.splitlines():
        syslog.syslog(syslog.LOG_ERR, line)


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """Raise for an audit event of Python that a restricted session has no business with.

    Raises:
        PermissionError: the event would write, start a program or talk to the network.
    """
    if event == "open":
        path, _, flags = arguments
        if isinstance(flags, int) and flags & _WRITES and not (isinstance(path, int) or _is_terminal(path)):
            raise PermissionError("a restricted session writes no file")
    elif event == "socket.connect":
        if not isinstance(arguments[1], str | bytes):  # the path of a socket on this machine
            raise PermissionError("a restricted session opens no connection")
    elif event in _REFUSED or event.startswith("shutil."):
        raise PermissionError(f"a restricted session does not do this: {event}")


def _is_terminal(path: object) -> bool:
    """Say if it is the session's own terminal, which is put right at the end, or nowhere."""
    if path == os.devnull:
        return True
    try:
        return path == os.ttyname(2)
    except OSError:
        return False
