"""Is hostile text of a file harmless wherever the app and the commands show it?"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest
from rich.cells import cell_len
from textual.geometry import Region

from engine import load
from engine.catalog import Shelf
from tests.app.driving import driven, user_of
from tests.commands.running import call, run
from tests.fuzz.toml import inline
from tests.fuzz.wrong import judge_text
from tests.given.some_of import in_turns
from tests.read.files import PLAIN, changed, write
from tests.terminal.line import APP, Line
from tests.work.patience import PATIENCE
from tui.app import BackpropApp
from tui.panes.pane import _difference

if TYPE_CHECKING:
    from pathlib import Path

TEXTS = {
    "escapes": "\x1b[2J\x1b[31mred\x1b]0;t\x07",
    "clipboard": "\x1b]52;c;cm0gLXJm\x07\x9d52;c;eA==\x9c",
    "markup": "[@click=app.quit]q[/] [/] [b]x[h1] $primary {0}",
    "turned": "a\u202ebc\u2066d\u200f",
    "long": "words and words " * 6250,
    "one long word": "x" * 100_000,
    "wide": "漢字" * 500,
    "marks": "e" + "\u0301" * 5000,
    "lines": "a\n\n\n" * 300 + "\t\r\x85\u2028b",
    "blank": "\u3164\u00a0\u3000 \u200b",
}


def noted(folder: Path, text: str) -> Path:
    """A scenario with the text in its title, about, source and two notes."""
    quoted = inline(text)
    notes = "".join(f"[[notes]]\nstep = {step}\ntext = {quoted}\n" for step in (1, 3))
    head = f"title = {inline('T' + text)}\nabout = {quoted}\nsource = {quoted}\n"
    return write(folder, changed(PLAIN, 'title = "Two layers"\n', head) + notes)


@pytest.mark.parametrize(("turn", "name"), [*enumerate(TEXTS)])
async def test_in_the_panes(tmp_path: Path, turn: int, name: str) -> None:
    sizes = in_turns([(120, 40), (80, 24)], turn, 2)
    async with user_of(load(noted(tmp_path, TEXTS[name])), 1, sizes[0], wait=0.02) as user:
        for width, height in sizes:
            if user.app.size != (width, height):
                await user.resize(width, height)
            for key in "ncCxP":
                await user.press(key)
                lines = user.text().split("\n")
                assert len(lines) == height
                for line in lines:
                    judge_text(line)
                    assert cell_len(line) <= width
            if name == "markup":
                assert TEXTS[name][:20] in user.panes() or width == 80
            await user.press("P", "home")


def test_what_changes_right_of_wide_characters_is_refreshed() -> None:
    old, new = (("漢字", ""), (" step 1", "")), (("漢字", ""), (" step 2", ""))
    assert _difference(old, new, 0, 20) == Region(4, 0, 7, 1)
    assert _difference((*old, ("漢", "")), (*new, ("漢", "")), 0, 20) == Region(4, 0, 7, 1)


async def test_names_of_files_in_the_picker(tmp_path: Path) -> None:
    for name in ("\x1b]52;c;eA==\x07", "[@click=app.quit]q", "[b]x", "\u202egnp", "漢字"):
        write(tmp_path, changed(PLAIN, "Two layers", "[b]bold[ b]"), f"{name}.toml")
        write(tmp_path, "x = 1", f"bad {name}.toml")
    app = BackpropApp(None, shelf=Shelf(tmp_path))
    async with driven(app) as user:
        for _ in range(10):
            await user.press("down")
            for line in user.text().split("\n"):
                judge_text(line)


@pytest.mark.parametrize("name", TEXTS)
def test_in_lines_of_text(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    path = noted(tmp_path, TEXTS[name])
    done = call(capsys, path, "--plain", "--step", "1")
    assert (done.code, done.err) == (0, "")
    judge_text(done.out.replace("\t", " "))
    for command in ("check", "train"):
        done = call(capsys, command, path)
        assert (done.code, done.err) == (0, "")
        judge_text(done.out)


@pytest.mark.parametrize("words", [["--plain", "--step", "1"], ["check"], ["train"]], ids=" ".join)
def test_all_of_it_in_lines_from_a_process(tmp_path: Path, words: list[str]) -> None:
    done = run(*words, noted(tmp_path, "".join(text[:2000] for text in TEXTS.values())), PYTHONUTF8="1")
    assert (done.code, done.err) == (0, "")
    judge_text(done.out.replace("\t", " ") if "--plain" in words else done.out)


def test_the_name_of_a_file_in_what_check_says(tmp_path: Path) -> None:
    names = [b"\x1b]52;c;eA==\x07", b"\xc2\x9b31m", b"\xff\xfe", "\u202ex".encode(), b"a\nb"]
    files = [tmp_path / os.fsdecode(name + end) for name in names for end in (b".toml", b"bad.toml")]
    for good, bad in zip(files[::2], files[1::2], strict=True):
        good.write_text(PLAIN)
        bad.write_text("x = 1")
    done = run("check", *files, PYTHONUTF8="1")
    assert done.code == 2
    assert done.out.count(".toml: good\n") == len(names)
    assert done.out.count("\n") == len(names)
    assert done.err.count("1 | x = 1\n") == len(names)
    judge_text(done.out + done.err)


def test_nothing_of_it_reaches_a_terminal(tmp_path: Path) -> None:
    text = "".join(TEXTS[name] for name in ("escapes", "clipboard", "markup", "turned"))
    with Line([*APP, str(noted(tmp_path, text))]) as session:
        session.wait_for_picture()
        session.send(b"c")
        session.settle(0.3, 2.0)
        output = b"".join(data for _, data in session.chunks).decode("utf-8", "replace")
    for raw in ("\x1b]52", "\x1b]0;t", "\x1b[31mred", "\x9b31m", "\x9d52", "\u202e", "\u2066", "\u200f"):
        assert raw not in output
    assert "52;c;cm0gLXJm" in output


def test_ten_million_iterations_of_a_hundred_thousand_weights_open_in_a_terminal(tmp_path: Path) -> None:
    text = changed(PLAIN, "iterations = 10\n", "iterations = 10_000_000\n")
    text = changed(text, "inputs = 2\n", "inputs = 316\n")
    text = re.sub(r"(?s)weights = .*?biases = .*?\n", 'units = 316\ninit = "uniform"\n', text)
    text = re.sub(r"inputs = \[\[.*", f"inputs = {[[0.1] * 316] * 2}", text)
    assert load(write(tmp_path, text)).network.sizes[:2] == (316, 316)
    with Line([*APP, str(tmp_path / "scenario.toml")]) as session:
        session.wait_for_picture(PATIENCE)
        session.send(b"n")
        session.settle(0.3, 2.0)
        session.catch_up()
        assert "step 2 of " in session.terminal.text()
