"""Which session is the latest, and is one opened only on the scenario that it is of?"""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import Shelf, find, shipped_shelf
from engine.read.complaints import ScenarioError
from engine.run.tracing import trace
from tests.sessions.walks import screen_on
from tui.sessions.opening import started_in
from tui.sessions.places import new_file
from tui.sessions.reading import text_of
from tui.sessions.taking import filed_as, session_on
from tui.usage import UsageError

if TYPE_CHECKING:
    from tui.sessions.document import Filed

MAZUR = load(find("mazur"))


@pytest.fixture
def sessions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "bp-tui" / "sessions"
    folder.mkdir(parents=True)
    return folder


def write(file: Path, filed: Filed, second: int = 0) -> Path:
    file.write_text(text_of(session_on(screen_on(trace(MAZUR)), filed)), encoding="utf-8")  # type: ignore[arg-type]
    os.utime(file, (second, second))
    return file


def of(name: str | None = None, file: Path | None = None) -> Filed:
    return filed_as(MAZUR, name=name, file=None if file is None else str(file))


def started(session: str = "", scenario: str | None = None) -> tuple[Path, Path]:
    """The scenario that is opened, and the session that is gone on in."""
    opened, start = started_in(session, shipped_shelf(), scenario, None, None)
    return opened.file, start.file


def refused(session: str = "", scenario: str | None = None) -> str:
    with pytest.raises((ScenarioError, UsageError)) as error:
        started(session, scenario)
    return " ".join(str(error.value).split())


def test_the_latest_of_all_and_of_a_scenario(sessions: Path) -> None:
    mine = sessions.parent / "mine.toml"
    mine.write_bytes(find("mazur").read_bytes())
    write(sessions / "mazur-1.toml", of("mazur"), 1)
    write(sessions / "mazur-2.toml", of("mazur"), 2)
    write(sessions / "mine-1.toml", of(file=mine), 3)
    assert started() == (mine, sessions / "mine-1.toml")
    assert started(scenario="mazur") == (find("mazur"), sessions / "mazur-2.toml")
    os.chdir(sessions.parent)
    assert started(scenario="mine.toml") == (Path("mine.toml"), sessions / "mine-1.toml")
    assert refused(scenario="xor") == (
        "bp-tui: no session of this scenario has been saved yet; `:save` in the app does so."
    )
    (sessions / "mazur-3.toml").write_text("session = 1")
    assert "mazur-3.toml" in refused()
    assert started(scenario="mazur")[1] == sessions / "mazur-2.toml"


def test_without_any_it_is_said_how_one_is_made(sessions: Path) -> None:
    assert refused() == "bp-tui: no session has been saved yet; `:save` in the app does so."
    sessions.rmdir()
    assert "no session has been saved yet" in refused()


def test_a_scenario_that_was_moved_is_named_and_another_is_refused(sessions: Path) -> None:
    there, now = sessions / "there.toml", sessions.parent / "now.toml"
    file = str(write(sessions / "it.toml", of(file=there)))
    assert refused(file).endswith(
        f"the scenario of this session is gone: {there} "
        f"`bp-tui SCENARIO --resume {file}` says where it is now."
    )
    text = find("mazur").read_text(encoding="utf-8")
    now.write_text(text, encoding="utf-8")
    assert started(file, str(now))[0] == now  # it is the same, wherever it is
    now.write_text(text.replace("0.5", "0.25"), encoding="utf-8")
    title = 'this is a session of "Mazur: two inputs, two hidden neurons, …", not of '
    assert f"{title}now.toml Leave the scenario out." in refused(file, str(now))
    moved = now.with_name("there.toml")
    now.rename(moved)
    assert started(file, str(moved))[0] == moved  # of this name, changed
    assert "not of" in refused(file, "xor")


def test_a_name_that_is_not_at_hand_and_the_name_of_a_scenario_for_a_session(sessions: Path) -> None:
    file = str(write(sessions / "it.toml", of("gone")))
    assert 'the scenario of this session, "gone", is not at hand' in refused(file)
    assert refused("mazur").endswith(
        "there is no such file `bp-tui mazur --resume` goes on in its latest session."
    )


def test_a_shelf_of_ones_own_does_not_hide_what_is_shipped(sessions: Path) -> None:
    file = write(sessions / "it.toml", of("mazur"))
    opened, _ = started_in(str(file), Shelf(sessions), None, None, None)
    assert opened.file == find("mazur")


def test_a_new_file_has_a_number_of_its_own(sessions: Path) -> None:
    new = partial(new_file, sessions)
    assert new("mazur") == sessions / "mazur-1.toml"
    for name in ("mazur-1.toml", "mazur-7.toml", "mazur-x.toml", "mazur-2-9.toml"):
        (sessions / name).touch()
    assert new("mazur") == sessions / "mazur-8.toml"
    assert new("../a b\n*[x]") == sessions / "_a_b_x_-1.toml"
    assert new("") == sessions / "scenario-1.toml"
    assert len(new("x" * 250).name) < 80
