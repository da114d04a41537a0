"""Does the picker list, describe and open scenarios, and survive a bad file?"""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from textual.events import Key
from textual.widgets import OptionList, Static

from engine import load
from engine.catalog import Entry, Shelf, find
from tests.app.driving import User, driven, user_of
from tests.given.shipped import NAMES, SHIPPED, scenario_of
from tests.given.some_of import EVERY_CASE, some_of
from tui.app import BackpropApp
from tui.meanwhile import reader
from tui.screens.lists import PagedList
from tui.screens.picker import PickerScreen, flowing
from tui.walking.done import Done

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

TWINS = ("a wrong sign", "a higher loss")
"""What tells two lessons apart whose heads are one."""

MARKUP = "[b]a[/b] [/] [@click=app.quit]x[/] [red"

SMALL = """\
format = 1
title = {title!r}
about = {about!r}
[network]
inputs = 1
loss = "half-squared-error"
[[network.layers]]
activation = "identity"
weights = [[1.0]]
[data]
inputs = [[1.0]]
targets = [[1.0]]
[training]
learning_rate = 0.5
"""


def words(text: str) -> str:
    """Return a text with its line breaks as blanks, as wrapping may have put them anywhere."""
    return " ".join(text.split())


def described(user: User) -> str:
    """Return what is seen of what is said of the chosen scenario, with blanks for its line breaks."""
    box = user.app.screen.query_one("#description").scrollable_content_region
    return words(" ".join(line[box.x : box.right] for line in user.text().split("\n")[box.y : box.bottom]))


def listed(user: User) -> list[str | None]:
    """Return the names of all that is listed."""
    return [option.id for names in user.app.screen.query(OptionList) for option in names.options]


@pytest.fixture
def odd(tmp_path: Path) -> Path:
    file = tmp_path / "odd.toml"
    file.write_text(SMALL.format(title=MARKUP, about=MARKUP), encoding="utf-8")
    return file


async def test_it_lists_every_shipped_scenario_and_says_what_one_is_about() -> None:
    async with user_of(None, size=(120, 50)) as user:
        text = user.text()
        for entry in SHIPPED:
            called = f"{entry.lesson:02}" if entry.lesson else entry.name
            assert re.search(rf"^ {called} +{re.escape(entry.title)} ", text, re.MULTILINE)
        said = user.app.screen.query_one("#about", Static)
        here = 0
        for place in some_of(range(len(SHIPPED)), 12):
            await user.press(*["down"] * (place - here))
            here, entry = place, SHIPPED[place]
            about = words(scenario_of(entry.name).about)
            assert f"{entry.title} {about}" == words(str(said.content)), entry.name
            if place % 3 == 0:
                assert about[:200] in described(user)
            if entry.lesson:
                assert f"{entry.name} · " in user.text()


@pytest.mark.parametrize("size", [(80, 24), (100, 30), (120, 40), (200, 50)])
async def test_the_lists_are_as_wide_as_their_longest_line_and_the_text_has_the_rest(
    size: tuple[int, int],
) -> None:
    async with user_of(None, size=size) as user:
        lists, preview = (user.app.screen.query_one(name) for name in ("#lists", "#preview"))
        lines = [str(one.prompt) for names in user.app.screen.query(OptionList) for one in names.options]
        assert lists.size.width == max(38, max(len(line.rstrip()) for line in lines) + 2)
        assert lists.region.width + preview.region.width == size[0]
        # Of the titles all are whole, or all are heads.
        assert len({"which way is down?" in lines[0], "in numbers for" in " ".join(lines)}) == 1


async def test_the_network_stands_directly_below_what_its_scenario_is_about() -> None:
    async with user_of(None, size=(120, 40)) as user:
        said, network = (user.app.screen.query_one(name).region for name in ("#about", "#net"))
        assert network.y == said.bottom
        assert "○" in user.text().split("\n")[network.y + 1]


async def test_it_opens_one_shipped_scenario_after_the_other() -> None:
    """That each can be drawn is the matter of the tests of the views."""
    async with user_of(None) as user:
        for entry in SHIPPED[: 8 if EVERY_CASE else 3]:
            await user.press("enter")
            await user.settle()
            assert user.step() == 1
            assert user.trace.scenario.title == entry.title
            await user.press("o", "n")  # the list begins at what is open


@pytest.mark.parametrize("place", [1, 10, 18, len(SHIPPED) - 1] if EVERY_CASE else [len(SHIPPED) - 1])
async def test_it_opens_what_is_chosen_first(place: int) -> None:
    async with user_of(None) as user:
        await user.press(*["n"] * place, "enter")
        await user.settle()
        assert user.trace.scenario.title == SHIPPED[place].title


async def test_of_two_files_of_one_title_it_begins_at_the_one_that_is_open(tmp_path: Path) -> None:
    for name, words in (("a", "= 0.5"), ("b", "= 0.25")):
        text = SMALL.format(title="One title", about=name).replace("= 0.5", words)
        (tmp_path / f"{name}.toml").write_text(text, encoding="utf-8")
    async with user_of(None, shelf=Shelf(tmp_path)) as user:
        for place, rate in ((1, 0.25), (0, 0.25)):
            await user.press(*["n"] * place, "enter")
            assert user.trace.scenario.training.learning_rate == rate
            await user.press("o")


async def test_it_opens_a_file_by_its_path(odd: Path) -> None:
    async with user_of(None) as user:
        await user.press("/")
        await user.type(str(odd))
        await user.press("enter")
        await user.settle()
        assert user.step() == 1
        assert MARKUP[:20] in user.text()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)] if EVERY_CASE else [(80, 24)])
async def test_a_bad_file_is_complained_about_and_the_picker_survives(
    odd: Path, tmp_path: Path, size: tuple[int, int]
) -> None:
    bad = tmp_path / "b.toml"
    bad.write_text(SMALL.format(title="a", about="b").replace('"identity"', f'"{MARKUP}"'), encoding="utf-8")
    async with user_of(None, size=size) as user:
        await user.press("/")
        await user.type(str(bad))
        await user.press("enter")
        assert isinstance(user.app.screen, PickerScreen)
        assert MARKUP in user.text(), user.text()
        await user.press("ctrl+u")
        await user.type(str(tmp_path / "[/]nothing[@click=app.quit]"))
        await user.press("enter")
        assert "[/]nothing[@click=app.quit]" in "".join(user.text().split())
        await user.press("escape")
        assert user.app.screen.query_one(OptionList).has_focus
        await user.press("enter")
        await user.settle()
        assert user.step() == 1


def b_is_large(folder: Path, patch: pytest.MonkeyPatch) -> Event:
    """Three scenarios, of which b is read as long as is wished."""
    for name in ("a", "b", "c"):
        text = SMALL.format(title=f"Title {name}", about=f"Of {name}.")
        (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    there = Event()
    at_once = Shelf.load

    def slowly(shelf: Shelf, path: Path) -> Scenario:
        while path.stem == "b" and not there.wait(0.01):
            pass
        return at_once(shelf, path)

    patch.setattr(Shelf, "load", slowly)
    return there


async def test_keys_are_answered_while_a_large_file_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = b_is_large(tmp_path, monkeypatch)
    monkeypatch.setattr(reader, "WAIT", 0.15)
    async with user_of(None, shelf=Shelf(tmp_path)) as user:
        await user.press("down")
        assert "Title b This file is large: it is being read." in described(user)
        await user.press("down")
        await user.until(lambda _: "Of c." in described(user))
        await user.press("up", "enter")
        await user.until(lambda text: "b is large: it is being read. q leaves." in text)
        assert isinstance(user.app.screen, PickerScreen)
        await user.press("/")
        await user.type("of c.")
        await user.until(lambda text: "Nothing so far: large files are still being read." in text)
        there.set()
        await user.until(lambda _: listed(user) == ["c"])
        assert "Nothing so far" not in user.text()
        await user.press("escape")
        await user.press("down", "enter")
        await user.until(lambda text: "step 1 of" in text)


async def test_markup_in_a_title_and_an_about_shows_literally(
    odd: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = (Entry("[/]x", MARKUP, odd),)
    monkeypatch.setattr(Shelf, "entries", lambda self: entries)
    async with user_of(None, size=(120, 40)) as user:
        text = user.text()
        assert f"[/]x  {MARKUP}" in text
        assert described(user).count(MARKUP) == 2  # the title and what it is about


async def test_markup_in_the_title_of_the_stepping_screen_shows_literally() -> None:
    scenario = replace(load(find("mazur")), title=MARKUP)
    async with user_of(scenario, size=(160, 40)) as user:
        assert MARKUP in user.text()
        await user.press("n")
        assert user.step() == 2


async def test_opening_from_a_scenario_replaces_it_once_however_often_enter_is_pressed() -> None:
    async with user_of("mazur", 4) as user:
        depth = len(user.app.screen_stack)
        mazur = NAMES.index("mazur")
        for place, enters in ((mazur, 3), (mazur + 1, 1)):
            await user.press("o", *["down"] * (place - mazur))  # the list begins at what is open
            await user.press(*["enter"] * enters)
            await user.settle()
            assert user.trace.scenario.title == SHIPPED[place].title
            assert user.step() == 1
            assert len(user.app.screen_stack) == depth


async def test_ctrl_c_says_what_leaves() -> None:
    async with user_of(None) as user:
        assert "q leaves." not in user.text()
        await user.press("ctrl+c")
        assert "q leaves." in user.text()


async def test_no_key_is_silent_and_the_last_leaves_the_app() -> None:
    """The slash is seen to have been heard, and what it asks for; so is a key that does nothing.

    An empty path changes nothing, and q leaves a picker that came first.
    """
    async with user_of(None) as user:
        before = user.text()
        assert "/ and the path of a scenario file" in before
        await user.press("/")
        assert "type the path of a scenario file here" in user.text()
        assert "enter opens the word or path" in user.text()
        assert "esc back to the list" in user.text()
        assert "q back" not in user.text()
        await user.press("escape")
        assert user.text() == before
        await user.press("escape")
        assert "q leaves." in user.text()
        await user.press("/")
        await user.press("enter", "space", "enter")
        assert "Nothing is typed yet" in user.text()
        assert isinstance(user.app.screen, PickerScreen)
        await user.press("escape")
        await user.press("q")
        assert user.app._exit


async def test_its_keys_say_the_same_of_q_and_help_says_what_they_do() -> None:
    """A picker that came first is left by q, one in front of a scenario leads back to it."""
    async with user_of(None) as user:
        assert user.text().rstrip().endswith("q quit")
        for key in ("?", "f1"):
            await user.press("escape")
            assert "Enter opens it" not in user.text()
            await user.press(key)
            assert "Enter opens it, tab goes to the other list" in user.text()
            assert "q leaves." in user.text()
    async with user_of("mazur", 5) as user:
        await user.press("o")
        assert user.text().rstrip().endswith("q back")
        await user.press("?")
        assert "q goes back." in user.text()


async def test_words_and_enter_that_come_at_once_open_what_they_leave() -> None:
    """What came behind Enter was written into the line, and looked for as well."""
    async with user_of("mazur", 5) as user:
        await user.press("o")
        for key, sign in (("slash", "/"), *((sign, sign) for sign in "iris"), ("enter", None), ("n", "n")):
            user.app.post_message(Key(key, sign))
        await user.until(lambda text: "Iris" in text and "step " in text)
        await user.settle()


@pytest.mark.parametrize("typed", ["b", "./b.toml"], ids=["a word", "a path"])
async def test_a_large_file_opens_however_fast_enter_followed(
    typed: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list told late of what was chosen for the words, and what was being read was left for that."""
    there = b_is_large(tmp_path, monkeypatch)
    monkeypatch.setattr(reader, "WAIT", 0.05)
    monkeypatch.chdir(tmp_path)
    async with user_of(None, shelf=Shelf(tmp_path)) as user:
        for key, sign in (("slash", "/"), *((sign, sign) for sign in typed), ("enter", None)):
            user.app.post_message(Key(key, sign))
        await user.until(lambda text: "b is large: it is being read. q leaves." in text)
        there.set()
        await user.until(lambda text: "step 1 of" in text)
        assert user.app.stepping is not None
        assert user.app.stepping.trace is not None
        assert user.app.stepping.trace.scenario.title == "Title b"


def test_a_description_flows_but_keeps_its_paragraphs() -> None:
    assert flowing("one\ntwo\n\nthree\n  four") == "one two\n\nthree\n  four"


async def test_a_preview_has_a_drawing_of_the_network_and_space_shows_the_rest_of_its_text() -> None:
    async with user_of(None) as user:
        await user.press(*["n"] * 9)
        assert "2 in → 2 sigmoid → 2 sigmoid" in user.text()
        assert "○──┬──○" in user.text()
        assert "before 09 Too early" in user.text()
        assert "next   11 Reuse" in user.text()
        page = user.app.screen.query_one("#description")
        await user.press(*["p"] * 8)
        assert page.max_scroll_y > 0
        await user.press(" ")
        assert page.scroll_y > 0
        while page.scroll_y < page.max_scroll_y:
            await user.press(" ")
        await user.press(" ")
        assert page.scroll_y == 0


async def test_no_title_that_is_shipped_is_cut_in_a_list() -> None:
    """In 80 cells either, where of every title there is its head, in one column."""
    async with user_of(None) as user:
        lessons, scenarios = (
            [str(one.prompt).rstrip() for one in user.app.screen.query_one(name, PagedList).options]
            for name in ("#lessons", "#scenarios")
        )
        assert len(lessons) == 18
        assert not [line for line in (*lessons, *scenarios) if "…" in line]
        assert {line.index(line.split(maxsplit=1)[1]) for line in (*lessons, *scenarios)} == {12}
        assert not [
            line for line in (*lessons, *scenarios) if line[12:].partition(": ")[2] not in ("", *TWINS)
        ]


async def test_what_is_typed_filters_by_name_title_or_word_until_it_is_there_no_more() -> None:
    async with user_of(None) as user:
        await user.press("/")
        await user.press(*"vanish")
        assert listed(user) == ["13-vanishing"]
        await user.press("enter")
        await user.settle()
        assert user.trace.scenario.name == "13-vanishing"
        await user.press("o")
        vanishing = described(user)
        await user.press("/")
        await user.type("flowers")
        assert "iris" in listed(user)
        assert described(user) != vanishing
        await user.press("escape")
        assert len(listed(user)) == len(SHIPPED)
        assert described(user) == vanishing  # what was chosen is chosen again


async def test_what_is_typed_filters_by_what_the_network_is_made_of() -> None:
    async with user_of(None, size=(100, 30)) as user:
        await user.press("/")
        await user.type("relu cross-entropy")
        await user.until(lambda _: "mazur" not in listed(user))
        assert "iris" in listed(user)
        await user.type(" dead")
        await user.until(lambda text: "No scenario has these words: all are listed." in text)
        assert len(listed(user)) == len(SHIPPED)
        await user.press(*["backspace"] * 5)
        await user.until(lambda text: "No scenario" not in text)


async def test_tab_leads_to_the_other_list() -> None:
    async with user_of(None) as user:
        for begins in ("neuron", "01-derivative", "neuron"):
            await user.press("tab")
            names = user.app.focused
            assert isinstance(names, OptionList)
            assert names.highlighted is not None
            assert names.options[names.highlighted].id == begins
            other = next(one for one in user.app.screen.query(OptionList) if one is not names)
            assert other.highlighted is None  # one is chosen, never two
            assert names.size.height > other.size.height  # the list in use is the larger


async def test_it_says_what_has_been_done(tmp_path: Path) -> None:
    done = Done(tmp_path / "state")
    done.reach("01-derivative", 7, 7)
    done.reach("07-update", 3, 6)
    app = BackpropApp(None, done=Done(tmp_path / "state"))
    async with driven(app) as user:
        lines = [line.partition("│")[0].rstrip() for line in user.text().split("\n")]
        assert any(re.match(" ✓ 01 +Derivative", line) for line in lines)
        assert any(re.match("   07 +The update +note 3 of 6", line) for line in lines)
        assert "lessons · 1 of 18 done" in user.text()
        await user.press("n", "enter")
        await user.settle()
        await user.press("c")
        await user.press("o")
        assert "note 2 of 8" in user.text()
    assert Done(tmp_path / "state").of("02-forward") == (2, 8)


async def test_a_long_title_and_an_error_stand_there_once(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(SMALL.format(title="very long " * 50, about="b"), encoding="utf-8")
    (tmp_path / "b.toml").write_text(
        SMALL.format(title="b", about="b").replace('"identity"', "5"), encoding="utf-8"
    )
    app = BackpropApp(None, shelf=Shelf(tmp_path))
    async with driven(app) as user:
        lines = [line.partition("│")[0].rstrip() for line in user.text().split("\n")]
        found = [line for line in lines if line.startswith(" a  ")]
        assert len(found) == 1
        assert found[0].endswith("…")
        said = user.app.screen.query_one("#complaint", Static)
        await user.press("n")
        assert f"{described(user)} {said.content}".count("found the number 5") == 1
        await user.press("enter")
        assert f"{described(user)} {said.content}".count("found the number 5") == 1
        assert "can't be opened" in user.text()


async def test_an_empty_folder_is_said_to_be_empty(tmp_path: Path) -> None:
    app = BackpropApp(None, shelf=Shelf(tmp_path))
    async with driven(app) as user:
        assert "No scenario lies in" in user.text()
        await user.press("n", " ", "tab", "enter", "/", "escape")
        assert isinstance(user.app.screen, PickerScreen)


async def test_an_order_that_was_asked_for_is_no_hindrance_to_a_scenario_that_clips() -> None:
    async with user_of("mazur") as user:
        user.app._order = "premature"
        mazur = load(find("mazur"))
        user.app._open(replace(mazur, training=replace(mazur.training, clip_norm=1.0)), None)
        await user.settle()
        assert user.app.fault is None
        assert user.app.stepping is not None
        assert user.app.stepping.trace is not None
        assert user.app.stepping.trace.order == "deferred"
        user.app._open(load(find("xor")), None)
        await user.settle()
        assert user.app.stepping.trace.order == "premature"


async def test_at_rest_nothing_is_laid_out_in_any_window(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a few rows a scrollbar came and went without an end, and took a third of a processor."""
    async with driven(BackpropApp(None), (6, 3)) as user:
        screen, laid_out = user.app.screen, list[object]()
        lay_out = screen._refresh_layout

        def seen(*words: Any, **named: Any) -> None:
            laid_out.append(words)
            lay_out(*words, **named)

        monkeypatch.setattr(screen, "_refresh_layout", seen)
        for size in ((6, 3), (20, 5), (20, 6), (30, 8), (100, 5)):
            await user.give_size(*size)
            laid_out.clear()
            for _ in range(30):
                await asyncio.sleep(0.01)
            assert len(laid_out) < 5, size  # a description that was read late is one


@pytest.mark.parametrize("size", [(60, 12), (40, 10), (20, 6)])
async def test_what_is_chosen_is_seen_in_a_low_window(size: tuple[int, int]) -> None:
    """The preview had all its rows, and the list none."""
    async with user_of(None, size=size) as user:
        assert " 01  " in user.text()
        await user.press("j")
        assert " 02  " in user.text()
        await user.press("tab")
        assert " neuron  " in user.text()
        await user.resize(9, 3)
        assert "20x6" in user.text()
        await user.resize(*size)
        assert "bp-tui" in user.text()
