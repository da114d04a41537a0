"""Do followers see what the leader sees, whatever the leader does?

A walk of keys of every kind is pressed by a leader; after each the follower's picture is held against the
leader's. So that nothing can be forgotten, the keys are those of the key table, questions are answered too.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from engine import load
from engine.catalog import find, shipped_shelf
from engine.read.changed import changed
from tests.following.lessons import until
from tests.following.test_lesson import attending, running
from tests.given.some_of import EVERY_CASE, some_of
from tui.draw.kit.rows import plain
from tui.following.names import claim
from tui.following.teaching import Teaching
from tui.keys import KEYS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.app.driving import User

#: What lies in front of the picture, leads out, or is the leader's own: the page for the projector.
_NOT_PRESSED = {"help", "app.quit", "app.rejoin", "presenter"}

#: What is typed after a key that asks something.
_ANSWERS = {
    "g": ("7", "12", "19"),
    "slash": ("W1[1,2]", "d1[1]", "gW2[1,1]", "b2[1]"),
    "m": ("j", "j j", "j j j"),
    "o": ("j", "j j", "k"),
    "e": ("0.5", "+= 0.1", "nonsense"),
    "colon": (
        "set W1[1,1] = 0.75",
        "set learning_rate = 0.25",
        "run 1",
        "run 2",
        "watch W1[1,1]",
        "watch loss",
    ),
}
_STEPS, _FEW = 40, 26
_LATE = 2  # the seed of a walk that comes to runs that branch, though not soon


def test_what_is_not_pressed_is_in_the_table() -> None:
    assert {key.action for key in KEYS} > _NOT_PRESSED


def picture(user: User) -> list[str]:
    """Return what the panes show of the run.

    The first lines tell of the lesson too, and what is said of a key of the leader's, below the row of steps,
    stays with the leader.
    """
    screen = user.app.stepping
    assert screen is not None
    return [
        plain(row).rstrip()
        for name, shown in (("main", None), ("reasons", None), ("timeline", 1))
        for row in screen.query_one(f"#{name}")._rows[:shown]  # type: ignore[attr-defined]
    ]


def at_one(leader: User, follower: User) -> bool:
    theirs, ours = leader.app.stepping, follower.app.stepping
    assert theirs is not None
    assert ours is not None
    return (
        theirs.cursor == theirs.goal
        and theirs.progress == ours.progress == ""
        and ours.lesson == "following lesson"
        and picture(leader) == picture(follower)
    )


@pytest.mark.parametrize("seed", some_of(range(6), 3))
async def test_a_walk_of_every_kind_of_key(seed: int, tmp_path: Path) -> None:
    chance = Random(seed)
    name = chance.choice(["mazur", "06-batch", "bptt", "xor", "counting"])
    scenario = load(find(name))
    if seed % 2:
        scenario = changed(scenario, optimizer="momentum", learning_rate=0.125)
    lesson = Teaching(claim(tmp_path, "lesson"), "lesson", shipped_shelf())
    keys = [key.keys[0] for key in KEYS if key.action not in _NOT_PRESSED]
    pressed: list[str] = []
    async with running(scenario, lesson) as leader, running(*attending(tmp_path, "xor")) as follower:
        for _ in range(_STEPS if EVERY_CASE or seed == _LATE else _FEW):
            key = chance.choice([*keys, "x", "x", "m", "u", "2", "n", "n", "n", "e", "colon", "E", "0"])
            await leader.press(key)
            if key in _ANSWERS and leader.app.screen is not leader.app.stepping:
                answer = chance.choice(_ANSWERS[key])
                if key in "mo":
                    await leader.press(*answer.split(), "enter")
                else:
                    await leader.type(answer)
                    await leader.press("enter")
                if leader.app.screen is not leader.app.stepping:
                    await leader.press("escape", "escape")
            if key == "space":
                await leader.press("home")
            pressed.append(key)
            try:
                await until(lambda: at_one(leader, follower))
            except AssertionError:
                ours, theirs = "\n".join(picture(follower)), "\n".join(picture(leader))
                said = follower.app.stepping.lesson if follower.app.stepping else ""
                raise AssertionError(f"{name} {pressed}: {said}\n{theirs}\n--- but\n{ours}") from None


async def test_how_a_table_stands_what_is_watched_and_which_run_is_held_against_this(tmp_path: Path) -> None:
    lesson = Teaching(claim(tmp_path, "lesson"), "lesson", shipped_shelf())
    async with running(load(find("xor")), lesson) as leader, running(*attending(tmp_path, "xor")) as follower:
        for keys in (
            ("0",),
            ("s",),
            ("down", "down"),
            ("f",),
            ("1", "V"),
            ("W",),
            ("colon", *"set learning_rate = 2", "enter"),
            ("colon", *"set b1[1] = 2", "enter"),
            ("E",),
            ("up",),
            ("}", "}"),
            ("enter",),
        ):
            await leader.press(*keys)
            await until(lambda: at_one(leader, follower))
        assert "learning_rate = 2" in "\n".join(picture(follower))
