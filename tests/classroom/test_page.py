"""Do the commands of the README's page make a class of a host with nothing on it?

They are read from the README and run as they stand there: root's, the teacher's and the students'.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.classroom.host import PASSWORD, TEACHER, Host, why_not
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


def it_makes_both_accounts_and_warns_of_nothing(room: Class) -> None:
    assert sorted(room.passwords) == ["ada", "alan"]
    assert room.host.type("bp-tui sshd-config --class /srv/lessons").stderr == ""
    assert [who for who, _ in TYPED] == ["student", "student", "teacher", "student"]


def a_student_picks_a_scenario_and_leaves(room: Class) -> None:
    with room.student(LIST) as line:
        line.shows("which scenario?")
        line.send(b"\r")
        line.shows("step 1 of ")
        leaves(line)


def a_student_opens_a_lesson_by_its_name(room: Class) -> None:
    with room.student(LESSON) as line:
        assert "δ" in line.shows("step 1 of ")
        line.send(b"\x1a")  # ctrl+z
        line.send(b"n")
        line.shows("step 2 of ")
        leaves(line)


def ascii_for_a_terminal_without_the_signs(room: Class) -> None:
    setting, *words = shlex.split(ASCII)
    with room.student([*words, LESSON[-1]], language=setting.removeprefix("LC_ALL=")) as line:
        assert line.shows("step 1 of ").partition("password:")[2].isascii()
        leaves(line)


def there_is_nothing_else(room: Class) -> None:
    for asked in ("/bin/sh -i", "follow ../x", "follow $(id)"):
        assert "bp-tui: only the name of a scenario, or follow and" in room.refuses(asked)
    assert "there is no scenario of this name" in room.refuses("sh")
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


def a_file_of_the_teachers_own_is_not_shown_to_students(room: Class) -> None:
    own = "/home/grace/secret.toml"
    text = (ROOT / "scenarios" / "mazur.toml").read_text("utf-8")
    changed = text.replace("learning_rate = 0.5", "learning_rate = 0.25")
    assert changed != text
    assert room.host.type(f"cat > {own} <<'END'\n{changed}\nEND").returncode == 0
    with room.teacher(LEAD) as leader:
        leader.shows("step 1 of ")
        with room.student(FOLLOW) as follower:
            follower.shows("following algebra")
            leader.send(b"o")
            leader.shows("which scenario?")
            leader.send(b"/")
            leader.watch(0.2)
            leader.send(own.encode() + b"\r")
            leader.until(lambda text: "which scenario?" not in text and "step 1 of " in text)
            follower.shows("algebra is on another scenario")
            refused = room.refuses("follow", "algebra")
            assert "shows a file that is not at hand; wait until it is another" in refused
            leaves(follower)
        leaves(leader)


def test_from_a_host_with_nothing_on_it_to_a_class(tmp_path: Path, subtests: pytest.Subtests) -> None:
    before = [file.stat().st_mtime_ns for file in THIS_MACHINE if file.exists()]
    with Host(tmp_path) as host:
        done = host.type(BLOCK)
        if done.returncode and re.search("No matching distribution|Unable to fetch", done.stderr):
            pytest.skip("the packages that it needs can't be had here")
        assert done.returncode == 0, done
        room = Class(host, dict(re.findall(r"^(ada|alan):(\w{8})$", done.stderr, re.MULTILINE)))
        for check in (
            it_makes_both_accounts_and_warns_of_nothing,
            a_student_picks_a_scenario_and_leaves,
            a_student_opens_a_lesson_by_its_name,
            ascii_for_a_terminal_without_the_signs,
            there_is_nothing_else,
            the_home_and_the_directory_of_the_lessons_are_not_the_students,
            students_follow_the_teacher,
            a_file_of_the_teachers_own_is_not_shown_to_students,
        ):
            with subtests.test(check.__name__):
                check(room)
    assert [file.stat().st_mtime_ns for file in THIS_MACHINE if file.exists()] == before
