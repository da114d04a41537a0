"""Can a user make a mistake at the place where he is, see it, and take it back?"""

from __future__ import annotations

from engine import load
from engine.catalog import find
from engine.read.changed import changed
from tests.app.driving import User, user_of

SIGN = ["m", "end", *["k"] * 4, "enter"]
"""The keys that choose the mistake `sign` from the list."""


async def make(user: User, *keys: str) -> None:
    await user.press(*keys)
    await user.until_computed()


async def test_a_mistake_is_made_at_the_same_place_and_taken_back() -> None:
    async with user_of("xor", 6, wait=0.02, iterations=50) as user:
        await user.press("j", "6")
        await user.until_computed()
        before, units = user.text(), user.cursor.units
        await make(user, "m", "j", "enter")
        assert user.trace.mistake == "no-slope"
        assert " mistake: no-slope " in user.text()
        assert (user.step(), user.cursor.units, user.stepping.view) == (6, units, "chain")
        await make(user, "M")
        assert user.text() == before
        assert user.trace.mistake is None


async def test_numbers_that_are_wrong_because_of_it_are_marked_in_the_other_orders_too() -> None:
    async with user_of("mazur", 6, wait=0.02, iterations=50) as user:
        assert "≠" not in user.text()
        await make(user, "m", "j", "enter")
        assert "δ ≠" in user.text()
        await make(user, *SIGN)
        await make(user, "u")
        assert (user.trace.order, user.trace.mistake) == ("premature", "sign")
        await make(user, "M")
        assert (user.trace.order, user.trace.mistake) == ("premature", None)
        await make(user, *SIGN)
        await make(user, "u")
        assert (user.trace.order, user.trace.mistake) == ("deferred", "sign")
        assert user.step() == 6


async def test_an_update_is_the_same_place_too_and_the_breaks_of_the_rule_are_forgotten() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=50) as user:
        for step in (11, 9):
            await user.pick(step)
            await make(user, *SIGN)
            assert user.step() == step
            await make(user, "M")
            assert user.step() == step
        await user.pick(5)
        await user.press("x", "n")
        assert user.step() == 7
        await make(user, *SIGN)
        assert not user.trace.breaks
        assert user.step() == 6  # the step that the one out of turn had moved
        await user.press("X")
        assert "No rule is broken" in user.text()


async def test_where_nothing_is_to_be_done_it_is_said() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=50) as user:
        await user.press("M")
        assert "No mistake is made: m lists those that can be." in user.text()
        await make(user, *SIGN)
        await make(user, "m", "enter")
        assert "sign is made already: M takes it back." in user.text()
        assert user.trace.mistake == "sign"


async def test_the_notes_tell_of_the_run_of_the_file_and_are_there_again() -> None:
    async with user_of("06-batch", 1, wait=0.02) as user:
        noted = user.text()
        await make(user, *SIGN)
        await user.press("c")
        assert "The notes tell of the run without a mistake: M goes back to it." in user.text()
        await make(user, "M")
        assert user.text() == noted


async def test_a_scenario_s_own_mistake_is_taken_back_and_made_again() -> None:
    plain = load(find("06-batch"))
    from dataclasses import replace

    own = replace(changed(plain, mistake="sign"), notes=plain.notes)
    async with user_of(own, 1, wait=0.02) as user:
        noted = user.text()
        await make(user, "M")
        assert user.trace.mistake is None
        await user.press("c")
        assert "The notes tell of the run with the mistake sign: m goes back to it." in user.text()
        await make(user, *SIGN)
        assert user.text() == noted


async def test_view_2_holds_the_run_with_the_mistake_against_the_one_that_is_right_or_another_order() -> None:
    async with user_of("mazur", 9, wait=0.02, iterations=50) as user:
        await user.press("2")
        await make(user, *SIGN)
        assert user.stepping.view == "compare"
        assert [(other.order, other.mistake) for other in user.stepping.others] == [("deferred", None)]
        await user.press("v")
        runs = [(other.order, other.mistake) for other in user.stepping.others]
        assert runs == [("deferred", None), ("premature", "sign")]
