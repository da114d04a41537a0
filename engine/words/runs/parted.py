"""What is said of two runs: where they part, and which of them has the lower loss?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.numerals import apart, numeral
from engine.words.steps.chips import chip

if TYPE_CHECKING:
    from engine.facts.parted import Parted
    from engine.run.tracing import Trace


def not_there_yet(name: str, iteration: int) -> str:
    """Return that a run has not been computed up to an iteration."""
    return f"{name.capitalize()} has not come to iteration {iteration + 1:,} yet."


def where_they_part(one: Trace, found: Parted, names: tuple[str, str]) -> str:
    """Return where two runs part; `names` are what they are called."""
    if found.first is None:
        return f"{names[0]} and {names[1]} are the same, step by step."
    site = one.schedule.site(found.first.one)
    where = f"step {found.first.one + 1:,}, {chip(one.shapes, site)} of iteration {site.iteration + 1:,}"
    if found.first.field is None:
        return f"They part at {where}: {names[1]} does something else there."
    field = found.first.field.replace("pre_", "pre-").replace("_", " ")
    return f"The first step that differs is {where}: its {field}."


def which_is_lower(found: Parted, names: tuple[str, str]) -> str:
    """Return which of two runs has the lower loss at an iteration, and by how much."""
    mine, theirs = found.losses
    where = f"At iteration {found.iteration + 1:,}"
    if not (math.isfinite(mine) and math.isfinite(theirs)):
        return f"{where} C is {numeral(mine)} in {names[0]} and {numeral(theirs)} in {names[1]}."
    if mine == theirs:
        return f"{where} C is {numeral(mine)} in both."
    digits = apart(mine, theirs)
    one, other = (numeral(loss, digits=digits) for loss in found.losses)
    return (
        f"{where} C is {one} in {names[0]} and {other} in {names[1]}: it is lower in {names[mine > theirs]}."
    )
