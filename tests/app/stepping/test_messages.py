"""Is what is said of a key in a line of its own, until the next key, and is no key silent?"""

from __future__ import annotations

import pytest

from tests.app.driving import user_of
from tests.given.some_of import in_turns
from tui.keys import KEYS
from tui.panes.frame import TimelinePane
from tui.walking.said import Wrong


async def test_what_is_said_stands_in_its_own_line_until_the_next_key() -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        before = user.text()
        await user.press("p")
        said = user.text()
        assert "This is the first step" in said
        changed = [
            place
            for place, (a, b) in enumerate(zip(before.split("\n"), said.split("\n"), strict=True))
            if a != b
        ]
        assert changed == [22]  # the line above the keys: it said what is looked at
        await user.press("l")
        assert "This is the first step" not in user.text()
        assert "changes the scale of the loss curve" in user.text()
        await user.press("n")
        assert "changes the scale of the loss curve" not in user.text()
        assert "looking at z2[1] = 1.105905967 · made here" in user.text()


async def test_where_no_curve_has_another_scale_it_says_why() -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()  # of what has not been read nothing is said
        await user.press("W", "l")
        assert "Nothing is watched: V watches" in user.text()
        await user.press("colon")
        await user.type("watch loss - 0.2983")  # above 0 at first
        await user.press("enter")
        await user.until(lambda text: "least -" in text)
        await user.press("l")
        assert "Nothing that is watched is always above 0" in user.text()
        await user.press("colon")
        await user.type("watch loss")
        await user.press("enter")
        await user.until(lambda text: "most 0.2984" in text)
        await user.press("l")
        assert "Nothing" not in user.text()
        assert "log scale" in user.text()


@pytest.mark.parametrize("key", ["down", "up"])
async def test_at_the_end_of_a_layer_the_keys_to_the_others_are_named(key: str) -> None:
    """View 2 lists the numbers of all layers, and its head says that there are more below."""
    async with user_of("09-too-early-loss") as user:
        await user.press(*["n"] * 6, "2", key, key)
        said = user.text().split("\n")[22]
        assert "neuron" in said
        assert said.rstrip(" │").endswith(", a and A lead to other layers.")
    async with user_of("neuron") as user:
        await user.press(key)
        assert "neuron" in user.text().split("\n")[22]
        assert "a and A" not in user.text().split("\n")[22]


async def test_a_hint_is_not_as_red_as_what_is_wrong() -> None:
    async with user_of("mazur", iterations=40) as user:
        for key in ("p", "z"):
            await user.press(key)
            assert user.stepping.query_one(TimelinePane).picture[-1][0][1] == "strong"
        user.stepping.say(Wrong("Not saved: no room."))
        await user.settle()
        assert user.stepping.query_one(TimelinePane).picture[-1] == ((" Not saved: no room. ", "wrong"),)


async def test_in_a_short_window_it_takes_the_place_of_the_steps() -> None:
    async with user_of("mazur", size=(80, 20)) as user:
        assert "forward a1 a2" in user.text()
        await user.press("p")
        assert "This is the first step" in user.text()
        assert "½ Σ (a - y)²" in user.text()
        await user.press("n")
        assert "forward a1 a2" in user.text()


async def test_a_message_after_a_move_that_is_still_to_be_drawn_is_seen() -> None:
    async with user_of("bptt") as user:
        await user.until_computed()
        await user.press("end", "n")
        assert "This is the last step" in user.text()


async def test_what_is_not_computed_yet_is_said_to_come_from_a_step() -> None:
    async with user_of("mazur") as user:
        await user.press("/", *"d1[2]", "enter", "t")
        assert "comes from no other number" not in user.text()
        assert user.text().count("Not computed yet: is made by step 6 (δ1); enter goes there") == 2


async def test_an_unbound_key_says_where_the_keys_are() -> None:
    async with user_of("mazur") as user:
        await user.press("z")
        assert "z does nothing here: ? has the keys" in user.text()


async def test_ctrl_c_says_what_leaves() -> None:
    async with user_of("mazur") as user:
        await user.press("ctrl+c")
        assert "q leaves." in user.text()


NOT_HERE = ("app.quit", "app.pick", "go_to", "find", "help", "choose_mistake", "play")
"""They leave, or open a dialog; playing is heard later."""

VIEWS = ["1", "4", "9"]


@pytest.mark.parametrize("view", VIEWS)
async def test_no_key_is_silent(view: str) -> None:
    """Every key of the table changes what is seen, or says why it doesn't: in the views by turns."""
    keys = [key for key in KEYS if key.action not in NOT_HERE]
    async with user_of("06-batch", 6, wait=0.02) as user:
        await user.until_computed()
        before = ""
        for key in in_turns(keys, VIEWS.index(view), len(VIEWS)):
            if user.text() != before:
                if user.step() != 6:
                    await user.pick(6)
                await user.press("1", *([] if view == "1" else [view]), "escape", "n", "p")
                before = user.text()
            await user.press(key.keys[0])
            assert user.text() != before, key
            await user.press("escape")
            if user.trace.disturbed:
                await user.press("X", "M")
            if user.trace.order != "deferred":
                await user.press("u")
            if user.step() == 6:
                # A dialog takes its time; either way nothing is said any more.
                await user.press("n", "p")


async def test_a_view_that_does_not_follow_says_so() -> None:
    async with user_of("mazur", 6, size=(120, 40)) as user:
        await user.press("2")
        await user.until(lambda text: "being computed" not in text and "not run yet" not in text)
        await user.press("1")
        for key, other in (("2", "tab"), ("3", "a"), ("4", "a")):
            await user.press(key, other)
            assert f"View {key} shows" in user.text()
            await user.press("1", "a", "escape")
            assert f"View {key} shows" not in user.text()
        await user.press("9", "a")
        assert "∂C/∂a2  2×1 sample" in user.text()  # this one follows
        assert "View 9 shows" not in user.text()
        await user.press("escape", "2", "a")
        assert "▸W2[1,1]" in user.text()  # and this one follows from layer to layer
        assert "View 2 shows" not in user.text()


async def test_the_view_of_time_is_turned_over_and_tells_of_another_error() -> None:
    async with user_of("elman", 42) as user:
        await user.press("<")
        assert "through the errors of view 5" in user.text()
        await user.press("5")
        assert "the one made at @5" in user.text()
        await user.press("<", "<")
        assert "the one made at @3" in user.text()
        await user.press("5")
        assert "adds up what every error sends back" in user.text()
        assert "▸@3" in user.text()
        await user.press("5")
        assert "way back" in user.text()
        await user.press("5", ">", ">", ">")
        assert "No later error is known: < goes back to the one before." in user.text()


async def test_of_two_keys_that_lead_back_nothing_is_said() -> None:
    async with user_of("bptt") as user:
        await user.pick(5)
        for keys in (("n", "p"), ("p", "n")):
            await user.press(*keys)
            assert user.step() == 5
            assert "This is the" not in user.text()
