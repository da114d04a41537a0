"""Which columns of a table does a new scenario take, and what suits them?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.columns import NUMBERED
from engine.draft.columns import MOST_CLASSES, NoTableError
from engine.draft.draft import Samples
from engine.read.data.layout import Layout
from engine.spelling.text import quoted, shortened

if TYPE_CHECKING:
    from engine.draft.columns import Columns

_MISSING = "Write what is missing, or leave these rows out"


def samples_of(name: str, columns: Columns, target: int) -> Samples:
    """Return the samples of a table whose column `target` is learned from the others that hold numbers.

    Raises:
        NoTableError: there is nothing to learn from or to learn.
    """
    inputs = [place for place in inputs_of(columns) if place != target]
    if columns.gaps[target]:
        raise NoTableError(f"the target has no value in {columns.gaps[target]}. {_MISSING}")
    gaps = [
        f"{shortened(_name(columns, place), 30)} in {gap}"
        for place, gap in enumerate(columns.gaps)
        if gap and place != target
    ]
    if not inputs and gaps:
        raise NoTableError(f"values are missing: {', '.join(gaps[:5])}. {_MISSING}")
    if not inputs:
        raise NoTableError("no column is left that holds numbers")
    classes = columns.classes[target]
    for place in (*inputs, target):
        if columns.names.count(_name(columns, place)) > 1:
            called = quoted(shortened(_name(columns, place), 30))
            raise NoTableError(f"several columns are called {called}. Give each a name of its own")
    lines = [f"file = {quoted(name)}"]
    if columns.names:
        lines.append(f"inputs = [{', '.join(quoted(columns.names[place]) for place in inputs)}]")
        lines.append(f"targets = [{quoted(columns.names[target])}]")
    elif [*inputs, target] != list(range(len(columns.classes))):
        raise NoTableError(
            "columns without a name count from the left, the target last: give the table a header"
        )
    if classes:
        if not 2 <= len(classes) <= MOST_CLASSES:
            raise NoTableError(_unlearnable(_name(columns, target), classes))
        lines.append(f"classes = [{', '.join(map(quoted, classes))}]")
    if columns.separator != ",":
        lines.append(f"separator = {quoted(columns.separator)}")
    if columns.decimal != ".":
        lines.append(f"decimal = {quoted(columns.decimal)}")
    outputs, last, loss = 1, "identity", "half-squared-error"
    if len(classes) > 2:
        outputs, last, loss = len(classes), "softmax", "cross-entropy"
    elif classes or columns.numbers[target] <= {"0", "1"}:
        last, loss = "sigmoid", "binary-cross-entropy"
    what = columns.names[target] if columns.names else name
    unused = f"not used, as values are missing: {', '.join(gaps[:5])}" if gaps else ""
    if unused:
        lines.append(f"# {unused}")
    by_class: tuple[str, ...] = ()
    of = len(classes)
    if outputs == 1 and classes:
        by_class = tuple(lines)
    elif not classes and (values := _few_whole(columns.numbers[target])):
        of = len(values)
        by_class = (*lines, f"classes = [{', '.join(map(str, values))}]")
    return Samples(tuple(lines), len(inputs), outputs, last, loss, what, by_class, of, unused)


def _unlearnable(name: str, classes: tuple[str, ...]) -> str:
    """Return why a column of labels can't be learned: there is one alone, or there are very many."""
    target = f"the target {shortened(name, 30)}"
    if len(classes) > 1:
        return f"{target} has {len(classes)} different labels: {MOST_CLASSES} classes are learned at most"
    found = f"one label alone, {shortened(classes[0], 30)}" if classes[0] else "no values"
    return f"{target} has {found}: there is nothing to learn from it"


def _name(columns: Columns, place: int) -> str:
    return columns.names[place] if columns.names else f"column {place + 1}"


def _few_whole(numbers: frozenset[str]) -> list[int]:
    """Return different numbers in their order if they may be those of classes, nothing if not."""
    try:
        values = sorted(map(int, numbers))
    except ValueError:
        return []
    return values if 2 <= len(values) <= MOST_CLASSES else []


def told(columns: Columns, target: int) -> str:
    """Return what becomes of each column where `target` is learned, in the words of `bp-tui check`."""
    inputs = [place for place in inputs_of(columns) if place != target]
    classes = columns.classes[target]
    places = (*inputs, target)
    layout = Layout(len(columns.classes), 0, places, len(inputs), bool(classes), columns.names)
    return layout.words(classes)


def inputs_of(columns: Columns) -> list[int]:
    """Return the places of the columns that hold numbers, but for one that numbers the samples."""
    names = columns.names or ("x",) * len(columns.classes)
    return [
        place
        for place, (name, classes) in enumerate(zip(names, columns.classes, strict=True))
        if not classes and not NUMBERED.fullmatch(name)
    ]
