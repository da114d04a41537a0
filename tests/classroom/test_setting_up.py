"""Does a set-up refuse what would open a host or lock somebody out of it, before anything is changed?

Files, accounts and groups are stand-ins here; `test_page.py` follows the page on a host.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.commands.running import Outcome, call
from tui.classroom import as_set_up, setting_up, sshd

if TYPE_CHECKING:
    from pathlib import Path


class Etc(NamedTuple):
    """Where the files of a class stand, and how the command is typed."""

    drop_in: Path
    session: Path
    capsys: pytest.CaptureFixture[str]

    def stands(self, group: str = "students") -> None:
        """Have what a set-up writes."""
        texts = sshd.parts(f"Group {group}", str(self.session), None)
        self.drop_in.write_text(texts.drop_in)
        self.session.write_text(texts.session)

    def types(self, *words: str) -> Outcome:
        """Have the steps told, and none done."""
        return call(self.capsys, "class", *words, "--dry-run")


@pytest.fixture
def etc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Etc:
    there = Etc(tmp_path / "bp-tui.conf", tmp_path / "bp-tui-session", capsys)
    for module in (as_set_up, setting_up, sshd):
        for name, place in (("DROP_IN_PLACE", there.drop_in), ("SESSION_PLACE", there.session)):
            if hasattr(module, name):
                monkeypatch.setattr(module, name, str(place))
    monkeypatch.setattr(setting_up, "_only_root", lambda: None)
    monkeypatch.setattr(setting_up, "server", lambda: "/usr/sbin/sshd")
    monkeypatch.setattr(sshd, "_obstacles", lambda *_: [])
    monkeypatch.setenv("SUDO_USER", "root")
    return there


def test_a_host_is_one_class(etc: Etc) -> None:
    assert "make the group second" in etc.types("setup", "--group", "second", "student-1").out
    etc.stands("first")
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


@pytest.mark.parametrize("match", ["User ada", "Group one\nMatch Group two"])
def test_a_drop_in_that_no_set_up_has_written_is_kept(etc: Etc, match: str) -> None:
    etc.drop_in.write_text(f"Match {match}\n    ForceCommand /bin/true\n")
    refused = etc.types("setup", "student-1")
    assert refused.code == 2
    assert f"is for {match.replace(chr(10) + 'Match', ' and')}, and no class setup has written" in refused.err
    etc.drop_in.write_text("")  # left by a printing that failed
    assert etc.types("setup", "student-1").code == 0
