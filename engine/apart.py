"""How is what takes long computed apart from whoever draws?

A large run can be given to one thread, which alone computes it: programs hold one run's parameters at a time.
Another thread that asks for a number which is still to be computed is refused rather than made to wait. What
must not be left half done, or would be done again at once, is done whole: who wants to leave it waits.
"""

from __future__ import annotations

from threading import RLock, get_ident
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from engine.scenario import Scenario

MOST_LAYERS = 60
"""Layers whose programs are made within a tenth of a second; so are these numbers' iterations played."""

MOST_NUMBERS = 400_000
"""Numbers of all samples at all times, on the way forward: inputs, and a number for each neuron."""

MOST_PARAMETERS = 500_000

MOST_TIMES = 2_000

WHOLE: Final = RLock()
"""Held by who does what is to be done whole."""

_alone: int | None = None


class NotAtHandError(Exception):
    """A number is still to be computed, by the thread that alone computes."""


def is_large(scenario: Scenario) -> bool:
    """Return whether it may take longer than one who pressed a key likes to wait: by sizes alone."""
    network, data = scenario.network, scenario.data
    return (
        len(network.layers) > MOST_LAYERS
        or data.times > MOST_TIMES
        or network.parameters > MOST_PARAMETERS
        or data.samples * data.times * sum(network.sizes) > MOST_NUMBERS
    )


def leave_to(thread: int | None) -> None:
    """Leave the computing of large runs to a thread, by its identity; None: to all again."""
    global _alone
    _alone = thread


def refuse_others() -> None:
    """Refuse a thread that isn't the one that alone computes large runs.

    Raises:
        NotAtHandError: it is another.
    """
    if _alone is not None and get_ident() != _alone:
        raise NotAtHandError("this is still being computed")
