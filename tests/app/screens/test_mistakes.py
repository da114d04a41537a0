"""Can every mistake be read and chosen in the list, with the keyboard alone, in any terminal?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from textual.content import Content
from textual.theme import ThemeProvider
from textual.widgets import OptionList

from engine import load
from engine.catalog import find
from engine.equations.mistakes.mistakes import MISTAKES
from tests.app.driving import User, driven, user_of
from tests.given.some_of import EVERY_CASE, in_turns
from tui.classroom.app import RestrictedApp
from tui.draw.kit.signs.ascii import in_ascii
from tui.screens.dialogs.mistakes import MistakesScreen


def listed(user: User) -> str:
    """Return the words in the part of the list that is seen."""
    box = user.app.screen.query_one(OptionList).scrollable_content_region
    rows = user.text().split("\n")[box.y : box.bottom]
    return " ".join(" ".join(row[box.x : box.right] for row in rows).split())


def unbarred(text: str) -> str:
    """Return a text without the ends of a scroll bar, which has whole cells in the terminal's own colours."""
    return re.sub("[▁-▇]", " ", text)


@pytest.mark.parametrize(
    ("key", "size", "ascii_only"),
    [("j", (40, 10), False), ("k", (120, 40), False), ("k", (60, 18), True), ("j", (80, 24), True)],
)
async def test_each_is_there_with_what_is_wrong_and_what_is_right(
    key: str, size: tuple[int, int], *, ascii_only: bool
) -> None:
    """Down from the top or up from the bottom, half of the way each; all of it with EVERY_CASE=1."""

    def seen(text: str) -> str:
        return in_ascii(f"{text} ").strip() if ascii_only else text

    iris = load(find("iris"))
    short = replace(iris, training=replace(iris.training, iterations=1))
    met = [*MISTAKES.items()] if key == "j" else [*reversed(MISTAKES.items())]
    async with user_of(short, size=size, ascii_only=ascii_only) as user:
        await user.press("m")
        assert f"{seen('●')} no mistake: as it should be" in listed(user)
        for name, row in met if EVERY_CASE else met[: (len(met) + 1) // 2]:
            await user.press(key)
            assert f"{name} wrong {seen(row.instead)} right {seen(row.right)}" in listed(user)


@pytest.mark.parametrize("size", [(40, 10), (80, 24)])
async def test_one_that_can_not_be_made_says_why_and_is_not_chosen(size: tuple[int, int]) -> None:
    async with user_of("xor", 5, size=size, wait=0.02) as user:
        place = list(MISTAKES).index("mean-twice") + 1
        await user.press("m", *["j"] * place)
        assert "can't be made: it needs the mean of a batch; here its sum is applied" in user.dialog()
        await user.press("enter", "enter")
        assert "It can't be made here." in user.dialog()
        assert "esc stays" in user.dialog()
        await user.press("j")
        assert "It can't be made here." not in user.dialog()
        await user.press("escape")
        assert user.trace.mistake is None


async def test_the_letters_of_the_equations_are_told_where_there_is_room() -> None:
    async with user_of("xor", 5, size=(80, 24)) as user:
        await user.press("m")
        for told in ("G gathered", "g applied", "B samples of a batch", "Wᵀ columns as rows"):
            assert told in user.dialog()
    async with user_of("xor", 5, size=(40, 10)) as user:
        await user.press("m")
        assert "gathered of them" not in user.dialog()


async def test_one_that_can_not_be_made_is_faint_until_it_is_looked_at() -> None:
    async with user_of("xor", 5) as user:
        place = list(MISTAKES).index("mean-twice") + 1
        await user.press("m")
        names = user.app.screen.query_one(OptionList)
        for keys, faint in (((), True), (["j"] * place, False), (["j"], True)):
            await user.press(*keys)
            prompt = names.get_option_at_index(place).prompt
            assert isinstance(prompt, Content)
            assert any(span.style == "dim" for span in prompt.spans) == faint


async def test_one_that_changes_nothing_says_why_and_can_be_chosen() -> None:
    async with user_of("xor", 5, wait=0.02, iterations=40) as user:
        await user.press("m", "end")
        assert "changes nothing here: no layer is recurrent" in user.dialog()
        await user.press("enter")
        await user.until_computed()
        assert user.trace.mistake == "state-of-same-time"


async def test_what_changes_nothing_in_one_order_may_in_another() -> None:
    noted = load(find("06-batch"))
    once = replace(noted, training=replace(noted.training, iterations=1), notes=())
    async with user_of(once, 1, size=(80, 50), wait=0.02) as user:
        for order, said in (("deferred", True), ("premature", False)):
            assert user.trace.order == order
            await user.press("m")
            assert ("changes nothing here: each layer is updated once" in user.dialog()) == said
            await user.press("escape")
            await user.press("u")


async def test_the_list_begins_at_what_is_made_now() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=40) as user:
        await user.press("m", "j", "j", "enter")
        await user.until_computed()
        assert user.trace.mistake == "no-output-slope"
        await user.press("m")
        assert user.app.screen.query_one(OptionList).highlighted == 2
        assert "● no-output-slope" in user.dialog()
        await user.press("home", "enter")
        await user.until_computed()
        assert user.trace.mistake is None


async def test_it_closes_without_a_change() -> None:
    async with user_of("mazur", 5, wait=0.02) as user:
        before = user.text()
        for closing in ("escape", "q", "m"):
            await user.press("m", "j", closing)
            assert user.text() == before, closing


async def test_keys_pressed_fast_choose_once() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=40) as user:
        depth = len(user.app.screen_stack)
        await user.press("m", "pagedown", "pageup", "home", "j", "enter", "enter", "enter")
        await user.until_computed()
        assert user.trace.mistake == "no-slope"
        assert (user.step(), len(user.app.screen_stack)) == (5, depth)
        await user.press("M", "M", "M", "m", "escape", "M", "u", "m", "k", "k", "escape")
        await user.until_computed()
        assert user.trace.mistake is None


async def test_in_a_restricted_session() -> None:
    app = RestrictedApp(load(find("mazur")))
    async with driven(app, wait=0.02) as user:
        await user.press("m", "j", "enter")
        await user.until_computed()
        assert user.trace.mistake == "no-slope"


async def test_in_every_theme() -> None:
    async with user_of("xor") as user:
        await user.press("m", "j")
        before = user.text()
        for name, choose in in_turns(ThemeProvider(user.app.screen).commands, 1, 3):
            choose()
            await user.settle()
            assert user.app.theme == name
            assert unbarred(user.text()) == unbarred(before), name
            assert isinstance(user.app.screen, MistakesScreen)
