"""How does `bp-tui new` ask for what a scenario needs, and write it?

On a terminal each question has a sensible answer, which Enter takes, and what is typed is checked at once.
Without one the options are the answers.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from engine.draft.columns import NoTableError, look
from engine.draft.draft import SETS, Draft, Samples, listed
from engine.draft.tables import samples_of
from engine.equations.activations import ACTIVATIONS
from engine.equations.losses import LOSSES
from engine.read import ScenarioError, checked
from engine.read.document.text import one_line, shortened
from engine.read.findings import nearest
from tui.commands.line.usage import UsageError
from tui.commands.making.writing import why_not, write
from tui.commands.streams import say

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterable

T = TypeVar("T")

_HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.coupled]
_UNITS = 1_000
_LAYERS = 20


class AnswerError(ValueError):
    """What was answered won't do; the message says what is expected."""


def new_command(chosen: argparse.Namespace) -> int:
    """Write a scenario; open it where there is a terminal to show it."""
    asks = all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
    file = None if chosen.file is None else Path(chosen.file)
    ask = _Terminal() if asks else _Options()
    if file is None and asks:
        file = ask("File", "network.toml", _file)
    _check_file(file)
    draft = _drafted(chosen, ask, (file or Path("x")).parent)
    if file is None:
        print(draft.text(), end="")
        return 0
    _write(file, draft)
    print(f"{one_line(str(file))}: written")
    if not asks or chosen.no_open:
        return 0
    from tui.commands.outcome import carry_out

    return carry_out([str(file)])


class _Options:
    """Takes an option, or what suits; a wrong one is refused."""

    def __call__(self, question: str, suits: str, take: Callable[[str], T], given: Any = None) -> T:
        """Return what is taken of an answer."""
        try:
            return take(suits if given is None else str(given))
        except AnswerError as error:
            what = question.partition(":")[0].lower()
            raise UsageError(f"bp-tui: {what}: {_sentence(str(error))}") from error


class _Terminal(_Options):
    """Asks, until an answer will do."""

    def __call__(self, question: str, suits: str, take: Callable[[str], T], given: Any = None) -> T:
        """Return what is taken of an answer."""
        if given is not None:
            return super().__call__(question, suits, take, given)
        while True:
            typed = _line(f"{question} [{suits}]: ")
            try:
                return take(typed.strip() or suits)
            except AnswerError as error:
                print(f"  {_sentence(str(error))}")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _line(prompt: str) -> str:
    print(prompt, end="", flush=True)
    line = sys.stdin.readline()
    if not line:
        raise UsageError("\nbp-tui: nothing is written.")
    return line


def _drafted(chosen: argparse.Namespace, ask: _Options, folder: Path) -> Draft:
    sets = ", ".join(SETS)
    own = " or numbers" if isinstance(ask, _Terminal) else ""
    samples = ask(
        f"Data: {sets}, the name of a CSV file{own}",
        "xor",
        lambda name: _data(name, chosen, ask, folder),
        chosen.data,
    )
    title = ask("Title", samples.title, one_line, chosen.title)
    hidden = ask("Neurons of the hidden layers, such as 4 or 8 8; 0 for none", "4", _sizes, chosen.hidden)
    activation = "tanh"
    if hidden:
        activation = ask("Their activation", "tanh", _one_of(_HIDDEN), chosen.activation)
    last = ask("Activation of the last layer", samples.last, _one_of(ACTIVATIONS), chosen.output)
    samples = samples.with_last(last)
    loss = ask("Loss", samples.loss, _one_of(LOSSES), chosen.loss)
    rate = ask("Learning rate", "0.1", _rate, chosen.learning_rate)
    iterations = ask("Iterations", "100", _count, chosen.iterations)
    return Draft(title, samples, hidden, activation, last, loss, rate, iterations)


def _data(name: str, chosen: argparse.Namespace, ask: _Options, folder: Path) -> Samples:
    if name in SETS:
        return SETS[name]
    if name == "numbers" and isinstance(ask, _Terminal):
        return _typed()
    if not name.lower().endswith(".csv"):
        raise AnswerError(_no_such(name, SETS, ", or the name of a .csv file"))
    path = folder / name
    if Path(name).is_absolute() or ".." in Path(name).parts:
        raise AnswerError(
            "the data file lies in the folder of the scenario or below, and is named from there"
        )
    try:
        columns = look(path)
        names = [*columns.names] or [str(place + 1) for place in range(len(columns.classes))]
        target = ask(
            f"Column to learn: {shortened(', '.join(names), 60)}", names[-1], _one_of(names), chosen.targets
        )
        return samples_of(name, columns, names.index(target))
    except NoTableError as error:
        raise AnswerError(f"{shortened(name)}: {error}") from error


def _typed() -> Samples:
    print("  A sample a line: its inputs, = and its targets, such as 0 1 = 1. An empty line ends.")
    rows: list[tuple[list[float], list[float]]] = []
    while True:
        line = _line("  ").strip()
        if not line and rows:
            return listed(rows, "My network", *_suiting(rows))
        before, sign, after = line.replace(",", " ").partition("=")
        try:
            row = ([float(word) for word in before.split()], [float(word) for word in after.split()])
        except ValueError:
            row = ([], [])
        shape = [len(part) for part in row]
        if not sign or 0 in shape or not all(abs(value) < 1e300 for part in row for value in part):
            print("  Expected numbers, = and numbers.")
        elif rows and shape != [len(part) for part in rows[0]]:
            print(f"  Expected {len(rows[0][0])} inputs and {len(rows[0][1])} targets, as in the first line.")
        else:
            rows.append(row)


def _suiting(rows: list[tuple[list[float], list[float]]]) -> tuple[str, str]:
    """Return the last activation and the loss that suit targets."""
    targets = [row[1] for row in rows]
    if not {value for row in targets for value in row} <= {0.0, 1.0}:
        return "identity", "half-squared-error"
    if len(targets[0]) > 1 and all(sum(row) == 1 for row in targets):
        return "softmax", "cross-entropy"
    return "sigmoid", "binary-cross-entropy"


def _one_of(names: Iterable[str]) -> Callable[[str], str]:
    known = list(names)

    def take(text: str) -> str:
        if text in known:
            return text
        raise AnswerError(_no_such(text, known))

    return take


def _no_such(word: str, known: Iterable[str], more: str = "") -> str:
    """Return what is expected in place of a word, and which is meant."""
    names = list(known)
    expected = f"expected one of {shortened(', '.join(names), 200)}{more}, found {shortened(word)!r}"
    return f"{expected}. {nearest(word, names)}".removesuffix(". ")


def _sizes(text: str) -> tuple[int, ...]:
    words = text.replace(",", " ").split()
    if words in (["0"], ["none"]):
        return ()
    if not words or len(words) > _LAYERS or not all(word.isascii() and word.isdigit() for word in words):
        raise AnswerError("expected whole numbers, such as 4 or 8 8")
    sizes = tuple(int(word[:6]) for word in words)
    if not all(1 <= size <= _UNITS for size in sizes):
        raise AnswerError(f"expected from 1 to {_UNITS} neurons in a layer")
    return sizes


def _rate(text: str) -> float:
    try:
        rate = float(text)
    except ValueError:
        rate = -1.0
    if not 0 <= rate < 1e300:
        raise AnswerError("expected a number of 0 or more, such as 0.1")
    return rate


def _count(text: str) -> int:
    if text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= 1_000_000_000:
        return int(text)
    raise AnswerError("expected a whole number from 1 on")


def _file(text: str) -> Path:
    if why := why_not(Path(text)):
        raise AnswerError(why)
    return Path(text)


def _check_file(file: Path | None) -> None:
    if file is not None:
        try:
            _file(str(file))
        except AnswerError as error:
            raise UsageError(f"bp-tui: {shortened(str(file))}: {error}.") from error


def _write(file: Path, draft: Draft) -> None:
    """Write a scenario and the data that it brings; leave no file behind that isn't good."""
    if draft.samples is SETS["iris"] and not (file.parent / "iris.csv").exists():
        from engine.catalog import shipped_shelf

        shutil.copy(shipped_shelf().folder / "iris.csv", file.parent / "iris.csv")
    write(file, draft.text())
    try:
        for warning in checked(file)[1]:
            say(str(warning))
    except ScenarioError:
        file.unlink()
        raise
