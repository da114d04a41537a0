from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from engine import catalog
from engine.catalog import Entry, find, shipped
from engine.read import ScenarioError, load
from engine.read.document import source


def test_what_is_at_hand() -> None:
    entries = shipped()
    names = [entry.name for entry in entries]
    numbered = [name for name in names if name[0].isdigit()]
    assert names[: len(numbered)] == numbered
    assert [int(name[:2]) for name in numbered] == list(range(1, 19))
    assert names[len(numbered) :][:2] == ["neuron", "mazur"]
    assert {"mazur", "xor", "batch", "deep", "iris", "elman", "saturated"} <= set(names)
    assert len(set(names)) == len(names)
    for entry in entries:
        assert entry.path.stem == entry.name
        assert entry.title == load(entry.path).title
        assert ("Mazur" in entry.title) == ("mazur" in entry.name)


def test_every_example_has_its_place() -> None:
    assert {entry.name for entry in shipped() if not entry.name[0].isdigit()} == set(catalog._EXAMPLES)


def test_a_lesson_is_found_by_its_number(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert find("5") == find("05") == find("05-hidden-errors")
    assert find("18").name == "18-no-slope.toml"
    (tmp_path / "5").touch()
    assert find("5") == Path("5")
    for none in ("0", "00", "19", "005", "-5", "5.", "\u0665", "\u00b2"):
        with pytest.raises(ScenarioError):
            find(none)


def test_names_and_paths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mazur").mkdir()
    (tmp_path / "mine").touch()
    assert find("mazur").name == "mazur.toml"
    assert find("./mazur") == Path("mazur")
    assert find("mine") == Path("mine")
    assert find("none.toml") == Path("none.toml")
    assert find("NONE.TOML") == Path("NONE.TOML")
    assert find("folder/none") == Path("folder/none")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("mazru", 'Did you mean "mazur"?'),
        ("XOR", 'Did you mean "xor"?'),
        ("qqqqqq", "The scenarios at hand are: 01-derivative, 02-forward"),
        ("", "no scenario of this name"),
        ("a\0b", "no scenario of this name"),
        ("\x1b[31m", "no scenario of this name"),
        ("x" * 5000, "no scenario of this name"),
        ("\ud800", "no scenario of this name"),
        ("..", ""),
    ],
)
def test_names_that_are_none(name: str, words: str) -> None:
    if name == "..":
        assert find(name) == Path("..")
        return
    with pytest.raises(ScenarioError) as caught:
        find(name)
    assert words in str(caught.value)
    assert "\x1b" not in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_bad_file_does_not_break_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, content in {
        "mazur": b'title = "Ma\\u001bzur\\n2"',
        "broken": b"title = ",
        "deep-nest": b"x = " + b"[" * 10**5,
        "digits-long": b"x = " + b"1" * 5000,
        "latin": b'title = "\xe9"',
        "none": b"x = 1",
        "number": b"title = 1",
    }.items():
        (tmp_path / f"{name}.toml").write_bytes(content)
    for number in ("10", "02"):
        (tmp_path / f"{number}-lesson.toml").write_text('title = "L"', "utf-8")
    (tmp_path / "folder.toml").mkdir()
    monkeypatch.setattr(catalog, "_FOLDER", tmp_path)
    unreadable = "(this file can't be read)"
    assert [(entry.name, entry.title) for entry in shipped()] == [
        ("02-lesson", "L"),
        ("10-lesson", "L"),
        ("mazur", "Ma\ufffdzur 2"),
        ("broken", unreadable),
        ("deep-nest", unreadable),
        ("digits-long", unreadable),
        ("folder", unreadable),
        ("latin", unreadable),
        ("none", "(no title)"),
        ("number", "(no title)"),
    ]
    assert all(isinstance(entry, Entry) for entry in shipped())


def test_a_title_is_read_again_once_its_file_has_changed_and_not_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, shelf = tmp_path / "a.toml", catalog.Shelf(tmp_path)
    texts = {'title = "One"': "One", 'title = "Two"': "Two", "title = ": "(this file can't be read)"}
    for second, (text, title) in enumerate(texts.items(), 1):
        file.write_text(text, "utf-8")
        os.utime(file, (second, second))
        assert [entry.title for entry in shelf.entries()] == [title]
    file.write_text('title = "Three"', "utf-8")
    assert [entry.title for entry in shelf.entries()] == ["Three"]

    def never(*_: object, **__: object) -> bytes:
        raise AssertionError

    monkeypatch.setattr(catalog, "read_bytes", never)
    assert [entry.title for entry in shelf.entries()] == ["Three"]


def test_a_closed_shelf_gives_out_its_own_scenarios_alone(tmp_path: Path) -> None:
    shelf, outside = tmp_path / "shelf", tmp_path / "outside.toml"
    (shelf / "below").mkdir(parents=True)
    outside.write_text('title = "outside"')
    for name in ("one", "05-five"):
        (shelf / f"{name}.toml").write_text(f'title = "{name}"')
    (shelf / "below" / "two.toml").write_text('title = "two"')
    (shelf / "out.toml").symlink_to(outside)
    (shelf / "in.toml").symlink_to(shelf / "one.toml")
    (shelf / "deep.toml").symlink_to(shelf / "below" / "two.toml")
    (shelf / "loop.toml").symlink_to(shelf / "loop.toml")
    (shelf / "device.toml").symlink_to("/dev/zero")
    (shelf / "folder.toml").mkdir()
    os.mkfifo(shelf / "pipe.toml")
    closed = catalog.Shelf(shelf, closed=True)
    assert [entry.name for entry in closed.entries()] == ["05-five", "in", "one"]
    assert closed.find("one") == shelf / "one.toml"
    assert closed.find("5") == shelf / "05-five.toml"
    for name in (
        "out", "deep", "loop", "device", "folder", "pipe", "mazur", "", "one.toml", "./one", "../outside",
        str(outside), str(shelf / "one.toml"), "below/two", "/dev/zero", "a\0b", "x" * 5000, "~",
    ):  # fmt: skip
        with pytest.raises(ScenarioError):
            closed.find(name)
    listed = {entry.name: entry.title for entry in catalog.Shelf(shelf).entries()}
    assert listed["pipe"] == listed["device"] == "(this file can't be read)"
    assert catalog.Shelf(shelf).find("../outside.toml") == Path("../outside.toml")


def test_what_has_no_name_is_not_listed(tmp_path: Path) -> None:
    listed = ["A_b", "v1.2", "x" * 250, "übung 1"]
    for name in (*listed, "-x", ".#mazur", " a", "\u202ea"):
        (tmp_path / f"{name}.toml").write_text('title = "x"')
    shelf = catalog.Shelf(tmp_path, closed=True)
    assert [entry.name for entry in shelf.entries()] == listed
    for name in listed:
        assert shelf.find(name) == tmp_path / f"{name}.toml"
    for name in ("-x", ".#mazur", " a"):
        with pytest.raises(ScenarioError):
            shelf.find(name)


@pytest.mark.parametrize("after", ["the look at the name", "the look at the path"])
def test_a_file_of_a_closed_shelf_is_exchanged_before_it_is_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """A student who may write there swaps it for a link."""
    shelf, secret = tmp_path / "shelf", tmp_path / "other.toml"
    shelf.mkdir()
    secret.write_text('title = "secret"\nsecret words')
    mine, good = shelf / "mine.toml", find("mazur").read_text("utf-8")
    held, opened = catalog.Shelf._holds, source.open_regular

    def swap() -> None:
        mine.unlink()
        mine.symlink_to(secret)

    def holds(self: catalog.Shelf, path: Path) -> bool:
        known = held(self, path)
        swap()
        return known

    def open_regular(*given: Any, **named: Any) -> Any:
        swap()
        return opened(*given, **named)

    def exchanging() -> catalog.Shelf:
        monkeypatch.undo()
        mine.unlink(missing_ok=True)
        mine.write_text(good, "utf-8")
        if after == "the look at the name":
            monkeypatch.setattr(catalog.Shelf, "_holds", holds)
        else:
            monkeypatch.setattr(source, "open_regular", open_regular)
        return catalog.Shelf(shelf, closed=True)

    assert [entry.title for entry in exchanging().entries()] == ["(this file can't be read)"]
    closed = exchanging()
    with pytest.raises(ScenarioError) as caught:
        closed.load(closed.find("mine"))
    assert "secret" not in str(caught.value)
