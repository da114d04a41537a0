"""What is a step called in short? After what it makes; and what stands before it, among others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.order.site import Phase, Site

MADE = {"forward": "a", "loss": "C", "delta": "δ", "gradient": "∇", "update": "W"}
"""What each kind of step makes, by its letter; h for a in a recurrent layer."""


def chip(shapes: Shapes, site: Site) -> str:
    """Return the short name of a step: what it makes, such as a1, C, δ2, ∇2 or W1."""
    recurrent = site.kind == "forward" and site.layer is not None and shapes.recurrent[site.layer - 1]
    return f"{'h' if recurrent else MADE[site.kind]}{site.layer or ''}"


_PHASES: dict[Phase, str] = {"forward": "forward", "loss": "loss", "backward": "back", "update": "update"}


def what_is_new(shapes: Shapes, site: Site, last: Site | None) -> str:
    """Return what is new about a step after another of its iteration, or all there is to say after none.

    That is its phase, in a batch its sample, in a sequence its time.
    """
    if site.phase == "update":
        return "" if last is not None and last.phase == "update" else _PHASES["update"]
    if last is not None and last.phase == "update":
        last = None  # as in the orders that don't wait
    batch = shapes.batch(site.iteration)
    parts: list[str] = []
    if len(batch) > 1 and (last is None or last.sample != site.sample):
        number = (site.sample or 0) - batch.start + 1
        parts.append(f"sample {number:,}" if shapes.sequences else f"{number:,}")
    if shapes.sequences or len(batch) == 1:
        word = _word(shapes, site)
        turned = last is None or bool(parts) or _word(shapes, last) != word
        if turned:
            parts.append(word)
        if shapes.sequences and (turned or last is None or last.time != site.time):
            parts.append(f"time {site.time}")
    colon = ":" if shapes.sequences or len(batch) > 1 else ""
    return ", ".join(parts) + colon if parts else ""


def _word(shapes: Shapes, site: Site) -> str:
    """Return the word of a step's phase; the loss of a time is among the steps forward."""
    return _PHASES["forward" if shapes.sequences and site.phase == "loss" else site.phase]
