"""What of the screen does a lesson show at a step? A newcomer meets one thing after the other.

A scenario without a table `[lesson]` shows everything. In one that has it `shows` names what is there from
the first step on, and that of a note what comes with the note's step and stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace

VIEWS = ("network", "compare", "cost", "loss", "time", "chain", "slope", "gradient", "heat", "samples")
"""The views, in the order of their keys 1 to 9 and 0."""

PARTS: dict[str, str] = {
    "network": "the network with its numbers",
    "equation": "where the number that is looked at comes from",
    "numbers": "the equations of all numbers that the step makes",
    "pre_activation": "z and the biases in the network",
    "loss": "the loss in the network",
    "delta": "δ in the network",
    "steps": "the steps of the iteration, in a row",
    "looking": "the number that is looked at with all digits, who makes it and who reads it",
    "rules": "loss, learning rate and order, in a row at the top",
    "waiting": "what each weight waits for",
}
"""The parts of the screen that a lesson may begin without, and what they are."""

ALL = frozenset(PARTS)

LEFT_OUT: dict[Quantity, str] = {
    "pre_activation": "pre_activation",
    "biases": "pre_activation",
    "delta": "delta",
    "terms": "loss",
}
"""The quantities that are not in the network without a part."""


def drawn_at(trace: Trace, step: int, quantity: Quantity) -> bool:
    """Return whether a quantity is drawn in the network at a step (0-based).

    The loss is so from the first step on that makes one: the equation of that step tells of it.
    """
    part = LEFT_OUT.get(quantity)
    if part is None or part in shown_at(trace, step):
        return True
    return part == "loss" and any(trace.schedule.site(one).kind == "loss" for one in range(step + 1))


def shown_at(trace: Trace, step: int) -> frozenset[str]:
    """Return the parts that are shown at a step (0-based).

    In another run than the one that the lesson is about, everything.
    """
    scenario = trace.scenario
    if not scenario.shows:
        return ALL
    if trace.order != scenario.training.order or trace.breaks or trace.origin is not None:
        return ALL
    return frozenset(scenario.shows).union(*(note.shows for note in scenario.notes if note.step <= step + 1))
