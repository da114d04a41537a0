"""Is the README true? Its keys, its scenario, its pictures and its commands."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from engine import load, trace
from tests.app.unseen import nothing_unseen, sheets_read_once
from tests.pictures.__main__ import FOLDER, MOVING, PICTURES, Picture, drawn, drawn_moving
from tests.pictures.moving_picture import moving
from tui import __version__
from tui.commands.line.table import COMMANDS
from tui.keys import KEYS, table
from tui.settings import Settings, settings_in

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> Iterable[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


def test_the_keys_are_those_of_the_table() -> None:
    shown = README.split("<!-- keys -->\n")[1].split("<!-- /keys -->")[0]
    assert shown == table()


def test_every_key_is_bound_once() -> None:
    keys = [key for entry in KEYS for key in entry.keys]
    assert len(keys) == len(set(keys))


def test_the_scenario_loads_and_traces(tmp_path: Path) -> None:
    _, example = blocks("toml")
    file = tmp_path / "example.toml"
    file.write_text(example, encoding="utf-8")
    assert trace(load(file))[0].kind == "forward"


def test_what_can_be_settled_is_all_there(tmp_path: Path) -> None:
    example, _ = blocks("toml")
    (tmp_path / "config.toml").write_text(example, encoding="utf-8")
    settings_in(tmp_path / "config.toml")
    assert tuple(tomllib.loads(example)) == Settings._fields


def test_every_command_is_there() -> None:
    for command in COMMANDS:
        assert f"`bp-tui {command}" in README


def test_the_ci_runs_the_test_command() -> None:
    commands = " ".join(blocks("sh"))
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    for part in ("install -q -e '.[test]'", "python -m pytest"):
        assert part in commands
        assert part in script


def test_the_version_is_that_of_the_package() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    assert f'version = "{__version__}"' in project


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: str(picture.name))
async def test_the_pictures_are_fresh(picture: Picture) -> None:
    with sheets_read_once():
        assert (FOLDER / f"{picture.name}.svg").read_text(encoding="utf-8") == await drawn(picture)


async def test_the_picture_that_moves_is_fresh_small_and_needs_nothing_else() -> None:
    text = (FOLDER / f"{MOVING.name}.svg").read_text(encoding="utf-8")
    with nothing_unseen():
        assert text == await drawn_moving(MOVING)
    assert len(text.encode()) < 200_000
    root = ET.fromstring(text)
    assert {element.tag.rpartition("}")[2] for element in root.iter()} == {
        "svg",
        "style",
        "rect",
        "g",
        "text",
    }
    assert not re.search(r"https?://(?!www\.w3\.org/2000/svg)|url\(|href|@import", text)


def test_each_frame_has_its_own_time_and_one_is_seen_at_rest() -> None:
    frames = [[Strip([Segment(text, Style(color="#ffffff", bgcolor="#000000"))])] for text in ("a b", "a c")]
    text = moving(frames, 1, 2.0)
    assert text.count(">a b<") == text.count(">a c<") == 1
    first, second = (re.search(rf"\.{name}{{(.*?)}}@key", text)[1] for name in ("f0", "f1"))  # type: ignore[index]
    assert first.startswith("visibility:hidden;animation:f0 4s step-end")
    assert second.startswith("animation:f1 4s step-end")
    assert "@keyframes f0{0%{visibility:visible}50%{visibility:hidden}}" in text
    assert "@keyframes f1{0%{visibility:hidden}50%{visibility:visible}}" in text


def test_every_picture_is_shown() -> None:
    for picture in (*PICTURES, MOVING):
        assert f"tests/pictures/{picture.name}.svg" in README
