"""Will the scenario be slow, and which of its sizes is why? Told by what such sizes were seen to take."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from engine.read.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.read.findings import KeyPath
    from engine.scenario import Scenario

SLOW = 1.0
"""Seconds from which something is called slow."""

# Seconds, of an ordinary processor: for what an iteration or the making of its program does most often.
_MULTIPLY_ADD = 1.6e-9
_NUMBER = 1.5e-7  # of a sample at a time: a neuron's, or an input, with all that is computed of it
_TIME = 6e-6  # of a layer in a sequence, as times come one after the other
_LAYER = 1.5e-3  # of a program, to be made
_ALONE = 2e-5  # of a layer, for a sample that comes alone: an order that updates after each has them so


class _Part(NamedTuple):
    """What takes a time, and what helps."""

    seconds: float
    path: KeyPath
    why: str
    remedy: str


def slow(scenario: Scenario) -> Iterator[Finding]:
    """Yield what makes every iteration slow, what makes the start slow, and what the table of samples."""
    network, data, training = scenario.network, scenario.data, scenario.training
    layers, times = len(network.layers), data.times
    at_once = training.batch_size * times
    through = f" at {times:,} times" if times > 1 else ""
    numbers = sum(network.sizes)
    fewer = (
        "batch_size = 100 under [training] makes them shorter."
        if training.batch_size > 100
        else "Fewer times or neurons help."
    )
    parts = [
        _Part(
            _NUMBER * at_once * numbers,
            ("training", "batch_size"),
            f"{training.batch_size:,} samples{through} have {at_once * numbers:,} numbers",
            fewer,
        ),
        _Part(
            _MULTIPLY_ADD * at_once * network.parameters,
            ("network", "layers"),
            f"{training.batch_size:,} samples{through} meet {network.parameters:,} parameters",
            "Fewer neurons, or a smaller batch_size, help.",
        ),
    ]
    if times > 1:
        why = f"{times:,} times of {layers:,} layer{'s' * (layers > 1)} come one after the other"
        parts.append(
            _Part(_TIME * times * layers, ("data", "inputs"), why, "Cut the sequences into shorter samples.")
        )
    total, most = sum(part.seconds for part in parts), max(parts, key=lambda part: part.seconds)
    if total > SLOW:
        says = f"each iteration will be slow, about {_rounded(total)}: {most.why}"
        yield Finding(most.path, says, most.remedy)
    if (seconds := _LAYER * layers) > SLOW:
        says = (
            f"the start will be slow, about {_rounded(seconds)}: {layers:,} layers, each with its own program"
        )
        yield Finding(("network", "layers"), says, "Fewer layers help.")
    if (seconds := _ALONE * training.batch_size * layers) > SLOW >= total:
        asked = f"it runs the {training.batch_size:,} samples of a batch one by one"
        says = f"view 2 will be slow, about {_rounded(seconds)}: {asked}"
        remedy = "batch_size = 100 under [training] makes it quick."
        yield Finding(("training", "batch_size"), says, remedy)
    elif (seconds := _NUMBER * data.samples * times * numbers) > SLOW >= total:
        asked = f"it asks the network about {data.samples:,} samples"
        says = f"view 0 will be slow, about {_rounded(seconds)}: {asked}"
        yield Finding(("data", "inputs"), says, "Fewer samples help.")


def _rounded(seconds: float) -> str:
    """Return a time with one digit, as an estimate has no more."""
    digit = 10 ** floor(log10(seconds))
    whole = round(seconds / digit) * digit
    return f"{whole:,.0f} second{'s' * (whole > 1)}"
