"""Does a lesson lead: from little to more, to the view that a note means, and on to the next lesson?"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine import load
from engine.catalog import Shelf, find
from tests.app.driving import user_of

if TYPE_CHECKING:
    from pathlib import Path


async def test_the_first_lesson_begins_with_the_picture_and_one_equation() -> None:
    async with user_of("01-derivative") as user:
        text = user.text()
        assert "a1[1] = W1[1,1] × x[1] + W1[1,2] × x[2]\n" in text
        assert "lesson 1 · note 1 of 7" in text
        for later in ("waiting", "δ", "C ", "f'(", "looking at", "forward a1", "η"):
            assert later not in text, later


async def test_a_note_opens_its_view_wherever_the_reader_stands() -> None:
    scenario = load(find("04-chain-rule"))
    notes = tuple(
        replace(note, view="chain", look="W2[1,1]") if note.step == 5 else replace(note, view="network")
        for note in scenario.notes
    )
    async with user_of(replace(scenario, notes=notes)) as user:
        for away in ("1", "3", "P"):
            await user.press("home", away, *"ccc")
            await user.settle()
            assert (user.step(), user.stepping.view) == (5, "chain")
            assert user.cursor.focus is not None
            assert user.cursor.focus.reference.quantity == "weights"
            await user.press("c")
            assert user.stepping.view == "network"
        await user.press("g", "5", "enter")
        assert user.stepping.view == "chain"
        await user.press("1", "enter", "b")
        assert user.stepping.view == "network", "who follows a number is left alone"


async def test_the_last_note_leads_to_the_next_lesson() -> None:
    async with user_of("01-derivative") as user:
        await user.press(*"cccccc")
        assert user.step() == 9
        assert "c next lesson: 02 Forward" in user.text()
        await user.press("c")
        assert "c again opens lesson 02 Forward" in user.text()
        await user.press("2", "c")
        assert user.trace.scenario.name == "01-derivative", "only c again"
        await user.press("c")
        await user.settle()
        assert (user.trace.scenario.name, user.step()) == ("02-forward", 1)
        assert "lesson 2 · note 1 of 8" in user.text()


async def test_the_footer_offers_no_note_after_the_last() -> None:
    def footer(text: str) -> str:
        return text.split("\n")[-1]

    async with user_of("mazur") as user:
        assert "c note" in footer(user.text())
        for _ in user.trace.scenario.notes:
            await user.press("c")
        assert "note" not in footer(user.text())
        await user.press("home")
        assert "c note" in footer(user.text())
    async with user_of("07-update") as user:
        await user.press("c", "c")
        for hides, shows in ("uu", "xX"):  # another order, a break: the pane says the way back
            await user.press(hides)
            assert "c note" not in footer(user.text())
            await user.press(shows)
            assert "c note" in footer(user.text())
    async with user_of("01-derivative") as user:
        await user.press(*"cccccc")
        assert "c lesson" in footer(user.text())
        assert "] phase" in footer(user.text()), "it was pushed out on the last note of each lesson"


async def test_the_last_lesson_leads_nowhere() -> None:
    async with user_of("18-no-slope") as user:
        await user.press("end")
        await user.until_computed()
        await user.press("c", "c")
        assert "No later step has a note, and no lesson follows: o opens other scenarios." in user.text()


def test_lessons_follow_each_other_by_their_numbers(tmp_path: Path) -> None:
    for name in ("01-a", "02-b", "10-z", "mazur"):
        (tmp_path / f"{name}.toml").write_text(f'title = "{name}: more"', encoding="utf-8")
    shelf = Shelf(tmp_path)
    following = shelf.after("01-a")
    assert following is not None
    assert (following.name, following.headline) == ("02-b", "02 02-b")
    assert [shelf.after(name) for name in ("02-b", "10-z", "mazur", "", "1-a")] == [None] * 5
    (tmp_path / "03-c.toml").symlink_to(find("mazur"))
    assert Shelf(tmp_path).after("02-b") is not None
    assert Shelf(tmp_path, closed=True).after("02-b") is None, "no link leads out of a closed shelf"
