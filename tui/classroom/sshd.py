"""What does an sshd need to be told, so that a class gets the app and nothing else?

Two texts: the drop-in for sshd, and the session script that it forces on every login. Every path in
them is found when they are printed.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final, NamedTuple

import engine
import scenarios
import tui
from engine.naming import LONGEST_NAME
from tui.classroom.seats import OWN_SEATS, SEATS_PLACE
from tui.terminal.modes import RESET
from tui.usage import UsageError

DROP_IN_PLACE: Final = "/etc/ssh/sshd_config.d/bp-tui.conf"
SESSION_PLACE: Final = "/usr/local/libexec/bp-tui-session"

_DROP_IN = """\
# bp-tui for a class: sshd drop-in.
# Goes to {place}; then: sshd -t && systemctl reload ssh

# For every login of this machine: thirty or sixty at the same moment are no attack.
MaxStartups 100:30:200
{penalties}
Match {match}
    ForceCommand {session}
{passwords}    PermitTTY yes
    DisableForwarding yes
    PermitTunnel no
    PermitUserRC no
    AcceptEnv LANG LC_* COLORTERM NO_COLOR
    # Login shells read files of the student before the session script, and the loader reads
    # variables before any program: not these.
    SetEnv {environment}
    # Sessions that share a connection.
    MaxSessions 4
    # A network that has died is noticed within a minute: the server asks at every second interval.
    ClientAliveInterval {interval}
    ClientAliveCountMax {count}
{unused}
# Give the accounts the session script as login shell too, and homes that are not theirs to write:
# without this file a login is then no shell either.
# usermod --shell {session} NAME; chown root: ~NAME; chmod 755 ~NAME
"""

#: Seconds between two questions whether the client is there, and how many may go without an answer.
#: OpenSSH 9.2 asks at every second interval: (count + 1) * 2 * interval seconds measured.
_INTERVAL: Final = 10
_COUNT: Final = 2

_ENVIRONMENT: Final = (
    "SHLVL=1", "ENV=", "BASH_ENV=", "ZDOTDIR=/nonexistent", "LD_PRELOAD=", "LD_AUDIT=", "LD_LIBRARY_PATH=",
    "LD_DEBUG=", "LD_DEBUG_OUTPUT=", "LD_PROFILE=", "GLIBC_TUNABLES=",
)  # fmt: skip

#: Of servers since 9.8, which refuse an address for a while where many mistype a password.
_PENALTIES = """
# A class behind one address is not locked out by those of it who mistype.
PerSourcePenalties no
"""

#: Of servers since 9.2.
_UNUSED = """\
    # `ssh -N` asks for no session.
    UnusedConnectionTimeout 30
"""

_SESSION = r"""#!/bin/sh
# bp-tui for a class: what a login runs, forced by sshd and as login shell.
# Goes to {session}, owned by root, mode 0755.
# `ssh -t HOST` opens the list of scenarios, `ssh -t HOST NAME` one of them{following}.

language=${{LC_ALL-}}
LC_ALL=C
IFS=' '
PATH=/usr/bin:/bin
export PATH
umask 077
unset CDPATH ENV BASH_ENV

# A variable counts only if it is a plain word.
plain() {{
    case $1 in
        '' | *[!A-Za-z0-9._+@-]*) printf '%s' "$2" ;;
        *) printf '%s' "$1" ;;
    esac
}}
term=$(plain "${{TERM-}}" dumb)
lang=$(plain "${{LANG-}}" C.UTF-8)
case ${{COLORTERM-}} in
    truecolor | 24bit) colours=$COLORTERM ;;
    *) colours= ;;
esac

refuse() {{
    printf 'bp-tui: only the name of a scenario{or_follow} can be given here.\n' >&2
    exit 2
}}

# Of what the client asked to run, a name is taken and nothing else. A login shell is given it after
# -c; where sshd forces this script, that is the script itself.
asked=${{SSH_ORIGINAL_COMMAND-}}
if [ "${{1-}}" = -c ] && [ "${{2-}}" != {session} ]; then
    asked=${{2-}}
fi
# The app looks for it among its own; nothing here is read by a shell.
named() {{
    case $1 in
        '' | [-.]* | ' '* | *' ' | */* | *\\* | *[[:cntrl:]]*) refuse ;;
    esac
    [ "${{#1}}" -le {longest} ] || refuse
}}
case $asked in
    '') set -- ;;
{follow}    *)
        named "$asked"
        set -- -- "$asked"
        ;;
esac

# ASCII for whoever asks for it with another character set: LC_ALL=C ssh -t HOST
case $language in
    '' | *[Uu][Tt][Ff]-8* | *[Uu][Tt][Ff]8*) ;;
    *) set -- --ascii "$@" ;;
esac

{seats}# No files, no core dumps, 2 GiB of addresses, an hour of computing. A lower limit stays.
ulimit -f 0 2>/dev/null
ulimit -c 0 2>/dev/null
ulimit -v 2097152 2>/dev/null
ulimit -t 3600 2>/dev/null
ulimit -n 256 2>/dev/null

# Whatever ends the app ends it before this script, which then puts the terminal right. What tells this
# script alone to end is handed on.
saved=$(stty -g 2>/dev/null)
trap : INT QUIT TSTP
exec 3<&0
env -i TERM="$term" LANG="$lang" COLORTERM="$colours" ${{NO_COLOR:+NO_COLOR=1}} \
    {python} -I -B -m tui.cli --restricted --folder {folder} "$@" <&3 3<&- &
app=$!
trap 'kill -s HUP "$app"' HUP
trap 'kill -s TERM "$app"' TERM
while :; do
    wait "$app" 2>/dev/null
    status=$?
    # Either the app has ended by a signal, or a signal has ended the waiting.
    [ "$status" -ge 128 ] && kill -s 0 "$app" 2>/dev/null || break
done
if [ "$status" -ge 128 ]; then
    printf '{reset}' 2>/dev/null
    stty "${{saved:-sane}}" 2>/dev/null || stty sane 2>/dev/null
fi
# 129, 130, 143: who sits there, or the end of the connection. 152: the computing time is used up.
case $status in
    [0-9] | [0-9][0-9] | 12[0-7] | 129 | 130 | 143) said= ;;
    152) said='the computing time of this session is used up' ;;
    *) said='this session was ended from outside, or at a limit of the host' ;;
esac
if [ "$said" ]; then
    printf 'bp-tui: %s.\n' "$said" >&2
    logger -t bp-tui -p user.warning "$(id -un): $said (exit code $status)" 2>/dev/null
fi
exit "$status"
"""

_SEATS = r"""
# Seats, {own} of an account and {seats} of the class: locks that the app keeps until it ends, however.
sit() {{
    seat=$(($$ % $2))
    tried=0
    until
        [ -r "$1/$seat" ] &&
            case $3 in 7) exec 7<"$1/$seat" ;; *) exec 8<"$1/$seat" ;; esac && flock -n "$3"
    do
        seat=$(((seat + 1) % $2))
        tried=$((tried + 1))
        if [ "$tried" -ge "$2" ]; then
            printf 'bp-tui: all %s are taken; try again when one is free.\n' "$4" >&2
            logger -t bp-tui -p user.warning "$name: all $4 are taken" 2>/dev/null
            exit 2
        fi
    done
}}
if [ -t 0 ] && [ -r {place}/0 ] && command -v flock >/dev/null; then
    name=$(id -un)
    if [ -r "{place}/of/$name/0" ]; then
        sit "{place}/of/$name" {own} 7 "{own} sessions that $name may have"
    fi
    sit {place} {seats} 8 "{seats} seats of the class"
fi

"""

_FOLLOW = r"""
    'follow '*)
        named "${{asked#follow }}"
        set -- --class {meeting} --follow="${{asked#follow }}"
        ;;
"""


class Parts(NamedTuple):
    """The two texts, and sentences about what stands in their way on this machine."""

    drop_in: str
    session: str
    warnings: tuple[str, ...]


def parts(
    match: str,
    session: str,
    folder: str | None,
    lessons: Path | None = None,
    *,
    passwords: bool = False,
    seats: int = 0,
) -> Parts:
    """Return the texts for the accounts that `match` names ("Group students"), by sshd's own words.

    `folder` holds their scenarios, None for the shipped ones; lessons led in the folder `lessons` can be
    followed.
    `passwords` lets the accounts log in with them where the host asks others for keys. The class has no more
    sessions at the same time than `seats`, if any are given.

    Raises:
        UsageError: a word can't stand in the configuration of sshd.
    """
    for word in (match.partition(" ")[2], session):
        if not word or any(
            char.isspace() or not char.isprintable() or char in "\"'\\#%*?!," for char in word
        ):
            raise UsageError(f"bp-tui: {word!r} can't be written into the configuration of sshd.")
    if not session.startswith("/"):
        raise UsageError(f"bp-tui: {session!r} is no absolute path.")
    version = server_version()
    shelf = Path(scenarios.__file__).parent if folder is None else existing(folder)
    return Parts(
        _DROP_IN.format(
            place=DROP_IN_PLACE,
            match=match,
            session=session,
            penalties=_PENALTIES if version >= (9, 8) else "",
            environment=" ".join(_ENVIRONMENT),
            interval=_INTERVAL,
            count=_COUNT,
            unused=_UNUSED if version >= (9, 2) else "",
            passwords="    PasswordAuthentication yes\n" if passwords else "",
        ),
        _SESSION.format(
            session=session,
            longest=LONGEST_NAME,
            python=shlex.quote(sys.executable),
            folder=shlex.quote(str(shelf)),
            following="" if lessons is None else ",\n# and `ssh -t HOST follow NAME` follows a lesson",
            or_follow="" if lessons is None else ", or follow and the name of a lesson,",
            follow="" if lessons is None else _FOLLOW[1:].format(meeting=shlex.quote(str(lessons))),
            seats=_SEATS[1:].format(seats=seats, own=OWN_SEATS, place=SEATS_PLACE) if seats else "",
            reset=RESET.replace("\\", r"\\").replace("\x1b", r"\033").replace("%", "%%"),
        ),
        tuple(_obstacles(shelf, lessons)),
    )


def ran(*words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """Return how a command of the system ended, and what it said."""
    return subprocess.run(words, input=typed, capture_output=True, text=True, check=False)  # noqa: S603


def server() -> str | None:
    """Return the path of sshd; None if there is none here."""
    return shutil.which("sshd", path=f"/usr/sbin:/sbin:/usr/local/sbin:{os.defpath}")


def server_version() -> tuple[int, int]:
    """Return the version of OpenSSH's server here; Debian 12's if there is none."""
    path = server()
    if path is not None:
        # Older ones don't know -V, and tell the version beside the words that they do know.
        asked = ran(path, "-V")
        if told := re.search(r"OpenSSH_(\d+)\.(\d+)", asked.stdout + asked.stderr):
            return int(told[1]), int(told[2])
    return 9, 2


def existing(name: str) -> Path:
    """Return a folder that is there, by a name that holds everywhere."""
    folder = Path(name).resolve()
    if not folder.is_dir():
        raise UsageError(f"bp-tui: there is no folder {str(folder)!r}.")
    return folder


def _obstacles(shelf: Path, lessons: Path | None) -> list[str]:
    meeting = () if lessons is None else (lessons,)
    found = [
        f"students can't reach {place}: {private} is private."
        for place in (Path(sys.executable), Path(sys.base_prefix), *_packages(), shelf, *meeting)
        if (private := _private(place)) is not None
    ]
    found += [
        f"students can't follow: they may not enter {place}."
        for place in meeting
        if place.exists() and not place.stat().st_mode & 0o011
    ]
    if ran(sys.executable, "-I", "-c", "import tui").returncode:
        found.append(f"bp-tui is not installed in {sys.executable}, which can't find it when isolated.")
    return list(dict.fromkeys(found))


def _packages() -> list[Path]:
    return [Path(module.__file__ or "").parent for module in (tui, engine, scenarios)]


def _private(place: Path) -> Path | None:
    """Return the first folder on the way to `place` that others may not go through, if there is one."""
    places = {place, place.resolve()}
    for folder in sorted({parent for each in places for parent in each.parents}):
        try:
            if not folder.stat().st_mode & 0o001:
                return folder
        except OSError:
            return folder
    return None
