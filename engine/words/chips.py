"""What is a step called in short? After what it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.order.site import Site

MADE = {"forward": "a", "loss": "C", "delta": "δ", "gradient": "∇", "update": "W"}
"""What each kind of step makes, by its letter; h for a in a recurrent layer."""


def chip(shapes: Shapes, site: Site) -> str:
    """Return the short name of a step: what it makes, such as a1, C, δ2, ∇2 or W1."""
    recurrent = site.kind == "forward" and site.layer is not None and shapes.recurrent[site.layer - 1]
    return f"{'h' if recurrent else MADE[site.kind]}{site.layer or ''}"
