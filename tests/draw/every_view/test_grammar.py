"""Is one of something one, and never "1 steps"? In every view, of small networks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.looking.cursor import go_to, start
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import in_turns, some_of
from tui.draw.kit.rows import plain
from tui.draw.reasons.reasons import reasons_rows
from tui.views import VIEWS, view_rows

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Scenario

WRONG = re.compile(r"(?<![\w.,+\-@×/])1 (?!is\b|has\b|softplus\b|serves\b|this\b|sums\b)[a-z]+s\b")
SMALL = ("neuron", "02-forward", "12-through-time", "counting", "batch", "mazur")


def texts(whole: Trace, cursor: Cursor, width: int = 110, height: int = 40) -> list[str]:
    """The reasons and every view, or at one step every other one and at the next the others, a text each."""
    drawn = [reasons_rows(whole, cursor, width, height)]
    drawn += [view_rows(name, whole, cursor, width, height) for name in in_turns(VIEWS, cursor.step, 2)]
    return [re.sub(r"\s+", " ", " ".join(map(plain, rows))) for rows in drawn]


def check(scenario: Scenario, most: int) -> None:
    whole = trace(scenario)
    for step in some_of(range(whole.schedule.first_step(1)), most):
        for text in texts(whole, go_to(start(whole), whole, step)):
            assert not WRONG.search(text), (step, WRONG.findall(text), text)


@pytest.mark.parametrize("name", SMALL)
def test_one_is_never_many(name: str) -> None:
    check(scenario_of(name), 4)


@pytest.mark.parametrize("seed", range(4))
def test_one_is_never_many_in_any_small_network(seed: int) -> None:
    wanted = Wanted(samples=1, depth=2, iterations=1, recurrent=seed % 2 == 0, steps=40)
    check(scenario_at_random(seed, wanted), 4)
