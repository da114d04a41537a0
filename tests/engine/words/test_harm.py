"""Is it true what is said of a break of the rule where a mistake is made too?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.broken.breaking import break_rule, set_by_hand
from engine.facts.broken.harm import harm
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.facts.number import Traced
from engine.order.quantities import Reference
from engine.order.schedule import Poke
from engine.order.site import Site
from engine.scenario import without_mistake
from engine.words.disturbed import otherwise, reason
from engine.words.waits.harm import words_of_harm
from engine.words.waits.must_wait import reasons
from engine.words.waits.waiting import Layer


@pytest.mark.parametrize("mistaken", [True, False])
def test_only_without_a_mistake_is_anything_right_without_the_break(mistaken: bool) -> None:
    scenario = load(find("18-no-slope"))
    run = trace(scenario if mistaken else without_mistake(scenario))
    after, layer = next(
        (site.step, 2) for site in run if site.kind == "gradient" and site.layer == 2 and site.iteration == 0
    )
    broken = break_rule(run, after, layer)
    found = harm(broken)
    assert found is not None
    assert found.worst is not None
    for step in (after, len(run) - 1):
        text = " ".join(words_of_harm(broken, found, step))
        assert ("right" in text) == ("-∇C" in text) == ("the wrong sign" in text) == (not mistaken)
        assert ("as without the break" in text) == mistaken
    one, other = found.worst, Traced(run, found.worst.number)
    assert f"Farthest off: {one.symbol} " in text
    assert f" is {one.value:.4g} instead of {other.value:.4g}" in text


def test_what_is_set_by_hand_is_no_gradient() -> None:
    run = trace(load(find("mazur")))
    broken = set_by_hand(run, 1, 2, Poke("weights", (0, 1), 0.9))
    found = harm(broken)
    assert found is not None
    assert words_of_harm(broken, found, 8)[2] == "All that is gathered will point 0.79° away from ∇C."
    assert otherwise(broken) == "had nothing been set by hand"
    assert reason(broken) == "a parameter before it was set by hand"
    both = break_rule(broken, 6, 2)
    assert otherwise(both) == "had every update waited, had nothing been set by hand"


def test_a_number_set_by_hand_says_so_and_its_neighbours_stay() -> None:
    run = trace(load(find("mazur")))
    broken = set_by_hand(run, 1, 2, Poke("weights", (0, 1), 0.9))
    for index, change, after in (((0, 1), "0.9 - 0.45", 0.9), ((0, 0), "0", 0.4)):
        weight, added = (
            explain(broken, Number(Reference(name, 0, 2, version=1), index))
            for name in ("weights", "weights_change")
        )
        assert weight.result.value == after
        assert added.result.value == eval(change)
        assert ("by hand" in weight.words) == ("no gradient" in added.words) == (index == (0, 1))
    late = set_by_hand(run, 6, 2, Poke("weights", (0, 1), 0.9))
    assert (
        "nothing in this iteration reads it"
        in explain(late, Number(Reference("weights", 0, 2, version=1), (0, 1))).words
    )


def test_what_is_set_before_anything_has_read_it_met_nothing_else() -> None:
    run = trace(load(find("xor")))
    second = run.schedule.step(Site("forward", 0, 1, 0, 2)) - 1

    def said(after: int, poke: Poke, step: int, layer: int = 2) -> str:
        return reasons(Layer(set_by_hand(run, after, layer, poke), step, layer))[0]

    weight = Poke("weights", (0, 0), 0.1)
    assert "before any step of this iteration read it: a2 of sample 1" in said(0, weight, 1)
    assert "so this sample meets another network" in said(second, weight, second + 1)
    assert "the samples before it the old one" in said(second, weight, second + 3)
    assert "but the forward pass used the old one" in said(second + 2, weight, second + 4)
    assert "must wait" in said(second, Poke("biases", (0,), 0.1), second + 1)
