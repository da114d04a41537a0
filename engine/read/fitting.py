"""Do optimiser, clipping and mistake fit the update order, the reduction and the network?

Asked of a file while it is read, and of a scenario that is to be changed for one run.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from engine.equations.mistakes.mistakes import MISTAKES
from engine.read.findings import Finding
from engine.update_orders import ORDERS, WAITING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.read.document.shape import TrainingTable
    from engine.scenario import Scenario, Training


def misfits(training: TrainingTable | Training, sizes: Sequence[int | None]) -> Iterator[Finding]:
    """Yield what doesn't fit; `sizes` are the units of layer 0..L, None where they are not known."""
    if training.clip_norm is not None and training.order in ORDERS and training.order != WAITING:
        says = (
            f'clip_norm needs order = "{WAITING}": its factor comes from every gradient of the batch, '
            "which an early update can't know"
        )
        remedy = f'Leave out clip_norm, or use order = "{WAITING}".'
        yield Finding(("training", "clip_norm"), says, remedy, at_key=True)
    mistake = training.mistake
    found = None if mistake is None else _hindrance(mistake, training.reduction, sizes)
    if found is not None:
        why, remedy = found
        yield Finding(("training", "mistake"), f'"{mistake}" {why}', remedy)


def why_unfit(scenario: Scenario, mistake: str) -> str:
    """Return why a mistake can't be made in a scenario (it "needs"); the empty text if it can."""
    found = _hindrance(mistake, scenario.training.reduction, scenario.network.sizes)
    return "" if found is None else found[0]


def _hindrance(mistake: str, reduction: str | None, sizes: Sequence[int | None]) -> tuple[str, str] | None:
    """Return why a mistake can't be made (it "needs") and the remedy; None if it can."""
    row = MISTAKES.get(mistake)
    if row is None:
        return None
    if row.only_mean and reduction == "sum":
        why = "needs the mean of a batch; here its sum is applied"
        return why, 'Use reduction = "mean", or choose another mistake.'
    if row.only_square:
        for layer, (inputs, units) in enumerate(pairwise(sizes[1:]), start=2):
            if inputs and units and inputs != units:
                why = f"needs square weights above layer 1, and W{layer} is {units:,} x {inputs:,}"
                return why, "Give all layers the same number of units, or choose another mistake."
    return None
