"""Do two people look at the same run? Scenarios with equal digests have equal traces.

Hashed is what the numbers depend on: network, data and training. The texts don't matter, nor does the
update order, which the leader tells.
"""

from __future__ import annotations

import hashlib
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from engine.order.orders import WAITING

if TYPE_CHECKING:
    from engine.scenario import Scenario


def digest(scenario: Scenario) -> str:
    """Return 64 hexadecimal digits that stand for the run of a scenario, in whichever order."""
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
