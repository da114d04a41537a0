"""How do labels, words or numbers, become targets?

A label is a class; each class has an output of the network, whose target is 1 where the label is that class
and 0 where it isn't. A network with one output takes two classes: 0 is the first, 1 the second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.read.findings import Finding
from engine.read.numbers import NUMBERS, counted
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.arrays import Array
    from engine.read.data.opened import Expected
    from engine.read.findings import Findings

NAME_IT = "Add it to classes, and a neuron for it to the last layer"
MOST = 10_000
"""Classes; more of them, and the column holds no labels."""


def _is_number(text: str) -> bool:
    # Imported when there are labels: most scenarios have none.
    from engine.read.data.cells import pattern

    return pattern(".").fullmatch(text) is not None


def label(text: str) -> str:
    """Return what a label is called: a number by its value, whether it is written 1, 1.0 or +1."""
    word = one_line(text)
    if _is_number(word):
        number = float(word)
        return str(int(number)) if abs(number) < 1e15 and number.is_integer() else repr(number)
    return word


def in_order(labels: Iterable[str]) -> tuple[str, ...]:
    """Return classes in the order of their outputs: by their values if all are numbers, else by letters."""
    found = list(labels)
    if all(map(_is_number, found)):
        return tuple(sorted(found, key=float))
    return tuple(sorted(found))


def misfit(classes: Sequence[str], outputs: int) -> str:
    """Return why so many classes don't fit the outputs; the empty text if they do."""
    wanted = max(2, outputs)
    if len(classes) == wanted:
        return ""
    count = "1 class" if len(classes) == 1 else f"{len(classes):,} classes"
    expected = f"expected {wanted} classes for {counted(outputs, 'neuron')} of the last layer"
    return f"{expected}, found {count}: {listed(classes)}"


def complain_misfit(classes: Sequence[str], expected: Expected, findings: Findings) -> bool:
    """Note that so many classes don't fit the outputs; return whether they don't."""
    says = misfit(classes, expected.outputs)
    named = expected.asked.classes is not None
    twice = "" if named else _twice(classes)
    if says:
        key = "classes" if named else "one_hot"
        remedy = units_for(len(classes))
        if len(classes) < expected.outputs and not named:
            remedy += " Or name all classes, those that don't occur as well: classes = [...]."
        if twice:
            remedy += f" And {twice}: are they one?"
        findings.add(("data", key), says, remedy)
    elif twice:
        remedy = "Write them alike if they are one class; if not, name the classes: classes = [...]."
        findings.odd.append(Finding(("data",), twice, remedy))
    return bool(says)


def _twice(classes: Sequence[str]) -> str:
    """Return which two classes are one but for capital letters; the empty text if none are."""
    seen: dict[str, str] = {}
    for name in classes:
        if (other := seen.setdefault(name.casefold(), name)) != name:
            return (
                f"the classes {listed((other, name)).replace(', ', ' and ')} differ in capital letters alone"
            )
    return ""


def meant(name: str, classes: Sequence[str]) -> str:
    """Return as a remedy which of the named classes a label is but for capital letters; or the empty text."""
    found = next((one for one in classes if one.casefold() == name.casefold()), None)
    return "" if found is None else f"Did you mean {shortened(found, 30)}? Capital letters count."


def units_for(classes: int) -> str:
    """Return what a last layer has for so many classes."""
    if classes < 2:
        return "There is nothing to learn from one class: take data of two or more."
    return f"Each class has a neuron: units = {classes} in the last layer, or {classes} rows of weights."


def too_many_targets(labels: int, outputs: int) -> str:
    """Return why so many labels have too many targets; the empty text if they haven't."""
    count = labels * outputs
    if count <= NUMBERS:
        return ""
    return f"{labels:,} labels for {outputs:,} outputs are {count:,} targets; the limit is {NUMBERS:,}"


def targets(codes: Array, outputs: int) -> Array:
    """Return the targets [row, output] of labels by their places among the classes; nan stays nan."""
    if outputs == 1:
        return codes[:, None]
    made: Array = (codes[:, None] == np.arange(outputs)).astype(np.float64)
    made[np.isnan(codes)] = np.nan
    return made


def listed(names: Sequence[str], most: int = 12) -> str:
    """Return names in a row, of many the first."""
    shown = ", ".join(shortened(name, 30) or "(no name)" for name in names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
