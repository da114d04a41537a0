"""How does a host become a class, and no class again, so that a failure leaves nobody a shell?

Everything is a list of steps that are told before the first is done. Accounts come last: each is made
locked, with the app as its login shell; it gets a password only after sshd has said what a login of it runs.
Removing goes the other way round: first nobody can log in, then what kept them in the app is taken away.
"""

from __future__ import annotations

import os
import pwd
import re
import secrets
import signal
import tempfile
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tui.classroom.as_set_up import options_set_up
from tui.classroom.let_in import shut_out
from tui.classroom.seats import MOST_SEATS, OWN_SEATS, SEATS_PLACE, make_own_seats, make_seats, remove_seats
from tui.classroom.sshd import DROP_IN_PLACE, SESSION_PLACE, Parts, parts, ran, server
from tui.classroom.whose import account_of, accounts, group_named, not_somebody_elses, only_for_a_class
from tui.following.names import remove_dead
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from tui.classroom.as_set_up import Class

LIMITS_PLACE: Final = "/etc/security/limits.d/bp-tui.conf"

_LIMITS: Final = """\
# bp-tui for a class: what one account may have at the same time.
@{group} hard maxlogins {logins}
@{group} hard nproc {processes}
"""
_PROCESSES: Final = 25 * OWN_SEATS  # each session has eight or so, threads too

SLICES: Final = Path("/etc/systemd/system")
SYSTEMD: Final = Path("/run/systemd/system")  # there where it runs

_SLICE: Final = """\
# bp-tui for a class: what all sessions of one account may have together.
[Slice]
MemoryMax={memory}M
MemorySwapMax=0
TasksMax={tasks}
"""
_MEMORY: Final = 256 * OWN_SEATS  # MB; a session of an ordinary scenario takes a quarter of its share

_NAME: Final = re.compile(r"[a-z_][a-z0-9_-]{0,30}")
_LETTERS: Final = "abcdefghijkmnpqrstuvwxyz23456789"  # none that looks like another
_PASSWORD: Final = 10  # letters


class Step(NamedTuple):
    """Something to do, told in a line; `todo` returns what there is to say when it is done."""

    told: str
    todo: Callable[[], str]


def setup(room: Class, names: Sequence[str]) -> list[Step]:
    """Return the steps that make a class with these accounts; those that are done already do nothing.

    Raises:
        UsageError: something stands in the way; nothing has been done.
    """
    _only_root()
    for name in (room.group, *names):
        if not _NAME.fullmatch(name):
            raise UsageError(f"bp-tui: {name!r} can't be the name of an account or a group.")
    for name in names:
        not_somebody_elses(name, room.group)
    only_for_a_class(room.group, names, set_up=options_set_up().group == room.group)
    owner = account_of(room.teacher)
    if owner is None:
        raise UsageError(f"bp-tui: there is no account {room.teacher!r} to lead the lessons.")
    if server() is None:
        raise UsageError("bp-tui: there is no sshd here; install openssh-server.")
    if not 1 <= room.seats <= MOST_SEATS:
        raise UsageError(f"bp-tui: a class has 1 to {MOST_SEATS} seats, not {room.seats}.")
    texts = parts(
        f"Group {room.group}",
        SESSION_PLACE,
        room.folder or None,
        room.lessons.resolve(),
        passwords=True,
        seats=room.seats,
    )
    if texts.warnings:
        raise UsageError("\n".join(f"bp-tui: {warning}" for warning in texts.warnings))
    return [
        Step(f"make the group {room.group}", lambda: _make_group(room.group)),
        Step(
            f"make {room.lessons}, where {room.teacher} leads lessons",
            lambda: _make_lessons(room.lessons, room.teacher, room.group),
        ),
        Step(
            f"have {room.seats} seats in {SEATS_PLACE}: so many sessions of the class at the same time",
            lambda: make_seats(room.seats),
        ),
        Step(
            f"write the session script {SESSION_PLACE}",
            lambda: _put(SESSION_PLACE, texts.session + room.kept(), 0o755),
        ),
        Step(f"limit what an account may have, in {LIMITS_PLACE}", lambda: _put_limits(room.group)),
        Step(f"write {DROP_IN_PLACE}, once sshd has accepted it", lambda: _put_drop_in(texts)),
        Step("have sshd read it", _reload),
        *(
            Step(
                f"make the account {name}, which gets a password once a login of it is the app",
                partial(_make_account, name, room.group),
            )
            for name in names
        ),
    ]


def remove(room: Class) -> list[Step]:
    """Return the steps that take a class away again.

    Raises:
        UsageError: nobody but root can do that.
    """
    _only_root()
    names = accounts(room.group)
    return [
        *(
            Step(f"end the sessions of {name}, and remove the account", partial(_end_account, name))
            for name in names
        ),
        Step(f"remove {DROP_IN_PLACE}", lambda: _remove(DROP_IN_PLACE)),
        Step("have sshd forget it", _reload),
        Step(f"remove {LIMITS_PLACE}", lambda: _remove(LIMITS_PLACE)),
        Step(f"remove {SEATS_PLACE}", remove_seats),
        Step(f"remove {room.lessons} if nothing is in it", lambda: _remove_lessons(room.lessons)),
        Step(f"remove the group {room.group} if nobody else is in it", lambda: _remove_group(room.group)),
        # It keeps what the class was set up with, for a removal that is stopped and begun again.
        Step(f"remove {SESSION_PLACE}", _remove_session),
    ]


def carry_out(steps: Sequence[Step]) -> Iterator[str]:
    """Do one step after the other; yield a line for each that is done.

    Raises:
        UsageError: one can't be done; those after it haven't been begun.
    """
    for step in steps:
        try:
            said = step.todo()
        except (OSError, UsageError) as error:
            reason = str(error).removeprefix("bp-tui: ")
            raise UsageError(
                f"bp-tui: could not {step.told}: {reason}\nNothing that comes after it was done; "
                "once the cause is away, give the same command again."
            ) from None
        yield f"done: {step.told}{f'. {said}' if said else ''}"


# -- what stands in the way ----------------------------------------------------------------------------


def _only_root() -> None:
    if os.getuid() != 0:
        raise UsageError("bp-tui: only root can set up a class or remove one.")


# -- the steps -----------------------------------------------------------------------------------------


def _run(*words: str, typed: str = "") -> str:
    """Run a command of the system; what it complains of is the reason why it failed."""
    done = ran(*words, typed=typed)
    if done.returncode:
        said = (done.stderr.strip() or done.stdout.strip() or f"exit code {done.returncode}").splitlines()
        raise UsageError(f"{words[0]} says: {said[-1]}")
    return done.stdout


def _put(place: str, text: str, mode: int = 0o644) -> str:
    """Write a file so that there is never half of it, nor another than before or this."""
    path = Path(place)
    if path.is_file() and path.read_text("utf-8") == text and path.stat().st_mode & 0o7777 == mode:
        return ""
    if not path.parent.is_dir():
        path.parent.mkdir(parents=True)
        path.parent.chmod(0o755)
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".bp-tui-", suffix=".new")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return ""


def _put_drop_in(texts: Parts) -> str:
    """Have sshd judge the drop-in with all else that it reads before it stands where it is read."""
    if not texts.drop_in.strip():
        raise UsageError("the drop-in is empty.")
    with tempfile.TemporaryDirectory(prefix="bp-tui-") as folder:
        trial = Path(folder) / "sshd_config"
        (Path(folder) / "drop-in").write_text(texts.drop_in, "utf-8")
        trial.write_text(f"Include {folder}/drop-in\nInclude /etc/ssh/sshd_config\n", "utf-8")
        _run(server() or "sshd", "-t", "-f", str(trial))
    return _put(DROP_IN_PLACE, texts.drop_in)


def _put_limits(group: str) -> str:
    return _put(LIMITS_PLACE, _LIMITS.format(group=group, logins=OWN_SEATS, processes=_PROCESSES))


def _reload() -> str:
    _run(server() or "sshd", "-t")
    _run("systemctl", "reload-or-restart", "ssh")
    return ""


def _make_group(group: str) -> str:
    _run("groupadd", "--force", group)
    return ""


def _make_lessons(place: Path, teacher: str, group: str) -> str:
    _run("install", "-d", "-m", "2750", "-o", teacher, "-g", group, str(place))
    return ""


def _make_account(name: str, group: str) -> str:
    """Make an account that can't log in; let it when it is sure that a login is the app."""
    new = account_of(name) is None
    if new:
        # Their home is not theirs to write.
        _run("useradd", "--gid", group, "--shell", SESSION_PLACE, "--no-create-home", "--home-dir", "/", name)
    else:
        _run("usermod", "--shell", SESSION_PLACE, name)
    try:
        _check_login(name)
    except UsageError:
        if new:
            _run("userdel", name)
        raise
    make_own_seats(name)
    limited = _limit_memory(pwd.getpwnam(name).pw_uid)
    stored = _run("getent", "shadow", name).split(":")[1]
    if stored.strip("!*"):  # else it never had one: it was made just now, or by a set-up that was killed
        said = (
            f"It is locked; `usermod --unlock --expiredate '' {name}` lets it in again."
            if stored.startswith("!")
            else f"It has its password; `passwd {name}` gives it another."
        )
        return f"{said}{limited}"
    password = "".join(secrets.choice(_LETTERS) for _ in range(_PASSWORD))
    _run("chpasswd", typed=f"{name}:{password}\n")
    # The password ends the line, to be copied.
    return f"{limited[1:]}{' ' if limited else ''}The password of {name}: {password}"


def _slice(uid: int) -> Path:
    """Return the file that limits what the sessions of an account have together."""
    return SLICES / f"user-{uid}.slice.d" / "bp-tui.conf"


def _limit_memory(uid: int) -> str:
    """Limit what the sessions of an account have together; return that it can't be, if so."""
    if not SYSTEMD.is_dir():
        return " No systemd runs here, which could limit the memory of an account."
    _put(str(_slice(uid)), _SLICE.format(memory=_MEMORY, tasks=_PROCESSES))
    _run("systemctl", "daemon-reload")
    return ""


def _lift_limit(uid: int) -> None:
    if _slice(uid).exists():
        _slice(uid).unlink()
        with suppress(OSError):  # somebody else's files are in it
            _slice(uid).parent.rmdir()
        _run("systemctl", "daemon-reload")


def _check_login(name: str) -> None:
    """Refuse unless sshd says that a login of the account is the app, and the app answers it."""
    said = _run(server() or "sshd", "-T", "-C", f"user={name},host=localhost,addr=127.0.0.1").splitlines()
    wanted = {
        f"forcecommand {SESSION_PLACE}", "disableforwarding yes", "permituserrc no",
        "passwordauthentication yes",
    }  # fmt: skip
    if missing := wanted.difference(said):
        raise UsageError(f"sshd does not say {min(missing)!r}; does /etc/ssh/sshd_config include its folder?")
    if (line := shut_out(name, said)) is not None:
        raise UsageError(f"sshd would not let {name} in: its configuration says {line!r}.")
    answer = ran("runuser", "-u", name, "--", SESSION_PLACE)
    if answer.returncode != 2 or "needs a terminal" not in answer.stderr:  # it was reached, and has none here
        raise UsageError(f"the app does not answer {name}: {answer.stderr.strip() or answer.returncode}")


def _end_account(name: str) -> str:
    account = pwd.getpwnam(name)
    _run("usermod", "--lock", "--expiredate", "1", name)
    for entry in Path("/proc").iterdir():
        with suppress(OSError):
            if entry.name.isdigit() and entry.stat().st_uid == account.pw_uid:
                os.kill(int(entry.name), signal.SIGKILL)
    _run("userdel", "--force", name)
    _lift_limit(account.pw_uid)
    return ""


def _remove(place: str) -> str:
    Path(place).unlink(missing_ok=True)
    return ""


def _remove_session() -> str:
    """Remove the session script; sshd lets nobody in whose shell is not there."""
    others = [account.pw_name for account in pwd.getpwall() if account.pw_shell == SESSION_PLACE]
    Path(SESSION_PLACE).unlink(missing_ok=True)
    return f"It was the shell of {', '.join(others)} too: they stay, and can't log in." if others else ""


def _remove_lessons(place: Path) -> str:
    remove_dead(place)
    with suppress(FileNotFoundError):
        try:
            place.rmdir()
        except OSError as error:
            return f"It stays: {error.strerror}."
    return ""


def _remove_group(group: str) -> str:
    ours = group_named(group)
    if ours is not None:
        others = [account.pw_name for account in pwd.getpwall() if account.pw_gid == ours.gr_gid]
        if others or ours.gr_mem:
            return f"It stays: {', '.join([*others, *ours.gr_mem])}."
        _run("groupdel", group)
    return ""
