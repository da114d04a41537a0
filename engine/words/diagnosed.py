"""In which words is it said what is wrong in somebody's own numbers?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.diagnosis.diagnosis import Cause, Diagnosis

_SYMBOLS = {"slope": "f'(z{})", "error": "∂C/∂a{}", "delta": "δ{}"}
_NAME = re.compile(r"([A-Za-z]+)(\d+)(_after)?")


def symbol(name: str) -> str:
    """Return how a quantity is written on screen that the contract calls by a name: δ1 for delta1."""
    found = _NAME.fullmatch(name)
    assert found is not None
    letters, layer, after = found.groups()
    gradient = letters.startswith("g")
    pattern = _SYMBOLS.get(letters, f"∂C/∂{letters[1:]}{{}}" if gradient else f"{letters}{{}}")
    return ("new " if after else "") + pattern.format(layer)


def where(cause: Cause) -> str:
    """Return in which layers a mistake is made, and for which parameters alone; nothing of no layer."""
    if not cause.where:
        return ""
    layers = ", ".join(map(str, cause.where))
    words = f"in layer {layers}" if len(cause.where) == 1 else f"in the layers {layers}"
    if cause.groups:
        words += f", for the {' and '.join(cause.groups).replace('_', ' ')} alone"
    return words


def named(cause: Cause) -> str:
    """Return the name of a mistake and where it is made."""
    return f"{cause.name} {where(cause)}".rstrip()


def verdict(found: Diagnosis) -> str:
    """Return what is wrong, in a sentence for a line of the screen."""
    if found.first_wrong is None:
        part = " of what was looked at" if found.left else ""
        return f"All agrees{part}: {', '.join(map(symbol, found.agrees))}."
    alone = (*found.causes, *found.further)[:1]
    if found.pair:
        cause = f"{' and '.join(one.name for one in found.pair)} together make"
    elif alone:
        cause = f"{named(alone[0])} makes"
    else:
        cause = "no known mistake makes"
    return f"{symbol(found.first_wrong)} is the first that is wrong; {cause} exactly your numbers."
