"""Which orders could there be beside those of the engine? Lists that a test puts into its table.

Each updates where none of the engine's does: after each sample, after each time, after each time of all
samples, a layer within its sample; and from below up. In two of them steps come apart that else follow one
another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.update_orders import ORDERS, UpdateOrder, back, each

if TYPE_CHECKING:
    import pytest

    from engine.update_orders import Item

_FORWARD = each("time", each("layer", "forward"), "loss")
_BACKWARD = back("time", back("layer", "delta", "gradient"))

FURTHER: dict[str, tuple[Item, ...]] = {
    # As stochastic gradient descent has it, on samples that stand in one batch.
    "each-sample": (each("sample", _FORWARD, _BACKWARD, back("layer", "update")),),
    # Nothing is early, the updates only go up instead of down.
    "bottom-up": (each("sample", _FORWARD, _BACKWARD), each("layer", "update")),
    "each-time": (
        each("sample", _FORWARD, back("time", back("layer", "delta", "gradient"), each("layer", "update"))),
    ),
    "each-time-of-all": (
        each("sample", _FORWARD),
        back("time", each("sample", back("layer", "delta", "gradient")), back("layer", "update")),
    ),
    "each-layer-of-a-sample": (
        each("sample", _FORWARD, back("layer", back("time", "delta", "gradient"), "update")),
    ),
    # Nothing is early though there are several updates, and the last gradient is that of the last time.
    "deltas-first": (
        each("layer", each("time", each("sample", "forward"))),
        back("time", each("sample", back("layer", "delta"))),
        each("time", each("sample", "loss", back("layer", "gradient")), each("layer", "update")),
    ),
    # Between a prediction and its loss there are updates.
    "late-loss": (
        each("sample", each("time", each("layer", "forward"))),
        back("time", each("sample", back("layer", "delta", "gradient")), back("layer", "update")),
        each("sample", each("time", "loss")),
    ),
}


def put(monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the further orders into the engine's table, until the test is over."""
    for name, items in FURTHER.items():
        monkeypatch.setitem(ORDERS, name, UpdateOrder(items, f"updates as {name} has them"))
