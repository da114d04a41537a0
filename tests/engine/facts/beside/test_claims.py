"""Does a claim say what a number is at each time, and what it should be where it is not that?"""

from __future__ import annotations

from engine import trace
from engine.facts.beside.alongside import alongside
from engine.facts.beside.claims import Claim
from engine.facts.through_time import sizes
from tests.given.shipped import scenario_of


def test_what_has_waited_has_nothing_beside_it() -> None:
    run = trace(scenario_of("elman"))
    step = run.schedule.first_step(1) - 1
    claim = Claim.of_unit("delta", 1, 0, run, step, alongside(run, step))
    assert all(claim.at(time) is not None and not claim.is_wrong(time) for time in range(6))
    assert claim.at(6) is None


def test_what_has_not_waited_has_the_right_value_beside_it() -> None:
    run = trace(scenario_of("elman"), "premature")
    step = run.schedule.first_step(1) - 1
    other = alongside(run, step)
    assert other is not None
    for claim in (
        Claim.of_unit("delta", 1, 0, run, step, other),
        Claim.made(lambda of, at: sizes(of, at, 1), run, step, other),
    ):
        assert claim.whose == "right value"
        wrong = [time for time in range(6) if claim.is_wrong(time)]
        assert wrong
        assert all(claim.right(time) not in (None, claim.at(time)) for time in wrong)
