"""Does what the user settles hold, and is what can't be settled refused with its place and remedy?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.read import ScenarioError
from tests.app.driving import driven, user_of
from tui.app import BackpropApp
from tui.keys import KEYS, NAMED, is_key, taken
from tui.screens.dialogs.help import HelpScreen
from tui.settings import Settings, remember_theme, remembered_theme, settings_in
from tui.theme import DARK, LIGHT
from tui.walking.done import Done

if TYPE_CHECKING:
    from pathlib import Path

GOOD = """\
theme = "nord"
ascii = true
mouse = true
view = "loss"
offer_session = false
[keys]
next = ["h", "ctrl+n"]
too-early = "f7"
"""


def settled(tmp_path: Path, text: str) -> Settings:
    (tmp_path / "config.toml").write_text(text, encoding="utf-8")
    return settings_in(tmp_path / "config.toml")


def test_all_that_can_be_settled(tmp_path: Path) -> None:
    assert settled(tmp_path, GOOD) == Settings(
        "nord", True, True, "loss", False, {"next": ("h", "ctrl+n"), "too-early": ("f7",)}
    )
    assert settled(tmp_path, "") == settings_in(tmp_path / "none.toml") == Settings()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("thema = 1", 'Did you mean "theme"?'),
        ("colour = 1", "The keys here are: theme, ascii, mouse, view, offer_session, keys, instead"),
        ("instead = 1", '[instead], and below it next = "f6".'),
        ("[instead]\nnext = []", "expected at least one key"),
        ('[instead]\nnexd = "h"', 'Did you mean "next"'),
        ('[instead]\nnext = "p"', '"p" is the key of previous'),
        ('[instead]\nnext = "h"\n[keys]\nnext = "j"', "next has other keys instead"),
        ('theme = "norf"', "expected a theme, found the text"),
        ("ascii = 1", "expected true or false, found"),
        ('view = "lost"', 'Did you mean "loss"'),
        ("keys = 1", "expected a table, found"),
        ('[keys]\nnexd = "h"', 'Did you mean "next"'),
        ('[keys]\nnext = "hh"', "expected a key, found"),
        ("[keys]\nnext = 7", "expected a key, found"),
        ('[keys]\nnext = "x"', '"x" is the key of too-early'),
        ('[keys]\nnext = "ctrl+c"', "is the key of something that stays"),
        ('[keys]\nnext = "h"\nback = "h"', '"h" is the key of next'),
        ("theme = ", "config.toml:1"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, line: str, said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        settled(tmp_path, line)
    text = " ".join(str(refused.value).split())
    assert said in text
    assert f"config.toml:{line.count(chr(10)) + 1}" in text


def test_every_key_of_the_table_is_one_and_taken() -> None:
    assert [key for row in KEYS for key in row.keys if not is_key(key) or key not in taken()] == []
    assert len(NAMED) == len(KEYS)


async def test_a_further_key_does_what_it_is_settled_to_do_and_the_others_stay() -> None:
    async with user_of("mazur", settled=Settings(view="cost", keys={"next": ("h", "f6")})) as user:
        assert "multiply" in user.text()
        await user.press("h", "f6", "n", "right")
        assert "step 5 of " in user.text()
        await user.press("x")
        assert user.app.theme == DARK.name


def test_keys_instead_of_its_own_give_those_free(tmp_path: Path) -> None:
    text = '[keys]\nplay = "x"\n[instead]\ntoo-early = "f7"\nnext = ["p", "h"]\nprevious = "n"\n'
    assert settled(tmp_path, text) == Settings(
        keys={"play": ("x",)}, instead={"too-early": ("f7",), "next": ("p", "h"), "previous": ("n",)}
    )


async def test_keys_instead_do_it_alone_and_are_those_that_are_shown() -> None:
    instead = {"next": ("p", "h"), "previous": ("n",), "too-early": ("f7",)}
    async with user_of("mazur", settled=Settings(instead=instead)) as user:
        await user.press("p", "h", "p", "h", "n")
        assert "step 4 of " in user.text()
        await user.press("right", "x")
        assert "step 4 of " in user.text()
        assert "x does nothing here" in user.panes()
        assert " p h next " in user.text()
        await user.press("p", "f7")
        assert "broken order" in user.text()
        await user.press("?")
        screen = user.app.screen
        assert isinstance(screen, HelpScreen)
        lines = screen._page(80).plain.split("\n")
        (line,) = (line for line in lines if "apply what is gathered" in line)
        assert line.split()[0] == "f7"


async def test_a_lesson_begins_with_its_own_view() -> None:
    async with user_of("01-derivative", settled=Settings(view="cost")) as user:
        assert "multiply-adds" not in user.text()


async def test_a_theme_that_is_chosen_is_remembered(tmp_path: Path) -> None:
    assert remembered_theme(tmp_path) is None
    app = BackpropApp(None, done=Done(tmp_path), settled=Settings(theme=LIGHT.name))
    async with driven(app):
        assert app.theme == LIGHT.name
        assert remembered_theme(tmp_path) is None  # nobody has chosen it here
        app.theme = "nord"
    assert remembered_theme(tmp_path) == "nord"
    remember_theme(tmp_path, "no theme")
    assert remembered_theme(tmp_path) is None


async def test_who_leaves_nothing_behind_leaves_no_theme(tmp_path: Path) -> None:
    app = BackpropApp(None, done=Done(None))
    async with driven(app):
        app.theme = "nord"
    assert list(tmp_path.iterdir()) == []
