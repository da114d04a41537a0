"""What does `bp-tui sshd-config` print, and is it what sshd and any shell take?"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.naming import is_name
from tests.commands.running import call, run
from tests.work.patience import PATIENCE
from tui.classroom import sshd
from tui.classroom.sshd import parts
from tui.terminal.modes import RESET
from tui.usage import UsageError


def test_both_parts_and_each_alone() -> None:
    whole, drop_in, session = (
        run("sshd-config", *only) for only in ((), ("--only", "drop-in"), ("--only", "session"))
    )
    assert whole.code == drop_in.code == session.code == 0
    assert whole.out.startswith(drop_in.out)
    assert whole.out.endswith(session.out)
    assert "cut here" in whole.out
    assert session.out.startswith("#!/bin/sh\n")
    for line in (
        "MaxStartups 100:30:200",
        "Match Group students",
        "ForceCommand /usr/local/libexec/bp-tui-session",
        "PermitTTY yes",
        "DisableForwarding yes",
        "PermitUserRC no",
        "ClientAliveInterval 10",
        "ClientAliveCountMax 2",
    ):
        assert re.search(rf"^ *{re.escape(line)}$", drop_in.out, re.MULTILINE), line
    assert drop_in.out.index("MaxStartups") < drop_in.out.index("Match ")


def test_paths_are_those_of_this_installation(tmp_path: Path) -> None:
    odd = tmp_path / "it's a folder"
    odd.mkdir()
    session = parts("User ada", "/opt/x", str(odd)).session
    assert f"{sys.executable} -I -B -m tui.cli --restricted" in session
    assert f"--folder '{tmp_path}/it'\"'\"'s a folder' \"$@\"" in session
    assert parts("User ada", "/opt/x", None).drop_in.count("User ada") == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--group", "a b"), "can't be written"),
        (("--group", "a\nPermitTTY no"), "can't be written"),
        (("--user", "*"), "can't be written"),
        (("--session", "relative"), "no absolute path"),
        (("--session", "/with space"), "can't be written"),
        (("--folder", "/none/such"), "no folder"),
        (("--class", "/none/such"), "no folder"),
        (("--group", "a", "--user", "b"), "not allowed with"),
    ],
)
def test_words_that_would_say_something_else(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    done = call(capsys, "sshd-config", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_lessons_to_follow_and_none(tmp_path: Path) -> None:
    lessons = tmp_path / "a class"
    lessons.mkdir(mode=0o711)
    printed = parts("User ada", "/opt/x", None, lessons)
    assert f"set -- --class '{lessons}' --follow=" in printed.session
    assert not any("may not enter" in warning for warning in printed.warnings)
    assert "follow" not in parts("User ada", "/opt/x", None).session
    lessons.chmod(0o700)
    assert any("may not enter" in said for said in parts("User ada", "/opt/x", None, lessons).warnings)


def test_what_students_could_not_reach_is_said(tmp_path: Path) -> None:
    private = tmp_path / "private" / "shelf"
    private.mkdir(parents=True)
    private.parent.chmod(0o700)
    for parent in tmp_path.parents:
        if not parent.stat().st_mode & 0o001:
            private = parent
    warnings = parts("Group x", "/opt/x", str(tmp_path / "private" / "shelf")).warnings
    assert any("is private" in warning for warning in warnings)
    with pytest.raises(UsageError):
        parts("Group x", "/opt/x", str(tmp_path / "none"))


@pytest.mark.skipif(
    shutil.which("sshd", path="/usr/sbin") is None, reason="OpenSSH's server is not installed"
)
@pytest.mark.parametrize("passwords", [False, True])
def test_sshd_takes_the_drop_in(tmp_path: Path, passwords: bool) -> None:
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key)], check=True)
    (tmp_path / "drop_in").write_text(parts("User ada", "/opt/x", None, passwords=passwords).drop_in)
    (tmp_path / "config").write_text(
        f"HostKey {key}\nPasswordAuthentication no\nInclude {tmp_path}/drop_in\n"
    )
    # An sshd of root wants a folder that is there only where one has run; here, where nobody else sees it.
    private = [
        "unshare",
        "--mount",
        "sh",
        "-c",
        'mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"',
        "-",
    ]
    own_run = private if os.getuid() == 0 and not Path("/run/sshd").exists() else []
    done = subprocess.run(
        [
            *own_run,
            "/usr/sbin/sshd",
            "-T",
            "-f",
            str(tmp_path / "config"),
            "-C",
            "user=ada,host=h,addr=127.0.0.1",
        ],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    said = set(done.stdout.splitlines())
    assert {
        "forcecommand /opt/x", "maxstartups 100:30:200", "disableforwarding yes", "permituserrc no",
        "clientaliveinterval 10", "clientalivecountmax 2", "permittty yes", "maxsessions 4",
        "setenv LD_PRELOAD=", "acceptenv LANG", "acceptenv NO_COLOR", "unusedconnectiontimeout 30",
        f"passwordauthentication {'yes' if passwords else 'no'}",
    } <= said  # fmt: skip


@pytest.mark.parametrize(("version", "told"), [((9, 1), 0), ((9, 2), 1), ((9, 8), 2), ((10, 0), 2)])
def test_newer_servers_are_told_what_older_ones_do_not_know(
    monkeypatch: pytest.MonkeyPatch, version: tuple[int, int], told: int
) -> None:
    monkeypatch.setattr(sshd, "server_version", lambda: version)
    drop_in = parts("Group students", "/opt/x", None).drop_in
    lines = [line.strip() for line in drop_in.splitlines()]
    assert ("UnusedConnectionTimeout 30" in lines) is (told >= 1)
    assert ("PerSourcePenalties no" in lines) is (told == 2)
    if told == 2:  # of the whole server, not of a login
        assert drop_in.index("PerSourcePenalties") < drop_in.index("Match ")


SHELLS = {
    Path(found).resolve(): shell  # what is the same program is tried once
    for shell in ("sh", "dash", "bash", "busybox")
    if (found := shutil.which(shell))
}.values()


#: Of a shell script, until the script that has started it sleeps.
UNTIL_IT_WAITS = "until grep -q '^State:.S' /proc/$PPID/status; do :; done"


@pytest.mark.parametrize("shell", SHELLS)
def test_any_shell_runs_the_session(shell: str, tmp_path: Path) -> None:
    """With an interpreter in place of ours that shows what it was given, and then dies as it is told."""
    double = tmp_path / "python"
    stands_in = '#!/bin/sh\nprintf "<%s>" "$@"\n/usr/bin/env\nulimit -f\nkill -9 $$\n'
    double.write_text(stands_in)
    double.chmod(0o755)
    script = parts("User ada", "/opt/x", None, tmp_path).session.replace(sys.executable, str(double))
    (tmp_path / "session").write_text(script)
    interpreter = [shell, "sh"] if shell == "busybox" else [shell]
    setting = {"TERM": "xterm", "LANG": "a b", "COLORTERM": "truecolor", "EVIL": "1"}

    def asking(command: str, *words: str, **more: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*interpreter, str(tmp_path / "session"), *words],
            capture_output=True,
            text=True,
            env=setting | more | {"SSH_ORIGINAL_COMMAND": command},
        )

    done = asking("xor")
    assert done.returncode == 137
    said = "bp-tui: this session was ended from outside, or at a limit of the host."
    assert done.stderr == said + "\n"
    assert "<--restricted>" in done.stdout
    assert done.stdout.startswith("<-I><-B><-m><tui.cli>")
    assert "<--><xor>" in done.stdout
    variables = set(re.findall(r"^(\w+)=", done.stdout.partition("<xor>")[2], re.MULTILINE))
    assert variables <= {"TERM", "LANG", "COLORTERM", "PWD", "SHLVL", "_", "OLDPWD"}
    assert "LANG=C.UTF-8" in done.stdout
    assert "NO_COLOR=1\n" in asking("xor", NO_COLOR="yes").stdout
    assert "NO_COLOR" not in asking("xor", NO_COLOR="").stdout
    assert done.stdout.endswith(RESET)
    assert "\n0\n" in done.stdout
    assert "--ascii" not in done.stdout + asking("xor", LC_ALL="de_DE.utf8").stdout
    following = asking("follow Monday_1-a", LC_ALL="C").stdout
    assert f"<--ascii><--class><{tmp_path}><--follow=Monday_1-a>" in following
    longest = "x" * 250
    for name in ("übung 1", "v1.2", "A_b", "xor; id", "$(id)", "`id`", "it's", "*", 'a"b', longest):
        assert is_name(name)
        assert f"<--><{name}>" in asking(name).stdout
        assert f"<--follow={name}>" in asking(f"follow {name}").stdout
    for name in ("", " a", "a ", "../x", "a\\b", "-h", "--folder=x", ".x", "a\nb", "\x1b[m", longest + "x"):
        assert not is_name(name)
        command = f"follow {name}"
        refused = asking(command)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.count("\n") == 1
        assert not name or asking(name).returncode == 2
    for end, said in (
        ("-XCPU", "the computing time"),
        ("-HUP", ""),
        ("-TERM", ""),
        ("-SEGV", "from outside"),
    ):
        # Of what dies before it is waited for, bash has a word of its own to say.
        double.write_text(f"#!/bin/sh\n{UNTIL_IT_WAITS}\nkill {end} $$\n")
        assert said in asking("xor").stderr
        assert bool(asking("xor").stderr) is bool(said)
    double.write_text("#!/bin/sh\nexit 3\n")
    assert asking("xor").stderr == ""
    double.write_text(stands_in)
    # As a login shell, with sshd's configuration and without.
    assert "<--><xor>" in asking("xor", "-c", "/opt/x").stdout
    assert "<--><deep>" in asking("", "-c", "deep").stdout
    assert asking("", "-c", "/bin/sh -i").returncode == 2
    assert "<-->" not in asking("").stdout


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_what_tells_the_script_alone_to_end_is_handed_on(
    shell: str, ending: signal.Signals, tmp_path: Path
) -> None:
    """With an interpreter in place of ours that stays until it is told, and says so."""
    double = tmp_path / "python"
    told = f"trap 'echo told; exit 9' {ending.name[3:]}"
    stays = "for _ in $(seq 999); do sleep 0.05; done"
    double.write_text(f"#!/bin/sh\n{told}\n{UNTIL_IT_WAITS}\necho there\n{stays}\n")
    double.chmod(0o755)
    script = parts("User ada", "/opt/x", None).session.replace(sys.executable, str(double))
    (tmp_path / "session").write_text(script)
    interpreter = [shell, "sh"] if shell == "busybox" else [shell]
    with subprocess.Popen(
        [*interpreter, str(tmp_path / "session")], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    ) as session:
        assert session.stdout is not None
        assert session.stdout.readline() == "there\n"
        session.send_signal(ending)
        assert session.wait(PATIENCE) == 9
        assert session.stdout.read() == "told\n"
