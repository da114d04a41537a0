"""Is what has been done remembered, whatever is in the file and whether or not it can be written?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tui.walking.done import Done, Reached

if TYPE_CHECKING:
    from pathlib import Path


def test_the_furthest_note_is_remembered(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    done = Done(folder)
    assert done.of("x") is None
    done.reach("x", 3, 6)
    done.reach("x", 2, 6)
    again = Done(folder)
    assert again.of("x") == (3, 6)
    assert again.of("y") is None
    again.reach("x", 6, 6)
    assert Done(folder).of("x") == Reached(6, 6)
    assert [path.name for path in folder.iterdir()] == ["lessons.json"]


def test_without_a_folder_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = Done()
    done.reach("x", 1, 2)
    assert done.of("x") == (1, 2)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "damaged",
    [
        b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"x": 3}', b'{"x": [1]}', b'{"x": [-1, 2]}',
        b'{"x": [true, 2]}', b'{"x": ["1", 2]}', b"[" * 100_000, b'{"x": [1e999, 2]}',
    ],
)  # fmt: skip
def test_a_damaged_file_is_begun_anew(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "lessons.json").write_bytes(damaged)
    done = Done(tmp_path)
    assert done.of("x") is None
    done.reach("x", 1, 2)
    assert Done(tmp_path).of("x") == (1, 2)


def test_what_makes_sense_of_a_file_is_kept(tmp_path: Path) -> None:
    (tmp_path / "lessons.json").write_text('{"x": [1, 2], "y": "no"}')
    assert Done(tmp_path).of("x") == (1, 2)


def test_a_folder_that_can_not_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = Done(tmp_path / "file")
    done.reach("x", 1, 2)
    assert done.of("x") == (1, 2)


@pytest.mark.parametrize(("reached", "words"), [(Reached(3, 6), "note 3 of 6"), (Reached(6, 6), "done")])
def test_words(reached: Reached, words: str) -> None:
    assert reached.words == words
