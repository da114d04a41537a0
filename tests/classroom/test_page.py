"""Do the commands of the README's page make a class of a host with nothing on it?

They are read from the README and run as they stand there: root's, the teacher's and the students'.
"""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.classroom.host import JOURNAL, PASSWORD, TEACHER, Host, made_image, why_not
from tests.given.some_of import EVERY_CASE
from tests.terminal.line import ROOT

if TYPE_CHECKING:
    from tests.terminal.line import Line

WHY_NOT = why_not()
pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT or "there is a host")

SECTION = (ROOT / "README.md").read_text("utf-8").split("\n## In a classroom\n")[1].split("\n## ")[0]
(BLOCK,) = re.findall(r"```sh\n(.*?)```", SECTION, re.DOTALL)
TYPED = re.findall(r"^\| (student|teacher) \| `([^`]+)`", SECTION, re.MULTILINE)
LIST, LESSON, LEAD, FOLLOW = (shlex.split(words) for _, words in TYPED)
(ASCII,) = re.findall(r"`(LC_ALL=C ssh [^`]+)`", SECTION)

THIS_MACHINE = [
    Path(name)
    for name in (
        "/etc/passwd", "/etc/shadow", "/etc/group", "/etc/ssh", "/etc/ssh/sshd_config",
        "/etc/ssh/sshd_config.d", "/opt", "/srv", "/usr/local", "/usr/local/bin",
    )
]  # fmt: skip


class Class(NamedTuple):
    """A host on which the page's commands have been typed, and the passwords that they printed."""

    host: Host
    passwords: dict[str, str]

    def student(self, words: list[str], name: str = "ada", language: str | None = None) -> Line:
        """Log in as the page says, or as another student."""
        renamed = [word.replace("ada@", f"{name}@") for word in words]
        return self.host.ssh(renamed, self.passwords[name], language)

    def teacher(self, words: list[str]) -> Line:
        """Log in as who owns the directory of the lessons, and type."""
        return self.host.ssh(["ssh", "-t", f"{TEACHER}@HOST", *words], PASSWORD)

    def refuses(self, *asked: str) -> str:
        """Log in with something else to run; return what is said to it."""
        with self.student([*LIST, *asked]) as line:
            assert line.gone() == 2, line.output()
            line.is_as_it_was()
            assert b"\x1b" not in line.output()
            return " ".join(line.terminal.text().partition("password:")[2].split())


def leaves(*lines: Line) -> None:
    for line in lines:
        line.send(b"q")
        assert line.gone() == 0, line.output()
        line.is_as_it_was()


def what_is_there(host: Host) -> str:
    """Return what a class leaves traces in."""
    return host.type(
        "cd /; cat etc/passwd etc/group; "
        "find etc/ssh etc/security srv usr/local/[ls]* var/lib/bp-tui* ! -name libexec "
        "'(' -type f -printf '%p %m %s\\n' -o -printf '%p %m\\n' ')' | sort"
    ).stdout


def nothing_that_fails_leaves_anybody_a_shell(host: Host) -> None:
    """Before the class: whatever stands in the way is said, and there is no account."""
    before = what_is_there(host)
    for command, said in (
        ("bp-tui class setup --folder /srv/mispelt ada", "there is no folder '/srv/mispelt'"),
        ("bp-tui class setup root", "there is an account 'root' already"),
        ("bp-tui class setup 'ada;id'", "can't be the name of an account"),
        ("bp-tui class setup --teacher nobody-here ada", "no account 'nobody-here'"),
        ("runuser -u grace -- bp-tui class setup ada", "only root"),
        ("bp-tui class setup --group root ada", "in the group root are others than students (root"),
        ("bp-tui class setup --group sudo ada", "choose another with --group."),
        ("bp-tui class setup --seats 0 ada", "a class has 1 to 200 seats, not 0"),
        ("bp-tui class setup --dry-run ada; exit 2", ""),
        ("bp-tui class remove ada", "takes no names"),
    ):
        done = host.type(command)
        assert done.returncode == 2, done
        assert said in done.stderr
        assert what_is_there(host) == before
    for spoil, mend, said in (
        ("echo Nonsense >> sshd_config", "sed -i /Nonsense/d sshd_config", "/usr/sbin/sshd says: "),
        (
            "sed -i 's/^Include/#Include/' sshd_config",
            "sed -i 's/^#Include/Include/' sshd_config",
            "does /etc/ssh/sshd_config include its folder?",
        ),
        (
            "echo AllowGroups sudo > sshd_config.d/60-allowed.conf",
            "rm sshd_config.d/60-allowed.conf",
            "sshd would not let ada in: its configuration says 'allowgroups sudo'",
        ),
        (
            "mv /usr/local/sbin/systemctl /tmp",
            "mv /tmp/systemctl /usr/local/sbin",
            "could not have sshd read it",
        ),
    ):
        done = host.type(f"cd /etc/ssh; {spoil}; bp-tui class setup ada && exit; {mend}; exit 2")
        assert done.returncode == 2, done
        assert said in done.stderr
        assert "password of" not in done.stdout
        assert "ada:" not in host.type("cat /etc/passwd").stdout
        assert host.type("bp-tui class remove").returncode == 0
        assert what_is_there(host) == before


def it_makes_both_accounts(room: Class) -> None:
    assert sorted(room.passwords) == ["ada", "alan"]
    before = what_is_there(room.host)
    again = room.host.type("bp-tui class setup alan")
    assert again.returncode == 0, again
    assert "password of" not in again.stdout
    second = room.host.type("bp-tui class setup --group second bob")
    assert second.returncode == 2, second
    assert "go on with `--group students`, or take it away first" in second.stderr
    assert what_is_there(room.host) == before
    app = "/usr/local/libexec/bp-tui-session"
    room.host.type(f"useradd --gid students --shell {app} --no-create-home --home-dir / emmy")
    killed = room.host.type("bp-tui class setup emmy")  # the one before was, once it had made the account
    assert re.search(r"The password of emmy: \w{10}$", killed.stdout, re.MULTILINE), killed
    assert [who for who, _ in TYPED] == ["student", "student", "teacher", "student"]


def a_student_picks_a_scenario(line: Line) -> None:
    line.shows("which scenario?")
    line.send(b"\r")
    line.shows("step 1 of ")


def a_student_opens_a_lesson_by_its_name(line: Line) -> None:
    assert "δ" in line.shows("step 1 of ")
    line.send(b"\x1a")  # ctrl+z
    line.send(b"n")
    line.shows("step 2 of ")
    assert min(colours(line)) < 232


def colours(line: Line) -> set[int]:
    """Which of the 256 colours were used? Greys, 232 and above, are none."""
    return {int(colour) for colour in re.findall(rb"[34]8;5;(\d+)", line.output())}


def ascii_for_a_terminal_without_the_signs(line: Line) -> None:
    assert line.shows("step 1 of ").partition("password:")[2].isascii()


def who_wants_no_colours_gets_none(line: Line) -> None:
    line.shows("step 1 of ")
    line.settle(0.2, 0.5)
    assert min(colours(line)) >= 232


def there_is_nothing_else(room: Class) -> None:
    # More of them are asked of the session script, and over a connection that is there.
    for asked in ("/bin/sh -i", "follow ../x", ".x") if EVERY_CASE else ("/bin/sh -i",):
        assert "bp-tui: only the name of a scenario, or follow and" in room.refuses(asked)
    for asked in ("$(id)", "sh", "sh;id") if EVERY_CASE else ("$(id)",):
        assert "there is no scenario of this name" in room.refuses(asked)
    assert "nobody leads '$(id)'" in room.refuses("follow $(id)")
    with room.student(
        [LIST[0], "-N", "-o", "ExitOnForwardFailure=yes", "-R", "0:127.0.0.1:9", LIST[-1]]
    ) as line:
        assert line.gone() == 255, line.output()


def the_home_and_the_directory_of_the_lessons_are_not_the_students(room: Class) -> None:
    for name in ("ada", "alan"):
        for place in (f"~{name}", "/srv/lessons", "/usr/local/libexec", "/opt/bp-tui"):
            tried = room.host.type(f"runuser -u {name} -- sh -c 'touch {place}/mine'")
            assert "denied" in tried.stderr
    assert room.host.type("ls -a /srv/lessons").stdout.split() == [".", ".."]


def students_follow_the_teacher(room: Class) -> None:
    assert "nobody leads 'algebra'" in room.refuses("follow", "algebra")
    with room.teacher(LEAD) as leader:
        leader.shows("step 1 of ")
        with room.student(FOLLOW) as ada, room.student(FOLLOW, "alan") as alan:
            for follower in (ada, alan):
                follower.until(lambda text: "step 1 of " in text and "following algebra" in text)
            leader.until(lambda text: "2 here" in text)
            leader.send(b"nn")
            for follower in (ada, alan):
                follower.shows("step 3 of ")
            alan.send(b"p")
            alan.until(lambda text: "step 2 of " in text and "on your own" in text)
            leader.send(b"n")
            ada.shows("step 4 of ")
            assert "step 2 of " in alan.terminal.text()
            alan.send(b"w")
            alan.shows("step 4 of ")
            leaves(alan)
            leader.until(lambda text: "1 here" in text)
            leaves(leader)
            ada.shows("the leader is gone")
            leaves(ada)


def one_account_has_four_sessions_at_most(room: Class) -> None:
    """One of each kind that the page tells of, and then one more."""
    setting, *words = shlex.split(ASCII)
    uncoloured = [LESSON[0], "-o", "SetEnv=NO_COLOR=1", *LESSON[1:]]
    with (
        room.student(LIST) as listed,
        room.student(LESSON) as lesson,
        room.student([*words, LESSON[-1]], language=setting.removeprefix("LC_ALL=")) as in_ascii,
        room.student(uncoloured) as grey,
    ):
        a_student_picks_a_scenario(listed)
        a_student_opens_a_lesson_by_its_name(lesson)
        ascii_for_a_terminal_without_the_signs(in_ascii)
        who_wants_no_colours_gets_none(grey)
        with room.student(LESSON) as line:
            # Said by PAM, where it counts the logins of a host without a service manager.
            said = {
                254: b"There were too many logins for 'ada'",
                2: b"all 4 sessions that ada may have are taken",
            }
            assert said[line.gone()] in line.output()
        leaves(listed, lesson, in_ascii, grey)


def a_class_has_as_many_sessions_as_seats(room: Class) -> None:
    """A seat is free again when its session has ended, and however it has."""
    room.host.keep_journal()
    assert room.host.type("bp-tui class setup --seats 2").returncode == 0
    full = "bp-tui: all 2 seats of the class are taken; try again when one is free."
    with room.student(LESSON) as ada, room.student(LESSON, "alan") as alan:
        ada.shows("step 1 of ")
        alan.shows("step 1 of ")
        assert full in room.refuses(LESSON[-1])
        room.host.type("pkill -KILL -u alan -f 'tui[.]cli'")
        assert alan.gone() == 137
        alan.is_as_it_was(said="bp-tui: this session was ended from outside, or at a limit of the host.")
        with room.student(LESSON, "alan") as again:
            again.shows("step 1 of ")
            leaves(again)
        leaves(ada)
    as_before = room.host.type("bp-tui class setup")
    assert as_before.returncode == 0
    assert as_before.stdout.startswith("As before: --seats 2. ")
    assert room.host.type("bp-tui class setup --seats 200").returncode == 0


def the_journal_tells_the_administrator_of_ends_and_of_faults(room: Class) -> None:
    """By the host's own logger, and from a session that can write no file; alan's was killed before."""
    broken = "$(echo /opt/bp-tui/lib/python3*/site-packages/tui/screens/stepping.py)"
    fault = "\ndef fall(self, view): raise ZeroDivisionError('unsaid')\nSteppingScreen.action_view = fall\n"
    assert room.host.type(f"cp {broken} /root/whole; cat >> {broken} <<'END'{fault}END").returncode == 0
    with room.student(LESSON) as ada:
        ada.shows("step 1 of ")
        ada.send(b"2")
        assert ada.gone() == 1
        ada.is_as_it_was(said="the administrator finds the report with `journalctl -t bp-tui`.")
        assert b"unsaid" not in ada.output()
    assert room.host.type(f"cp /root/whole {broken}").returncode == 0
    told = room.host.type(f"cat {JOURNAL}").stdout
    end = "bp-tui: alan: this session was ended from outside, or at a limit of the host (exit code 137)"
    assert re.search(rf"<12>.*{re.escape(end)}", told), told
    assert re.search(r"<11>.*bp-tui\[\d+\]: Traceback", told), told
    assert re.search(r"<11>.*bp-tui\[\d+\]: ZeroDivisionError: unsaid", told), told


def without_the_drop_in_a_login_is_no_shell(room: Class) -> None:
    lost = "{ echo Match User ada,alan; echo PasswordAuthentication yes; } > 60-lost.conf"
    reload = "systemctl reload-or-restart ssh"
    kept = room.host.type(f"cd /etc/ssh/sshd_config.d; mv bp-tui.conf /root; {lost}; {reload}")
    assert kept.returncode == 0, kept
    with room.student(LIST) as line:
        line.shows("which scenario?")
        line.send(b"q")
        assert line.gone() == 0
    assert "bp-tui: only the name of a scenario" in room.refuses("/bin/sh", "-i")
    back = f"cd /etc/ssh/sshd_config.d; rm 60-lost.conf; mv /root/bp-tui.conf .; {reload}"
    assert room.host.type(back).returncode == 0


def removing_it_ends_the_sessions_and_leaves_nothing(room: Class) -> None:
    with room.student(LESSON) as line:
        line.shows("step 1 of ")
        # As a leader leaves it that was killed.
        dead = "import socket; socket.socket(socket.AF_UNIX).bind('/srv/lessons/algebra.socket')"
        room.host.type(f'/opt/bp-tui/bin/python -c "{dead}"')
        done = room.host.type("bp-tui class remove")
        assert done.returncode == 0, done
        assert line.gone() == 255
    there = what_is_there(room.host)
    assert not re.search("students|ada|alan|bp-tui|lessons", there), there


def a_lesson_may_be_called_as_a_scenario_may_and_a_file_of_the_teachers_own_is_not_shown(room: Class) -> None:
    name = "Übung 1.b"
    own = "/home/grace/secret.toml"
    text = (ROOT / "scenarios" / "mazur.toml").read_text("utf-8")
    changed = text.replace("iterations = ", "iterations = 1")
    assert changed != text
    assert room.host.type(f"cat > {own} <<'END'\n{changed}\nEND").returncode == 0
    with room.teacher(
        ["LANG=C.UTF-8", *[shlex.quote(name) if word == "algebra" else word for word in LEAD]]
    ) as leader:
        leader.shows("step 1 of ")
        with room.student([*FOLLOW[:-1], name]) as follower:
            follower.shows(f"following {name}")
            leader.send(b"o")
            leader.shows("which scenario?")
            leader.send(b"/")
            leader.watch(0.2)
            leader.send(own.encode() + b"\r")
            leader.until(lambda text: "which scenario?" not in text and "step 1 of " in text)
            follower.shows(f"{name} is on another run")
            refused = room.refuses("follow", name)
            wait = "shows a file that is not at hand; wait until it is another"
            assert wait.replace(" ", "") in refused.replace(" ", "")  # a terminal breaks it anywhere
            leaves(follower)
        leaves(leader)


def test_from_a_host_with_nothing_on_it_to_a_class(tmp_path: Path, subtests: pytest.Subtests) -> None:
    before = [file.stat().st_mtime_ns for file in THIS_MACHINE if file.exists()]
    with Host(tmp_path) as host:
        to_a_class(host, subtests)
    assert [file.stat().st_mtime_ns for file in THIS_MACHINE if file.exists()] == before


@pytest.mark.parametrize("release", ["bookworm", "trixie"])
def test_from_a_fresh_debian_to_a_class(release: str, tmp_path: Path, subtests: pytest.Subtests) -> None:
    image = tmp_path / "image"
    try:
        if why := made_image(release, image):
            pytest.skip(why)
        (tmp_path / "host").mkdir()
        with Host(tmp_path / "host", image) as host:
            to_a_class(host, subtests)
    finally:
        shutil.rmtree(image, ignore_errors=True)


def to_a_class(host: Host, subtests: pytest.Subtests) -> None:
    """Type the page's commands one after the other, and look at everything that it says."""
    *before_it, setting_up = BLOCK.strip().split(" &&\n")
    done = host.type(" &&\n".join(before_it))
    if done.returncode == 0:
        with subtests.test(nothing_that_fails_leaves_anybody_a_shell.__name__):
            nothing_that_fails_leaves_anybody_a_shell(host)
        done = host.type(setting_up)
    if done.returncode and re.search("No matching distribution|Unable to fetch", done.stderr):
        pytest.skip("the packages that it needs can't be had here")
    assert done.returncode == 0, done
    host.compile()
    room = Class(host, dict(re.findall(r"The password of (ada|alan): (\w{10})$", done.stdout, re.MULTILINE)))
    for check in (
        it_makes_both_accounts,
        one_account_has_four_sessions_at_most,
        there_is_nothing_else,
        the_home_and_the_directory_of_the_lessons_are_not_the_students,
        students_follow_the_teacher,
        a_lesson_may_be_called_as_a_scenario_may_and_a_file_of_the_teachers_own_is_not_shown,
        a_class_has_as_many_sessions_as_seats,
        the_journal_tells_the_administrator_of_ends_and_of_faults,
        without_the_drop_in_a_login_is_no_shell,
        removing_it_ends_the_sessions_and_leaves_nothing,
    ):
        with subtests.test(check.__name__):
            check(room)
