"""What does the user see of a fault of ours? A sentence; the traceback is in a file that it names."""

from __future__ import annotations

import os
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.commands.running import call
from tui.commands import headless

if TYPE_CHECKING:
    import pytest


def broken(chosen: object) -> int:
    raise ZeroDivisionError("nobody thought of this")


def test_a_fault_is_a_sentence_and_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(headless, "list_command", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    done = call(capsys, "list")
    assert (done.code, done.out) == (1, "")
    assert done.err.count("\n") == 1
    assert "a fault of ours (ZeroDivisionError)" in done.err
    named = re.search(r"the report is in (\S+)\.$", done.err.strip())
    assert named
    report = Path(named[1])
    assert report.parent == tmp_path
    assert "Traceback" in report.read_text(encoding="utf-8")
    assert "nobody thought of this" in report.read_text(encoding="utf-8")


def test_a_fault_without_room_for_a_report(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(headless, "list_command", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    done = call(capsys, "list")
    assert done.code == 1
    assert "no report could be written" in done.err
    assert "Traceback" not in done.err


def test_reports_that_nobody_has_asked_for_are_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(headless, "list_command", broken)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    other, young, old = (
        tmp_path / f"{name}.txt" for name in ("bp-tui-mine", "bp-tui-fault-1", "bp-tui-fault-2")
    )
    for file in (other, young, old):
        file.touch()
        if file != young:
            os.utime(file, (0, 0))
    call(capsys, "list")
    left = set(tmp_path.iterdir())
    assert {other, young} < left
    assert old not in left
    assert len(left) == 3
