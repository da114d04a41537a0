"""Can a user break the rule, see what became false and by how much, and take it back?"""

from __future__ import annotations

import pytest

from engine.looking.lesson.notes import notes_at
from engine.order.site import Sort
from engine.update_orders import ORDERS
from tests.app.driving import User, user_of
from tui.draw.kit.rows import plain
from tui.panes.frame import ReasonsPane


async def test_a_break_is_marked_weighed_and_taken_back() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=50) as user:
        await user.until_computed()
        before = user.text()
        await user.press("x")
        assert user.step() == 6
        assert " broken order " in user.text()
        assert "deferred order" not in user.text()
        assert "δ2 ∇2   update W2   back δ1" in plain(user.stepping.query_one("#timeline")._rows[0])  # type: ignore[attr-defined]
        await user.press("n")
        text = user.text()
        # The delta that the changed W2 twists, and what it should be: Mazur's own numbers.
        assert "0.007294  ≠ 0.008771" in text
        assert "δ ≠" in text
        assert "2 of 4 deltas are no longer right, and 4 of 8 gradients will not be" in " ".join(text.split())
        assert "83.16 %" in text
        await user.press("X")
        assert user.step() == 5
        await user.until_computed()
        assert user.text() == before
        assert not user.trace.breaks


async def test_a_weight_set_by_hand_is_a_step_marked_weighed_and_taken_back() -> None:
    async with user_of("mazur", 2, wait=0.02, iterations=50) as user:
        await user.press("/", *"W2[1,2]", "enter")
        await user.press("e")
        assert "0.7 now: set by hand after step 2, in the midst of the iteration" in user.dialog()
        await user.type("0.9 now")
        await user.press("enter")
        assert user.step() == 3
        text = user.text()
        assert " set by hand " in text
        assert "set by hand: W2[1,2] = 0.9 at step 3" in text
        assert "early W2[1,2] = by hand = 0.9" in text
        assert "1 of 4 deltas and 2 of 8 gradients will not be right" in " ".join(text.split())
        assert "a1 a2   update W2   loss C" in plain(user.stepping.query_one("#timeline")._rows[0])  # type: ignore[attr-defined]
        await user.press("n", "n", "n", "n")
        assert "0.1037  ≠ 0.04137" in user.text()
        await user.press("X")
        assert user.step() == 2
        assert not user.trace.breaks


async def test_each_order_comes_as_the_help_lists_them_and_says_which_have_the_same_steps() -> None:
    """From the one that waits the last came first; where two are the same, nothing said so."""
    async with user_of("xor", 3, wait=0.02, iterations=5) as user:
        for place, order in ((2, "premature"), (3, "layerwise"), (1, "deferred")):
            await user.press("U")
            assert user.trace.order == order
            assert f"Order {place} of 3: {order}." in user.text()
            assert "same steps" not in user.text()
    async with user_of("mazur", 3, wait=0.02, iterations=5) as user:
        await user.press("U")
        assert "Order 2 of 3: premature. Here layerwise has the same steps." in user.text()
    async with user_of("neuron", 3, wait=0.02, iterations=5) as user:
        await user.press("U", "U")
        assert "Here deferred and premature have the same steps." in user.text()


@pytest.mark.parametrize(("name", "step"), [("mazur", 8), ("mazur", 9), ("06-batch", 13), ("xor", 30)])
async def test_an_update_is_found_again_in_every_order_and_back(name: str, step: int) -> None:
    async with user_of(name, step, wait=0.02, iterations=5) as user:
        site = user.trace.schedule.site(step - 1)
        assert site.kind == "update"
        assert site.layer is not None
        for _ in ORDERS:
            await user.press("U")
            there = user.trace.schedule.site(user.step() - 1)
            assert (there.kind, there.layer, there.iteration) == ("update", site.layer, site.iteration)
            later = range(user.step(), user.trace.schedule.first_step(site.iteration + 1))
            assert not any(user.trace.schedule.is_of(one, Sort("update", site.layer)) for one in later)
        assert user.step() == step, "round the table and back"


def looking(user: User) -> str:
    """The number that is looked at, as the last line but one says it."""
    return next(line for line in user.text().split("\n") if "looking at " in line).partition(" · ")[0]


async def test_what_is_looked_at_is_so_in_the_other_order() -> None:
    async with user_of("mazur", 6, wait=0.02, iterations=5) as user:
        await user.press("tab")
        before = looking(user)
        await user.press("u")
        assert user.trace.order == "premature"
        assert looking(user).partition(" = ")[0] == before.partition(" = ")[0]
        await user.press("u", "/", *"δ2[2]", "enter")
        before = looking(user)
        await user.press("u")
        assert looking(user) == before, "found by its name, and the same in both orders"


async def test_why_not_is_said_and_forgotten_at_the_next_step() -> None:
    async with user_of("mazur", 1, wait=0.02, iterations=50) as user:
        await user.press("x")
        assert "Nothing is gathered for layer 1 yet" in user.text()
        assert user.step() == 1
        await user.press("n")
        assert "Nothing is gathered" not in user.text()
        await user.press("X")
        assert "No rule is broken" in user.text()


async def test_breaks_are_taken_back_one_by_one_and_harm_their_own_iteration() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=50) as user:
        await user.press("x", "n", "n", "x")
        assert [found.layer for found in user.trace.breaks] == [2, 1]
        assert user.step() == 9
        await user.press("X")
        assert [found.layer for found in user.trace.breaks] == [2]
        assert user.step() == 8
        await user.press("X")
        assert not user.trace.breaks
        await user.pick(5)
        await user.press("x", "}")
        assert "you broke the rule" not in user.text()  # the harm is not shown in other iterations
        await user.press("{")
        await user.press("n", "n", "n", "n", "n", "n")
        assert "you broke the rule" in user.text()


async def test_the_frame_around_harm_is_as_red_as_what_is_wrong() -> None:
    """It had the colour of negative numbers."""
    async with user_of("mazur", 5, size=(120, 40), wait=0.02, iterations=50) as user:
        await user.press("x", "n")
        row = next(row for row in user.stepping.query_one(ReasonsPane).picture if "you broke" in plain(row))
        before = next(place for place, (text, _) in enumerate(row) if "you broke" in text) - 1
        assert row[before] == ("┌─", "wrong")


async def test_another_layer_can_be_applied() -> None:
    """At the delta of layer 1, layer 2 is looked at and applied: by then nothing reads it, so no harm."""
    async with user_of("mazur", 6, wait=0.02, iterations=50) as user:
        await user.press("a", "x")
        assert [found.layer for found in user.trace.breaks] == [2]
        assert "No harm" in "".join(plain(row) for row in user.stepping.query_one(ReasonsPane)._rows)


async def test_the_other_order_at_the_same_place() -> None:
    async with user_of("mazur", 6, wait=0.02, iterations=50) as user:
        assert "deferred order" in user.text()
        await user.press("u")
        assert "premature order" in user.text()
        assert user.trace.schedule.site(user.cursor.step)[:3] == ("delta", 0, 0)
        assert "early W2[1,1] × δ2[1]" in user.text()
        await user.press("x")
        assert "no rule is left to break" in user.text()
        await user.press("u")
        assert user.step() == 6
        assert "deferred order" in user.text()


async def test_opening_another_scenario_forgets_the_breaks() -> None:
    async with user_of("mazur", 5, wait=0.02, iterations=50) as user:
        await user.press("x", "o")
        await user.pilot.pause(0.1)
        await user.press("enter")
        await user.pilot.pause(0.1)
        assert not user.trace.breaks
        await user.press("X")
        assert "No rule is broken" in user.text()


async def test_the_note_that_says_u_stays_in_the_other_order_and_says_how_to_come_back() -> None:
    async with user_of("08-too-early-sign", 7, wait=0.02) as user:
        assert "note 4 of 6 ─" in user.text()
        await user.press("u")
        await user.until_computed()
        assert "deferred order" in user.text()
        assert "note 4 of 6, written for the premature order" in user.text()
        assert "u goes back to it" in user.text()
        assert "Negative: the new W2 was read" in user.text()
        await user.press("u")
        await user.until_computed()
        assert user.step() == 7
        assert "written for" not in user.text()


async def test_notes_that_a_break_or_the_other_order_hides_say_how_to_get_them_back() -> None:
    async with user_of("06-batch", 1, wait=0.02) as user:
        await user.press("u")
        await user.until_computed()
        await user.press("c")
        assert "The notes tell of the deferred order: u goes back to it." in user.text()
        await user.press("u")
        await user.until_computed()
        while user.trace.schedule.site(user.cursor.step).kind != "gradient":
            await user.press("n")
        await user.press("x")
        assert user.trace.breaks
        await user.until_computed()
        await user.press("c")
        assert "The later notes tell of the run without the break: X takes it back." in user.text()
        await user.press("C")
        assert notes_at(user.trace, user.cursor.step)
        assert "X for the next note" in user.text()
        assert "c next note" not in user.text()
