"""Do two people look at the same run?

Hashed is what its numbers depend on: network, data and training of the scenario, the update order, the
updates out of turn, and where it has branched off which run with which change. The texts don't matter.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.order.schedule import Break
    from engine.run.tracing import Origin
    from engine.scenario import Order, Scenario


def digest(scenario: Scenario, order: Order, breaks: tuple[Break, ...], origin: Origin | None = None) -> str:
    """Return 64 hexadecimal digits that stand for a run, made of what `Trace.made_of` says.

    Whatever a run is made of later is to be given here too: who can't make it then sees that it is another.
    """
    made_of: tuple[object, ...] = _hashed(scenario), order, [tuple(one) for one in breaks]
    if origin is not None:
        made_of += (digest(*origin.parent.made_of), origin.iteration, tuple(origin.change or ()))
    return hashlib.sha256(repr(made_of).encode()).hexdigest()


def digest_of(scenario: Scenario) -> str:
    """Return the digest of a scenario's own run."""
    return digest(scenario, scenario.training.order, ())


@lru_cache(8)  # a scenario is itself alone; the data of one may take a while
def _hashed(scenario: Scenario) -> str:
    """Return what stands for the runs of a scenario, in whichever order."""
    hashed = hashlib.sha256()
    training = replace(scenario.training, order=WAITING, seed=None)
    for part in (scenario.network, scenario.data, training):
        for piece in _pieces(part):
            # With its length, so that no two lists of pieces make the same bytes.
            hashed.update(f"{len(piece)}:".encode())
            hashed.update(piece)
    return hashed.hexdigest()


def _pieces(value: object) -> list[bytes]:
    """Return a value, and all that it holds, as pieces of bytes."""
    if isinstance(value, np.ndarray):
        return [f"{value.dtype.str}{value.shape}".encode(), np.ascontiguousarray(value).tobytes()]
    if isinstance(value, tuple):
        return [f"tuple {len(value)}".encode(), *(piece for one in value for piece in _pieces(one))]
    if is_dataclass(value):
        held = (getattr(value, field.name) for field in fields(value))
        return [type(value).__name__.encode(), *(piece for one in held for piece in _pieces(one))]
    return [repr(value).encode()]
