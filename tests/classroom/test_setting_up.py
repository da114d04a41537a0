"""Does a set-up refuse what would open a host or lock somebody out of it, before anything is changed?

Files, accounts and groups are stand-ins here; `test_page.py` follows the page on a host.
"""

from __future__ import annotations

import grp
import pwd
import re
import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.commands.running import Outcome, call
from tui.classroom import as_set_up, setting_up, sshd, whose
from tui.classroom.as_set_up import Class, Options, class_of
from tui.usage import UsageError

pytestmark = pytest.mark.usefixtures("host")


class Etc(NamedTuple):
    """Where the files of a class stand, and how the command is typed."""

    drop_in: Path
    session: Path
    capsys: pytest.CaptureFixture[str]

    def stands(self, **options: Any) -> None:
        """Have what a set-up with these options writes."""
        room, _ = class_of(Options(**options))
        (script,) = [step for step in setting_up.setup(room, []) if "session script" in step.told]
        script.todo()
        self.drop_in.write_text(sshd.parts(f"Group {room.group}", str(self.session), None).drop_in)

    def types(self, *words: str) -> Outcome:
        """Have the steps told, and none done."""
        return call(self.capsys, "class", *words, "--dry-run")


class Accounts:
    """The accounts and groups of the host, root's alone to begin with."""

    def __init__(self, session: Path) -> None:
        self.app = str(session)
        self._accounts: dict[str, pwd.struct_passwd] = {}
        self._groups: dict[str, grp.struct_group] = {}
        self.group("root", 0)
        self.account("root", 0, "/bin/bash", uid=0)

    def group(self, name: str, number: int, *members: str) -> None:
        self._groups[name] = grp.struct_group((name, "x", number, list(members)))

    def account(self, name: str, group: int, shell: str, uid: int = 1001) -> None:
        self._accounts[name] = pwd.struct_passwd((name, "x", uid, group, "", "/", shell))

    def patch(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(pwd, "getpwnam", self._accounts.__getitem__)
        monkeypatch.setattr(pwd, "getpwall", lambda: list(self._accounts.values()))
        monkeypatch.setattr(grp, "getgrnam", self._groups.__getitem__)
        monkeypatch.setattr(
            grp, "getgrgid", lambda number: {each.gr_gid: each for each in self._groups.values()}[number]
        )


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Etc:
    there = Etc(tmp_path / "bp-tui.conf", tmp_path / "bp-tui-session", capsys)
    for module in (as_set_up, setting_up, sshd, whose):
        for name, place in (("DROP_IN_PLACE", there.drop_in), ("SESSION_PLACE", there.session)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, str(place))
    monkeypatch.setattr(setting_up, "_only_root", lambda: None)
    monkeypatch.setattr(setting_up, "server", lambda: "/usr/sbin/sshd")
    monkeypatch.setattr(sshd, "_obstacles", lambda *_: [])
    monkeypatch.setenv("SUDO_USER", "root")
    return there


@pytest.fixture
def host(etc: Etc, monkeypatch: pytest.MonkeyPatch) -> Accounts:
    there = Accounts(etc.session)
    there.patch(monkeypatch)
    return there


def test_a_host_is_one_class(etc: Etc) -> None:
    assert "make the group second" in etc.types("setup", "--group", "second", "student-1").out
    etc.stands(group="first")
    for what in (("setup", "student-1"), ("remove",)):
        refused = etc.types(*what, "--group", "second")
        assert refused.code == 2
        assert refused.out == ""
        assert refused.err == (
            "bp-tui: this host is a class already, of the group first; go on with `--group first`, "
            "or take it away first with `bp-tui class remove`.\n"
        )
        for group in ((), ("--group", "first")):
            done = etc.types(*what, *group)
            assert done.code == 0, done
            assert "the group first" in done.out


def test_options_stay_until_they_are_given_again(
    etc: Etc, host: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = etc.types("setup", "ada")
    assert "As before" not in plain.out
    own = tmp_path / "it's\nid  # \N{GREEK SMALL LETTER DELTA}"
    own.mkdir()
    host.account("grace", 1000, "/bin/bash")
    monkeypatch.chdir(tmp_path)
    given = {"group": "first", "folder": own.name, "lessons": "lessons", "teacher": "grace", "seats": 3}
    etc.stands(**given)
    assert subprocess.run(["sh", "-n", str(etc.session)], check=False).returncode == 0
    monkeypatch.chdir("/")
    room, stay = class_of(Options())
    assert room == Class("first", str(own), tmp_path / "lessons", "grace", 3)
    assert stay == [
        "--group", "first", "--folder", str(own), "--lessons", str(tmp_path / "lessons"),
        "--teacher", "grace", "--seats", "3",
    ]  # fmt: skip
    again = etc.types("setup", "alan")
    assert again.out.startswith("As before: --group first --folder ")
    assert "have 3 seats" in again.out
    changed = etc.types("setup", "--folder", "", "--seats", "4", "--teacher", "root", "alan")
    assert changed.out.startswith(f"As before: --group first --lessons {tmp_path}/lessons. Whichever")
    etc.stands(folder="", seats=4)
    assert class_of(Options())[0] == Class("first", "", tmp_path / "lessons", "grace", 4)
    etc.drop_in.unlink()
    done = etc.types("remove")
    assert f"remove {tmp_path}/lessons" in done.out
    assert "remove the group first" in done.out
    for spoilt in ("", "[]", '{"group": 1, "seats": "x"}'):
        etc.session.write_text(f"#!/bin/sh\n# Set up with: {spoilt}\n")
        assert etc.types("setup", "ada").out == plain.out


@pytest.mark.parametrize("match", ["User ada", "Group one\nMatch Group two"])
def test_a_drop_in_that_no_set_up_has_written_is_kept(etc: Etc, match: str) -> None:
    etc.drop_in.write_text(f"Match {match}\n    ForceCommand /bin/true\n")
    refused = etc.types("setup", "student-1")
    assert refused.code == 2
    assert f"is for {match.replace(chr(10) + 'Match', ' and')}, and no class setup has written" in refused.err
    etc.drop_in.write_text("Match Group first\n")  # and no script any more
    assert "the group first" in etc.types("remove").out
    etc.drop_in.write_text("")  # left by a printing that failed
    assert etc.types("setup", "student-1").code == 0


def test_a_group_of_others_is_not_taken(etc: Etc, host: Accounts) -> None:
    host.group("adm", 4)
    host.group("wheel", 1000, "root")
    host.group("staff", 1001)
    for number, name in enumerate(("tom", "tim", "ted", "tod")):
        host.account(name, 1001, "/bin/bash", 1001 + number)
    for group, said in (
        ("root", "in the group root are others than students (root), who would get the app and nothing else"),
        ("wheel", "(root)"),
        ("staff", "(tom, tim, ted and 1 more)"),
        ("adm", "the group adm (4) is the system's; whoever is in it"),
    ):
        for names in (("eve",), ("tom",) if group == "staff" else ()):
            refused = etc.types("setup", "--group", group, *names)
            assert refused.code == 2
            assert refused.out == ""
            assert said in refused.err
            assert refused.err.endswith("choose another with --group.\n")


def test_a_group_of_a_class_is_taken_again(etc: Etc, host: Accounts) -> None:
    host.group("students", 1000)
    assert etc.types("setup", "eve").code == 0  # empty: made by a set-up that was stopped
    host.account("ada", 1000, host.app)
    assert etc.types("setup", "eve").code == 0
    etc.stands()
    host.group("students", 60)
    host.account("ada", 60, "/bin/bash")  # whoever has changed that
    assert etc.types("setup", "ada").code == 0
    refused = etc.types("setup", "eve")
    assert "(ada), who would get the app and nothing else; take them out of it." in refused.err


def test_the_first_group_of_users_is_the_hosts(
    etc: Etc, host: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whose, "LOGIN_DEFS", str(tmp_path / "login.defs"))
    host.group("students", 700)
    assert etc.types("setup", "eve").code == 2
    (tmp_path / "login.defs").write_text("#GID_MIN 900\nSYS_GID_MIN 100\nGID_MIN\t\t 500\n")
    assert etc.types("setup", "eve").code == 0


class System:
    """The commands of the host that make an account, and what it has as its password."""

    def __init__(self, host: Accounts) -> None:
        self.stored = "!"
        self.said_by_sshd = [
            f"forcecommand {host.app}", "disableforwarding yes", "permituserrc no",
            "passwordauthentication yes",
        ]  # fmt: skip
        self.ran: list[str] = []
        self._host = host

    def run(self, *words: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        self.ran.append(words[0])
        code, out, err = 0, "", ""
        match words:
            case ("useradd", *_):
                self._host.account(words[-1], 1000, self._host.app)
            case ("chpasswd", *_):
                self.stored = typed.strip().replace(":", "$y$")
            case ("getent", "shadow", name):
                out = f"{name}:{self.stored}:20000:0:99999:7:::\n"
            case (_, "-T", "-C", _):
                out = "".join(f"{line}\n" for line in self.said_by_sshd)
            case ("runuser", *_):
                code, err = 2, "bp-tui: this needs a terminal"
        return subprocess.CompletedProcess(words, code, out, err)

    def makes(self, name: str) -> str:
        """Have a set-up make an account; return what it says of it."""
        room = Class("students", "", Path("/srv/lessons"), "root", 3)
        (said,) = setting_up.carry_out(setting_up.setup(room, [name])[-1:])
        return said


@pytest.fixture
def system(host: Accounts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> System:
    host.group("students", 1000)
    there = System(host)
    monkeypatch.setattr(setting_up, "ran", there.run)
    monkeypatch.setattr(setting_up, "make_own_seats", lambda _: None)
    monkeypatch.setattr(setting_up, "SYSTEMD", tmp_path / "none")
    return there


@pytest.mark.parametrize("stored", ["!", "!!", "*", ""])
def test_whoever_has_no_password_gets_one(system: System, host: Accounts, stored: str) -> None:
    host.account("eve", 1000, host.app)  # by a set-up that was killed
    system.stored = stored
    told = re.search(r"The password of eve: (\w{10})$", system.makes("eve"))
    assert told
    assert system.stored == f"eve$y${told[1]}"
    assert "It has its password; `passwd eve` gives it another." in system.makes("eve")


@pytest.mark.parametrize(
    ("said", "line"),
    [
        (["allowgroups sudo", "allowgroups adm"], "allowgroups sudo adm"),
        (["allowusers grace@10.0.0.1", "allowusers e?e?"], "allowusers grace@10.0.0.1 e?e?"),
        (["allowgroups *", "denygroups stud*"], "denygroups stud*"),
        (["denyusers e.e", "denyusers e*"], "denyusers e*"),
        (["allowgroups sudo", "allowgroups students", "allowusers e?e@10.0.0.*"], ""),
        (["denyusers eve@10.0.0.1", "denyusers ev", "denygroups adm"], ""),
    ],
)
def test_whom_sshd_lets_not_in_has_no_account(system: System, said: list[str], line: str) -> None:
    system.said_by_sshd += said
    if line:
        with pytest.raises(UsageError, match="sshd would not let eve in") as told:
            system.makes("eve")
        assert repr(line) in str(told.value)
        assert system.stored == "!"
        assert system.ran[-1] == "userdel"
    else:
        assert "The password of eve: " in system.makes("eve")


def test_the_script_goes_last_and_whose_shell_it_was_is_said(etc: Etc, host: Accounts) -> None:
    etc.stands()
    host.group("students", 1000)
    host.account("ada", 1001, host.app)
    *_, last = setting_up.remove(class_of(Options())[0])
    (said,) = setting_up.carry_out([last])
    assert said.endswith("-session. It was the shell of ada too: they stay, and can't log in.")
    assert not etc.session.exists()


def test_whom_an_administrator_has_locked_stays_so(system: System, host: Accounts) -> None:
    host.account("eve", 1000, host.app)
    system.stored = "!$y$hash"
    assert "It is locked; `usermod --unlock --expiredate '' eve` lets it in again." in system.makes("eve")
    assert system.stored == "!$y$hash"


def test_a_new_account_has_a_password_last(system: System) -> None:
    assert re.search(r"The password of eve: \w{10}$", system.makes("eve"))
    assert [name for name in system.ran if name in ("useradd", "runuser", "chpasswd", "userdel")] == [
        "useradd", "runuser", "chpasswd",
    ]  # fmt: skip
