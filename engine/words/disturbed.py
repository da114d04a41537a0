"""In which words is it said why numbers of a trace are wrong, and how they would be right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.updates import is_plain
from engine.facts.waiting import early
from engine.order.sound import hurries

if TYPE_CHECKING:
    from engine.order.schedule import Break
    from engine.run.tracing import Trace


def by_hand_words(one: Break) -> str:
    """Return what is set by hand, in words: W1[1,2] = 0.7; nothing of an update."""
    # Imported where anything is set by hand: most sessions never need it.
    from engine.run.change import Change

    poke = one.poke
    return "" if poke is None else Change(poke.group, poke.value, one.layer, poke.units).words


def by_hand_alone(trace: Trace) -> bool:
    """Return whether nothing but what is set by hand is out of turn."""
    return bool(trace.breaks) and all(one.poke is not None for one in trace.breaks)


def _disturbing(trace: Trace) -> tuple[bool, bool]:
    """Return whether an update has not waited, and whether anything is set by hand."""
    by_hand = [one.poke is not None for one in trace.breaks]
    return hurries(trace.order) or not all(by_hand), any(by_hand)


def otherwise(trace: Trace) -> str:
    """Return what would have to be otherwise for every number of a disturbed trace to be right."""
    hurried, by_hand = _disturbing(trace)
    found = ["had every update waited"] if hurried else []
    found += ["had nothing been set by hand"] if by_hand else []
    return ", ".join([*found, *([f"without the mistake {trace.mistake}"] if trace.mistake else [])])


def not_so(trace: Trace) -> str:
    """Return what is said of numbers that something else stands beside."""
    return "no longer right" if trace.disturbed else "not as yours"


def reason(trace: Trace) -> str:
    """Return why a number of a disturbed trace may be wrong."""
    found = [f"the mistake {trace.mistake} is made"] if trace.mistake else []
    hurried, by_hand = _disturbing(trace)
    found += ["an update before it has not waited"] if hurried else []
    return ", or ".join([*found, *(["a parameter before it was set by hand"] if by_hand else [])])


def broken_rule(trace: Trace, iteration: int) -> str:
    """Return what a break of the rule means for an iteration of its run; nothing after one without harm."""
    broken = trace.broken_iteration
    if broken is None:
        return ""
    by_hand, which = by_hand_alone(trace), f"iteration {broken + 1:,}"
    if _spoils_nothing(trace):
        return "" if iteration > broken else f"changed order{f' in {which}' * (iteration < broken)}, no harm"
    if iteration == broken:
        return "set by hand" if by_hand else "broken order"
    if iteration > broken:
        return f"weights from {which}, set by hand" if by_hand else f"weights from broken {which}"
    return f"weights set by hand in {which}" if by_hand else f"rule broken in {which}"


def _spoils_nothing(trace: Trace) -> bool:
    """Return whether updates came out of turn, but where nothing read the parameters any more.

    Of plain descent it makes no difference in how many parts it is done; what remembers is given other parts.
    """
    if hurries(trace.order) or trace.mistake or not is_plain(trace.scenario.training):
        return False
    return not any(
        one.poke or early(trace.schedule, step, one.layer, group)
        for step, one in zip(trace.out_of_turn, trace.breaks, strict=True)
        for group in trace.shapes.groups(one.layer)
    )
