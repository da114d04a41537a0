"""What is a step called in short?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.order.site import Site

_LETTERS = {"forward": "F", "loss": "L", "delta": "δ", "gradient": "∇", "update": "Δ"}
"""The letter of each kind of step. That of an update is what it forms, ΔW: U is a recurrent weight."""


def chip(site: Site) -> str:
    """Return the short name of a step, such as F1, L, δ2, ∇2 or Δ1."""
    return f"{_LETTERS[site.kind]}{site.layer or ''}"
