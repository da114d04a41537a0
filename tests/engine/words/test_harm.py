"""Is it true what is said of a break of the rule where a mistake is made too?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.broken.breaking import break_rule
from engine.facts.broken.harm import harm
from engine.facts.number import Traced
from engine.scenario import without_mistake
from engine.words.harm import words_of_harm


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
