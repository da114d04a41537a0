"""What is said of a branch: where it begins and what is otherwise in it, and of a nudge?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.entry import Number
from engine.facts.number import Traced
from engine.numerals import apart, numeral
from engine.words.disturbed import by_hand_alone

if TYPE_CHECKING:
    from engine.facts.slopes.nudge import Nudge
    from engine.run.tracing import Trace

NO_BRANCH = (
    "What if? From the start of this iteration on a run branches off, and both are kept: here they are "
    "then held against each other."
)
WAYS_TO_BRANCH = (
    ("e", "changes the number that is looked at"),
    (":set W1[1,2] = 0.3", "changes any other"),
    (":set learning_rate = 0.1", "changes how it is trained"),
    (":nudge W1[1,2] 0.001", "only asks how the loss would move"),
)
"""What is typed, and what comes of it."""


def origin_words(trace: Trace) -> str:
    """Return what is otherwise in a branch and from when on; nothing of a run that is no branch."""
    origin = trace.origin
    if origin is None:
        return ""
    change = "nothing changed" if origin.change is None else origin.change.words
    return f"{change} from iteration {origin.iteration + 1:,}"


def what_is_otherwise(trace: Trace) -> str:
    """Return what is otherwise in a run than in the scenario that was opened."""
    found = [origin_words(trace) or "as it was opened"]
    found += [f"{trace.order} order"] if trace.order != trace.undisturbed.scenario.training.order else []
    found += [("set by hand" if by_hand_alone(trace) else "rule broken")] if trace.breaks else []
    return ", ".join(found)


def nudge_lines(trace: Trace, number: Number, found: Nudge) -> list[str]:
    """Return the lines that tell of a nudge: how the loss moved, and what the gradient promised."""
    # It is moved at the start of the iteration, whatever updates there have been since.
    begun = Number(number.reference._replace(version=0), number.index)
    symbol = Traced(trace, begun).symbol
    digits = min(12, apart(found.before, found.after) + 3)
    losses = (numeral(loss, digits=digits) for loss in (found.before, found.after))
    left = found.moved - found.promised
    return [
        f"{symbol} moved by {numeral(found.by)}: C {' → '.join(losses)}",
        f"C moved by               {numeral(found.moved, digits=6)}",
        f"ε × ∂C/∂{symbol} = {numeral(found.by)} × {numeral(found.gradient)} = "
        f"{numeral(found.promised, digits=6)}",
        f"what is left, of the order of ε²: {numeral(left)}",
    ]
