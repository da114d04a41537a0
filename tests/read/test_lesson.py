"""Is what a lesson shows, opens and looks at read, and what isn't there complained about?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.facts.broken.breaking import break_rule
from engine.facts.number import Traced
from engine.looking.cursor import go_to, start
from engine.looking.lesson.notes import guided, view_at
from engine.looking.lesson.shown import ALL, PARTS, shown_at
from engine.looking.selection import explained
from tests.read.files import complaint, write

if TYPE_CHECKING:
    from pathlib import Path

LESSON = """\
format = 1
title = "a"
[network]
inputs = 2
loss = "half-squared-error"
[[network.layers]]
activation = "identity"
weights = [[1.0, 2.0], [0.5, 0.5]]
[data]
inputs = [[1.0, 2.0]]
targets = [[1.0, 1.0]]
[training]
learning_rate = 0.5
iterations = 2
[lesson]
shows = ["network"]
[[notes]]
step = 1
text = "one"
[[notes]]
step = 3
text = "three"
view = "loss"
look = "δ1[2]"
shows = ["delta", "waiting"]
[[notes]]
step = 4
text = "four"
view = "network"
look = "W1[2,1]"
"""


def test_parts_come_with_their_notes_and_go_when_one_goes_back(tmp_path: Path) -> None:
    steps = trace(load(write(tmp_path, LESSON)))
    assert shown_at(steps, 0) == shown_at(steps, 1) == {"network"}
    assert shown_at(steps, 2) == shown_at(steps, 9) == {"network", "delta", "waiting"}


def test_another_run_than_the_lesson_s_shows_everything(tmp_path: Path) -> None:
    scenario = load(write(tmp_path, LESSON))
    assert shown_at(trace(scenario, "premature"), 0) == ALL
    steps = trace(scenario)
    assert shown_at(break_rule(steps, 3, 1), 0) == ALL
    assert (
        shown_at(trace(load(write(tmp_path, LESSON.replace('[lesson]\nshows = ["network"]\n', "")))), 0)
        == ALL
    )


def test_a_note_opens_its_view_and_looks_at_its_number(tmp_path: Path) -> None:
    steps = trace(load(write(tmp_path, LESSON)))
    assert [view_at(steps, step) for step in range(4)] == [None, None, "loss", "network"]
    looked = []
    for step in range(4):
        cursor = guided(go_to(start(steps), steps, step), steps)
        assert cursor.step == step
        looked.append(Traced(steps, explained(steps, cursor)).symbol)
    assert looked == ["z1[1]", "C[1]", "δ1[2]", "W1[2,1]"]


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('"δ1[2]"', '"δ1[3]"', "3 is not a unit: 1 to 2"),
        ('"δ1[2]"', '"delta"', "is no number's name"),
        ('"W1[2,1]"', '"W9[2,1]"', "The layers are 1 to 1"),
        ('view = "loss"', 'view = "los"', 'Did you mean "loss"?'),
        ('"waiting"', '"wait"', 'Did you mean "waiting"?'),
        ('shows = ["network"]', "shows = []", "found an empty list"),
        ('[lesson]\nshows = ["network"]', "[lesson]", "this key is missing"),
    ],
)
def test_what_is_not_there_is_said_with_its_line(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert right in LESSON
    assert said in str(complaint(write(tmp_path, LESSON.replace(right, wrong))))


def test_each_part_can_be_left_out() -> None:
    assert {"network", "equation", "waiting"} < set(PARTS)
