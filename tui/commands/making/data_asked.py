"""Where do the samples of a new scenario come from, and what do they hold?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from engine.draft.columns import NoTableError, look
from engine.draft.draft import SETS, Samples, listed
from engine.draft.tables import samples_of, told
from engine.read.data.labels import listed as listed_few
from engine.read.numbers import counted
from engine.spelling.text import shortened
from tui.commands.asking.question import AnswerError
from tui.commands.making.words import beginning_files, no_such, one_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.draft.columns import Columns

_GLANCED = 1_001, 100_000  # rows and characters of a table that are looked at while its name is typed

Numbers: TypeAlias = "tuple[list[float], list[float]]"
"""The inputs and the targets of a sample."""


class Table(NamedTuple):
    """A table by the name that a scenario has for it, and what stands in it."""

    name: str
    columns: Columns

    @property
    def names(self) -> list[str]:
        """What the columns are called: by their places from 1 where they have no names."""
        return [*self.columns.names] or [str(place + 1) for place in range(len(self.columns.classes))]

    def target(self, name: str) -> str:
        """Return the name of a column that can be learned from the others.

        Raises:
            AnswerError: this one can't.
        """
        self.learned(name)
        return name

    def told(self, target: str) -> str:
        """Return what becomes of each column, in words."""
        return told(self.columns, self.names.index(target))

    def learned(self, target: str) -> Samples:
        """Return the samples whose target is a column.

        Raises:
            AnswerError: it can't be learned from the others.
        """
        one_of(self.names)(target)
        try:
            return samples_of(self.name, self.columns, self.names.index(target))
        except NoTableError as error:
            raise AnswerError(f"{shortened(self.name)}: {error}") from error


class ByHand(NamedTuple):
    """That the samples are to be typed."""


_FROM_THERE = "the data file lies in the folder of the scenario or below, and is named from there"


def data(name: str, folder: Path, *most: int, own: bool) -> Samples | Table | ByHand:
    """Return the samples of a name; of a table in `folder` only so many rows and characters are looked at."""
    if name in SETS:
        return SETS[name]
    if own and name == "numbers":
        return ByHand()
    if not name.lower().endswith(".csv"):
        raise AnswerError(no_such(name, SETS, ", or the name of a .csv file"))
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise AnswerError(_FROM_THERE)
    if not (folder / name).exists() and Path(name).exists():
        raise AnswerError(f"{shortened(name)}: there is no such file beside the scenario: {_FROM_THERE}")
    try:
        return Table(name, look(folder / name, *most))
    except NoTableError as error:
        raise AnswerError(f"{shortened(name)}: {error}") from error


def glanced(name: str, folder: Path) -> Samples | Table | ByHand:
    """Return the samples of a name that is being typed."""
    return learnable(data(name, folder, *_GLANCED, own=True))


def learnable(found: Samples | Table | ByHand) -> Samples | Table | ByHand:
    """Return what was found, if something can be learned from it: no question after it could be answered."""
    if isinstance(found, Table):
        refused = None
        for name in reversed(found.names):
            try:
                found.learned(name)
            except AnswerError as error:
                refused = refused or error
            else:
                return found
        if refused is not None:
            raise refused
    return found


def data_words(text: str, folder: Path) -> Sequence[str]:
    """Return the names of data that begin so: sets, `numbers`, tables and folders."""
    own = [name for name in (*SETS, "numbers") if name.startswith(text)]
    return [*own, *beginning_files(folder, text, ".csv")]


def told_data(found: Samples | Table | ByHand) -> str:
    """Return what data hold, in words."""
    if isinstance(found, Samples):
        return f"{found.title}: {counted(found.inputs, 'input')}, {counted(found.outputs, 'output')}"
    if isinstance(found, ByHand):
        return "they are asked for, a sample a line"
    columns = found.columns
    rows = f"{counted(columns.rows, 'row')}{' or more' if columns.more else ''}"
    kinds: dict[str, list[str]] = {"numbers in": [], "labels in": [], "a number is missing in": []}
    for name, classes, gap in zip(found.names, columns.classes, columns.gaps, strict=True):
        if gap:
            kinds["a number is missing in"].append(f"{name}, {gap}")
        elif classes:
            kinds["labels in"].append(f"{name} ({listed_few(classes, 3)})")
        else:
            kinds["numbers in"].append(name)
    held = [f"{kind} {listed_few(names, 8)}" for kind, names in kinds.items() if names]
    return f"{rows}, {counted(len(found.names), 'column')}: {'; '.join(held)}"


def numbers(text: str, rows: Sequence[Numbers]) -> Numbers | None:
    """Return the sample of a line; None for an empty one after the last of the `rows`."""
    if not text and rows:
        return None
    before, sign, after = text.replace(",", " ").partition("=")
    try:
        row = ([float(word) for word in before.split()], [float(word) for word in after.split()])
    except ValueError:
        row = ([], [])
    shape = [len(part) for part in row]
    if not sign or 0 in shape or not all(abs(value) < 1e300 for part in row for value in part):
        raise AnswerError("Expected numbers, = and numbers")
    if rows and shape != [len(part) for part in rows[0]]:
        raise AnswerError(
            f"Expected {counted(len(rows[0][0]), 'input')} and {counted(len(rows[0][1]), 'target')}, "
            "as in the first line"
        )
    return row


def told_numbers(row: Numbers | None, rows: Sequence[Numbers]) -> str:
    """Return what a line is, in words."""
    if row is None:
        return f"{counted(len(rows), 'sample')}; Enter ends"
    return f"sample {len(rows) + 1}: {counted(len(row[0]), 'input')}, {counted(len(row[1]), 'target')}"


def typed_samples(rows: Sequence[Numbers]) -> Samples:
    """Return the samples that were typed."""
    return listed(rows, "My network", *_suiting(rows))


def _suiting(rows: Sequence[Numbers]) -> tuple[str, str]:
    """Return the last activation and the loss that suit targets."""
    targets = [row[1] for row in rows]
    if not {value for row in targets for value in row} <= {0.0, 1.0}:
        return "identity", "half-squared-error"
    if len(targets[0]) > 1 and all(sum(row) == 1 for row in targets):
        return "softmax", "cross-entropy"
    return "sigmoid", "binary-cross-entropy"
