"""Does a lesson lead: from little to more, to the view that a note means, and on to the next lesson?"""

from __future__ import annotations

from dataclasses import replace

from engine import load
from engine.catalog import find
from tests.app.driving import user_of


async def test_the_first_lesson_begins_with_the_picture_and_one_equation() -> None:
    async with user_of("01-derivative") as user:
        text = user.text()
        assert "a1[1] = W1[1,1]×x[1] + W1[1,2]×x[2] + b1[1]" in text
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


async def test_the_last_lesson_leads_nowhere() -> None:
    async with user_of("18-no-slope") as user:
        await user.press("end")
        await user.until_computed()
        await user.press("c", "c")
        assert "No later step has a note" in user.text()
