from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.read import ScenarioError, load
from engine.read.data import beside, datafile
from tests.read.files import PLAIN, changed, complaint, complaints, write
from tests.work.work import million_rounds

if TYPE_CHECKING:
    from pathlib import Path

DATA = "[data]\ninputs = [[0.0, 1.0], [1.0, 0.0]]\ntargets = [[1.0], [0.0]]\n"
ROWS = "0.0,1.0,1.0\n1.0,0.0,0.0\n"


def naming(file: str) -> str:
    """Return a plain scenario whose data are in `file`."""
    return changed(PLAIN, DATA, f'[data]\nfile = "{file}"\n')


@pytest.mark.parametrize("name", ["rows.csv", "ROWS.CSV", "below/rows.csv", "./rows.csv", "r\u00f6ws.csv"])
def test_both_spellings(tmp_path: Path, name: str) -> None:
    (tmp_path / "below").mkdir()
    write(tmp_path, ROWS, name)
    short = changed(changed(PLAIN, DATA, ""), "[network]", f'data = "{name}"\n[network]')
    for text in (naming(name), short):
        scenario = load(write(tmp_path, text))
        assert scenario.data.inputs.tolist() == [[[0, 1]], [[1, 0]]]
        assert scenario.data.targets.tolist() == [[[1]], [[0]]]


def test_the_folder_is_that_of_the_scenario(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    write(folder, ROWS, "rows.csv")
    write(folder, naming("rows.csv"))
    monkeypatch.chdir(tmp_path)
    assert load("folder/scenario.toml").data.samples == 2
    monkeypatch.chdir(folder)
    assert load("scenario.toml").data.samples == 2


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("none.csv", "there is no such file"),
        ("rows.txt", "a .csv or .npz file"),
        ("rows", "a .csv or .npz file"),
        ("", "a .csv or .npz file"),
        ("/etc/rows.csv", "an absolute one"),
        (r"C:\\rows.csv", "an absolute one"),
        (r"\\rows.csv", "an absolute one"),
        ("../rows.csv", '".."'),
        ("below/../rows.csv", '".."'),
        (r"..\\rows.csv", '".."'),
        (r"a\u0000.csv", "can't be the name of a file"),
        ("x" * 3000 + ".csv", ""),
        ("folder.csv", "found a directory"),
        ("pipe.csv", "found a named pipe"),
        ("outside.csv", "a link to a file outside"),
        ("link/rows.csv", "a link to a file outside"),
        ("loop.csv", "link"),
        ("device.csv", "outside"),
    ],
)
def test_what_may_not_be_read(tmp_path: Path, name: str, words: str) -> None:
    folder = tmp_path / "folder"
    (folder / "folder.csv").mkdir(parents=True)
    os.mkfifo(folder / "pipe.csv")
    (folder / "outside.csv").symlink_to(write(tmp_path, ROWS, "rows.csv"))
    (folder / "link").symlink_to(tmp_path)
    (folder / "loop.csv").symlink_to("loop.csv")
    (folder / "device.csv").symlink_to("/dev/zero")
    found = complaint(write(folder, naming(name)))
    assert (found.line, found.column, found.key) == (19, 8, "data.file")
    assert words in str(found)


def test_a_link_inside_the_folder(tmp_path: Path) -> None:
    write(tmp_path, ROWS, "rows.csv")
    (tmp_path / "link.csv").symlink_to("rows.csv")
    assert load(write(tmp_path, naming("link.csv"))).data.samples == 2


def test_a_file_and_numbers(tmp_path: Path) -> None:
    write(tmp_path, ROWS, "rows.csv")
    text = changed(PLAIN, "[data]\n", '[data]\nfile = "rows.csv"\n')
    assert [found.key for found in complaints(write(tmp_path, text))] == ["data.inputs", "data.targets"]


def test_neither(tmp_path: Path) -> None:
    text = changed(PLAIN, DATA, "[data]\n")
    assert [found.key for found in complaints(write(tmp_path, text))] == ["data.inputs", "data.targets"]


def test_errors_of_both_files(tmp_path: Path) -> None:
    write(tmp_path, "0,1,x\n1,0,0\n", "rows.csv")
    first, second = complaints(write(tmp_path, changed(naming("rows.csv"), "rate = 0.5", "rate = -1")))
    assert first.key == "training.learning_rate"
    assert second.file == str(tmp_path / "rows.csv")


@pytest.mark.parametrize("name", ["rows.csv", "rows.npz"])
def test_a_data_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    path = write(tmp_path, ROWS, name)
    if name.endswith(".npz"):
        np.savez(path, inputs=[[0.0, 1.0]], targets=[[1.0]])
    read = datafile._read

    def read_and_touch(*given: Any) -> Any:
        data = read(*given)
        os.utime(path, (1, 1))
        return data

    scenario = write(tmp_path, naming(name))
    assert load(scenario).data.samples
    monkeypatch.setattr(datafile, "_read", read_and_touch)
    assert "was changed while it was read" in complaint(scenario).says


def test_nothing_but_empty_rows(tmp_path: Path) -> None:
    scenario = write(tmp_path, naming("rows.csv"))
    for row in ("\n", ",,\n"):
        write(tmp_path, row * 3_000_000, "rows.csv")
        found: list[str] = []
        assert million_rounds(lambda found: found.append(complaint(scenario).says), found, most=80) < 80
        assert "more than 100,000 empty rows" in found[0]
    write(tmp_path, "\n" * 1000 + ROWS + "\n" * 1000, "rows.csv")
    assert load(scenario).data.samples == 2


def test_a_folder_on_the_way_is_exchanged_before_the_file_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scenario, folder = tmp_path / "mine", tmp_path / "mine" / "rows"
    folder.mkdir(parents=True)
    write(folder, ROWS, "rows.csv")
    secret = tmp_path / "secret"
    secret.mkdir()
    write(secret, "secret of another\n", "rows.csv")
    file = write(scenario, naming("rows/rows.csv"))
    assert load(file).data.samples == 2
    inside = beside._inside

    def exchanged(*given: Any) -> Any:
        found = inside(*given)
        folder.rename(tmp_path / "gone")
        folder.symlink_to(secret)
        return found

    monkeypatch.setattr(beside, "_inside", exchanged)
    with pytest.raises(ScenarioError) as caught:
        load(file)
    assert "can't be opened" in str(caught.value)
    assert "secret" not in str(caught.value).replace(str(secret), "")
