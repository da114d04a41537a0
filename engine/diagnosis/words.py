"""In which words is it said what is wrong in somebody's own numbers?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.equations.mistakes.mistakes import MISTAKES
from engine.named_arrays.words import LOSSES
from engine.update_orders import ORDERS

if TYPE_CHECKING:
    from engine.diagnosis.diagnosis import Cause, Diagnosis

_SYMBOLS = {"slope": "f'(z{})", "error": "∂C/∂a{}", "delta": "δ{}"}
_NAMED = 10
"""Arrays that are named where all agree: there is room for a sentence of two lines."""
_NAME = re.compile(r"([A-Za-z]+)(\d+)(_after)?")
_QUANTITY = re.compile(r"\b(?:slope|error|delta|[za]|g?[WUb])\d+(?:_after)?\b")


def symbol(name: str) -> str:
    """Return how a quantity is written on screen that the contract calls by a name: δ1 for delta1."""
    if name == "loss":
        return "C"
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


def about_first(found: Diagnosis) -> str:
    """Return that a quantity is the first that is wrong, and how it comes about if that is told of it.

    Its own name isn't said again.
    """
    name = found.first_wrong or ""
    words = f"{name} is the first that is wrong"
    if not found.told:
        return words
    told = found.told.removeprefix(f"{name} ")
    told = f"it {told}" if told != found.told else told.replace(f" of {name} ", " ", 1)
    return f"{words}: {told}"


def sentence(remark: str) -> str:
    """Return a remark as a sentence that stands by itself: a name that it begins with stays as it is."""
    first = remark.split(" ", 1)[0]
    is_name = not (first.isalpha() and first.islower()) or first in {*MISTAKES, *ORDERS, *LOSSES.split()}
    return f"{remark if is_name else remark[0].upper() + remark[1:]}."


def _in_symbols(words: str) -> str:
    """Return words with quantities as they are written on screen."""
    return _QUANTITY.sub(lambda found: symbol(found[0]), words)


def verdict(found: Diagnosis) -> str:
    """Return what is wrong, in a sentence for a line of the screen."""
    if found.first_wrong is None:
        part = " of what was looked at" if found.left else ""
        more = f" and {len(found.agrees) - _NAMED} more" if len(found.agrees) > _NAMED else ""
        return f"All agrees{part}: {', '.join(map(symbol, found.agrees[:_NAMED]))}{more}."
    if found.first_wrong == "loss":
        return f"C alone is wrong, and no gradient is made of it: {found.remarks[0]}."
    first = f"{symbol(found.first_wrong)} is the first that is wrong"
    alone = (*found.causes, *found.further)[:1]
    if found.pair:
        cause = f"{' and '.join(one.name for one in found.pair)} together make"
    elif alone:
        cause = f"{named(alone[0])} makes"
    elif found.told:
        return f"{_in_symbols(about_first(found))}."
    else:
        cause = "no known mistake makes"
    return f"{first}; {cause} exactly your numbers."
