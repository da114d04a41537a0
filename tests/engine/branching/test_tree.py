"""Does the tree of runs keep every run, and is the right one held against the one that is stepped through?"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.branching.making import branch
from engine.branching.tree import MOST, Entry, Runs
from engine.catalog import find
from engine.facts.broken.breaking import break_rule
from engine.run.change import Change

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def root() -> Trace:
    return trace(load(find("mazur")))


def test_a_branch_is_held_against_its_parent_and_a_run_that_is_left_against_the_next() -> None:
    run = root()
    runs = Runs((Entry(run),))
    assert runs.beside is None
    runs = runs.branched(branch(run, 2, None))
    assert (runs.at, runs.beside) == (1, 0)
    runs = runs.branched(branch(runs.here, 3, None))
    assert (runs.at, runs.beside) == (2, 1)
    runs = runs.entered(0)
    assert (runs.at, runs.beside) == (0, 2)
    assert runs.moved(-1).beside == 1
    assert runs.moved(-9).beside == 1
    assert runs.moved(9).beside == 2
    assert list(runs.tree()) == [(0, 0), (1, 1), (2, 2)]


def test_another_order_takes_the_place_of_a_run_unless_others_have_branched_off_it() -> None:
    run = root()
    runs = Runs((Entry(run),)).gone_on(run.otherwise(run.scenario, "premature"))
    assert len(runs.entries) == 1
    runs = runs.branched(branch(runs.here, 1, None)).entered(0)
    back = runs.gone_on(run)
    assert (len(back.entries), back.at, back.here) == (3, 2, run)
    assert back.gone_on(run.otherwise(run.scenario, "premature")).at == 0  # it is there already
    broken = back.gone_on(break_rule(run, 4, 2))
    assert (len(broken.entries), broken.at) == (3, 2)


@pytest.mark.parametrize("seed", range(5))
def test_whatever_is_done_no_run_that_was_branched_off_is_lost(seed: int) -> None:
    chance, run = Random(seed), root()
    runs = Runs((Entry(run),))
    for _ in range(60):
        match chance.randrange(4):
            case 0 if not runs.full:
                runs = runs.branched(branch(runs.here, 1, Change("learning_rate", chance.random())))
            case 1:
                runs = runs.entered(chance.randrange(len(runs.entries)))
            case 2:
                runs = runs.moved(chance.choice((-1, 1)))
            case _:
                here = runs.here
                runs = runs.gone_on(here.otherwise(here.scenario, chance.choice(("premature", "deferred"))))
        assert len(runs.entries) <= MOST
        assert sorted(place for place, _ in runs.tree()) == list(range(len(runs.entries)))
        assert runs.beside != runs.at
        for entry in runs.entries:
            if entry.parent is not None:
                assert entry.trace.origin is not None
                assert runs.entries[entry.parent].trace is entry.trace.origin.parent
