"""Which numbers of the training does a printed program name, and what are they?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.table import altered, table_of
from engine.equations.updates import BATCH, RATE, constants, divisions_of_rate, is_plain
from engine.listing import layout
from engine.program.names import short_name

if TYPE_CHECKING:
    from engine.equations.equation import Variable
    from engine.scenario import Scenario, Training

REMEMBERED = "# what one update leaves to the next, beside the parameters"


def settings(scenario: Scenario, samples: int) -> dict[Variable, float]:
    """Return the numbers that updates read, for a batch of so many samples."""
    every = constants(scenario, samples)
    read = {factor.variable for one in table_of(scenario).equations for factor in one.factors()}
    return {one: every[one] for one in (RATE, BATCH, *every) if one == RATE or one in read}


def written(scenario: Scenario, samples: int) -> list[str]:
    """Return the statements that name them."""
    found = []
    for one, value in settings(scenario, samples).items():
        if one == RATE:
            found += _rate(scenario, samples)
        elif one == BATCH:
            found.append(f"{short_name(one)} = {samples}  # samples")
        else:
            found.append(f"{short_name(one)} = {value!r}")
    return found


def _rate(scenario: Scenario, samples: int) -> list[str]:
    """Return the statement of the rate: with plain descent that is where a mean is divided."""
    training = scenario.training
    divided = divisions_of_rate(training)
    line = f"{short_name(RATE)} = {training.learning_rate!r}" + f" / {samples}" * divided
    if _is_wrong(training):
        return [*marked(scenario), line]
    return [f"{line}  # the mean over a batch of {samples}" if divided else line]


def _is_wrong(training: Training) -> bool:
    """Return whether the rate is divided otherwise than it should be."""
    return training.mistake is not None and MISTAKES[training.mistake].divisions != 1 and is_plain(training)


def wrong(scenario: Scenario) -> frozenset[Variable]:
    """Return what is made otherwise than it should be: the mistake stands at the lines that make it.

    A plain update divides by the rate; then it stands there.
    """
    return frozenset() if _is_wrong(scenario.training) else altered(scenario)


def marked(scenario: Scenario) -> list[str]:
    """Return the comment at lines that a mistake changes."""
    name = scenario.training.mistake
    assert name is not None
    row = MISTAKES[name]
    return layout.comment(f"The mistake {name}: here {row.instead}. Right is {row.right}.")
