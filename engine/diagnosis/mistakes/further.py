"""Which mistakes are known beside those that can be made on purpose in the app?

Each is a row as in `engine.equations.mistakes.mistakes`: what is right, what is done instead, and the
rewrite of one equation that does it. Some are made of the table: another activation, another loss.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.diagnosis.mistakes.layers.deltas import OF_DELTAS
from engine.diagnosis.mistakes.layers.functions import of_functions
from engine.diagnosis.mistakes.layers.gradients import EDGES, OF_GRADIENTS
from engine.diagnosis.mistakes.layers.shares import of_shares
from engine.diagnosis.mistakes.layers.sums import OF_ERRORS, OF_FUTURE, OF_SUMS
from engine.diagnosis.mistakes.of_update.clipping import of_clipping
from engine.diagnosis.mistakes.of_update.decay import of_decay
from engine.diagnosis.mistakes.of_update.optimizers import of_optimizer
from engine.diagnosis.mistakes.scaled import MEAN_FOR_SUM, SCALED, of_batches
from engine.diagnosis.mistakes.times import OF_TIMES
from engine.equations.forward import is_mean
from engine.equations.updates import is_plain

if TYPE_CHECKING:
    from engine.equations.mistakes.mistakes import Mistake
    from engine.scenario import Scenario, Training

FIXED: dict[str, Mistake] = {**SCALED, **OF_DELTAS, **OF_ERRORS, **OF_GRADIENTS, **OF_FUTURE, **OF_SUMS}
"""Those that any network may have; of mistakes that make the same numbers the first is named first."""


def further(scenario: Scenario) -> dict[str, Mistake]:
    """Return the mistakes that are known beside the table, for a scenario."""
    training, network, data = scenario.training, scenario.network, scenario.data
    left_out = {MEAN_FOR_SUM, "mean-of-both"} if is_mean(training) else {"mean-of-outputs"}
    if not is_plain(training):
        left_out |= {"mean-of-outputs", "mean-of-both", MEAN_FOR_SUM}
    if training.learning_rate == 0.0:
        left_out |= {"rate-missing"}
    one_sample, one_time = data.samples == 1 or training.batch_size == 1, data.times == 1
    if one_time:
        left_out |= {name for name in EDGES if "-time" in name}
    if one_sample:
        left_out |= {name for name in EDGES if "-sample" in name} | {"mean-in-each-layer"}
    found = {name: row for name, row in FIXED.items() if name not in left_out}
    return {
        **(of_batches(training) if has_short_batch(scenario) else {}),
        **found,
        **({} if one_time else OF_TIMES),
        **of_updates(training),
        **of_shares(network, one_sample=one_sample, one_time=one_time),
        **of_functions(network),
    }


def has_short_batch(scenario: Scenario) -> bool:
    """Return whether the last batch of the data has fewer samples than the others."""
    return scenario.data.samples % scenario.training.batch_size != 0


def of_updates(training: Training) -> dict[str, Mistake]:
    """Return the mistakes with all that an update makes of a gradient, beside dividing it."""
    return {**of_optimizer(training), **of_decay(training), **of_clipping(training)}
