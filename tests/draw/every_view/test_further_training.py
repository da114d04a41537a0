"""Does every view stand, and is every number explained, with every optimiser, setting and mistake?"""

from __future__ import annotations

from functools import cache
from random import Random
from typing import TYPE_CHECKING, get_args

import numpy as np
import pytest

from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import evaluate
from engine.looking.cursor import start
from engine.looking.ways.moves import Command, move
from engine.run.tracing import trace
from engine.update_orders import ORDERS, WAITING
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, in_turns
from tui.draw.frame.status import facts_row
from tui.draw.kit.rows import length
from tui.draw.reasons.equation import equation_rows
from tui.draw.reasons.waiting import waiting_rows
from tui.views import PRESENTER, VIEWS, view_rows

if TYPE_CHECKING:
    from engine.run.tracing import Trace

TRAINED = [
    *((optimizer, None) for optimizer in OPTIMIZERS),
    *((list(OPTIMIZERS)[place % len(OPTIMIZERS)], mistake) for place, mistake in enumerate(MISTAKES)),
]
# By seed 0 a run is recurrent, by seed 1 it is not, and its order is another: they take turns.
RUNS = [(seed, *one) for place, one in enumerate(TRAINED) for seed in in_turns(range(2), place, 2)]
COMMANDS = get_args(Command)


@cache
def run_at_random(seed: int, optimizer: str, mistake: str | None) -> Trace:
    order = list(ORDERS)[seed % len(ORDERS)]
    wanted = Wanted(
        order=order,
        optimizer=optimizer,
        mistake=mistake,
        settings=True,
        iterations=3,
        recurrent=seed % 2 == 0,
        steps=150,
    )
    return trace(scenario_at_random(seed, wanted))


@pytest.mark.parametrize(("seed", "optimizer", "mistake"), RUNS)
def test_every_view_at_places_at_random(seed: int, optimizer: str, mistake: str | None) -> None:
    run = run_at_random(seed, optimizer, mistake)
    chance = Random(f"{seed} {optimizer} {mistake}")
    cursor = start(run, chance.randrange(len(run)))
    views = [*VIEWS, PRESENTER]
    chance.shuffle(views)
    for place in range(5 if EVERY_CASE else 2):
        cursor = move(cursor, run, chance.choice(COMMANDS))
        width, height = chance.choice(((80, 12), (120, 30), (40, 8)))
        # Each view at one of the places: with as many runs it is seen at places of each kind.
        for view in in_turns(views, place, 5):
            for row in view_rows(view, run, cursor, width, height):
                assert length(row) <= width, view
        for rows in (equation_rows, waiting_rows):
            assert all(length(row) <= width for row in rows(run, cursor, width, height))
        assert length(facts_row(run, cursor, width, "")) <= width


@pytest.mark.parametrize(("seed", "optimizer", "mistake"), RUNS)
def test_every_number_that_an_update_makes_is_what_its_explanation_comes_to(
    seed: int, optimizer: str, mistake: str | None
) -> None:
    run = run_at_random(seed, optimizer, mistake)
    for step in range(run.schedule.first_step(1), run.schedule.first_step(2)):
        if run.schedule.site(step).kind not in ("delta", "gradient", "update"):
            continue
        for reference in run.flow.writes(step):
            array = array_of(run, reference)
            for index in list(np.ndindex(array.shape))[:2]:
                found = explain(run, Number(reference, index))
                assert found.result.value == pytest.approx(
                    evaluate(found.expression), rel=1e-9, abs=1e-12, nan_ok=True
                ), (step, found)


def test_a_run_that_clips_has_no_other_order() -> None:
    wanted = Wanted(order=WAITING, settings=True, iterations=2, optimizer="adam")
    run = next(found for seed in range(30) if (found := trace(scenario_at_random(seed, wanted))).shapes.clips)
    text = "".join(part for row in view_rows("compare", run, start(run), 80, 10) for part, _ in row)
    assert "no update can come before" in " ".join(text.split())
