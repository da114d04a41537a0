"""What in a scenario is well formed and can't mean what it says?

One cause, one warning: what is measured at the start is asked only where data and network are in order.
Whoever has written notes to the steps of a run has looked at them: a lesson may be about just that.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.asked import NOTHING, Asked
from engine.read.sense.data import odd_sizes, odd_targets
from engine.read.sense.network import odd_network
from engine.read.sense.size import slow
from engine.read.sense.start import WORK, odd_start

if TYPE_CHECKING:
    from engine.read.findings import Finding
    from engine.scenario import Scenario


_SOON = 200_000


def odd(scenario: Scenario, work: int = WORK, asked: Asked = NOTHING) -> list[Finding]:
    """Return what is odd; nothing is measured that takes more than so many multiply-adds.

    `asked` is what the scenario says of its file of data, on which it depends what the remedies are.
    """
    found = [*odd_targets(scenario, asked), *odd_network(scenario)]
    if not scenario.notes:
        found += odd_sizes(scenario, asked)
        found += [] if found else odd_start(scenario, work)
    return found


def told(scenario: Scenario) -> str:
    """Return in a line what is odd and soon seen, or will be slow; the empty text if nothing is."""
    found = [*odd(scenario, _SOON), *slow(scenario)]
    if not found:
        return ""
    more = f" ({len(found) - 1} more)" if len(found) > 1 else ""
    return f"warning: {found[0].says}{more}. `bp-tui check` says what to do."
