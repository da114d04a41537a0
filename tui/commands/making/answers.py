"""Which answers will do for a new scenario, and what does each come to?"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.read.numbers import counted
from engine.read.sense.network import at_odds
from engine.spelling.text import one_line, shortened
from tui.commands.asking.question import AnswerError
from tui.commands.making.words import beginning_files
from tui.files import why_no_scenario

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.draft.draft import Samples

HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.coupled]
"""The activations that a hidden layer can have."""

_UNITS = 1_000
_LAYERS = 20


def file(text: str) -> Path:
    """Return the file of a new scenario."""
    path = Path(text)
    if why := why_no_scenario(path):
        raise AnswerError(why)
    try:
        there = path.parent.is_dir()
    except (OSError, ValueError):
        there = False
    if not there:
        raise AnswerError(f"it can't be written: there is no folder {shortened(str(path.parent))}")
    return path


def files(text: str) -> Sequence[str]:
    """Return the names that go on from what is typed: folders, and the end that a scenario has."""
    folders = [name for name in beginning_files(Path(), text) if name.endswith("/")]
    name = text.rpartition("/")[2]
    whole = [f"{_without_end(text)}.toml"] if name and not Path(_without_end(name)).suffix else []
    return [*folders, *(one for one in whole if one != text)]


def _without_end(text: str) -> str:
    """Return a name without an end that begins like `.toml`."""
    start, dot, end = text.rpartition(".")
    return start if dot and "toml".startswith(end) else text


def title(text: str) -> str:
    """Return a title on one line."""
    return one_line(text)


def told_activation(name: str) -> str:
    """Return the rule of an activation."""
    return f"a = {ACTIVATIONS[name].formula_text}"


def told_last(name: str, samples: Samples) -> str:
    """Return the rule of the last activation, and what it changes about the outputs."""
    outputs = samples.with_last(name).outputs
    return told_activation(name) + (
        f"; an output for each of {outputs} classes" if outputs != samples.outputs else ""
    )


def told_loss(name: str, last: str, outputs: int) -> str:
    """Return the rule of a loss; or why it doesn't go with the last activation, which is no error."""
    says, remedy = at_odds(name, last, outputs)
    return f"warning: {says}. {remedy}" if says else f"C = {LOSSES[name].formula_text}"


def sizes(text: str) -> tuple[int, ...]:
    """Return the numbers of neurons of hidden layers."""
    words = text.replace(",", " ").split()
    if words in (["0"], ["none"]):
        return ()
    if not words or not all(word.isascii() and word.isdigit() for word in words):
        raise AnswerError("expected whole numbers, such as 4 or 8 8")
    if len(words) > _LAYERS:
        raise AnswerError(f"expected at most {_LAYERS} layers")
    found = tuple(int(word[:6]) for word in words)
    if 0 in found:
        raise AnswerError("a layer has at least one neuron; 0 alone is for no hidden layer")
    if not all(1 <= size <= _UNITS for size in found):
        raise AnswerError(f"expected from 1 to {_UNITS} neurons in a layer")
    return found


def told_sizes(hidden: tuple[int, ...], samples: Samples) -> str:
    """Return what a network is made of, in words."""
    all_sizes = [samples.inputs, *hidden, samples.outputs]
    parameters = sum((below + 1) * here for below, here in pairwise(all_sizes))
    between = "no hidden layer"
    if len(hidden) == 1:
        between = f"one hidden layer of {hidden[0]}"
    elif hidden:
        between = f"{len(hidden)} hidden layers of {', '.join(map(str, hidden[:-1]))} and {hidden[-1]}"
    ends = counted(samples.inputs, "input"), counted(samples.outputs, "output")
    return f"a network with {ends[0]}, {between}, {ends[1]}: {counted(parameters, 'parameter')}"


def rate(text: str) -> float:
    """Return a learning rate."""
    try:
        found = float(text)
    except ValueError:
        found = -1.0
    if not 0 <= found < 1e300:
        raise AnswerError("expected a number of 0 or more, such as 0.1")
    return found


def told_rate(found: float) -> str:
    """Return what a learning rate does."""
    if found == 0:
        return "no parameter changes"
    return f"an update takes {found:g} of its gradient from each parameter"


def count(text: str) -> int:
    """Return a number of iterations."""
    if text.isascii() and text.isdigit() and 1 <= int(text[:12]) <= 1_000_000_000:
        return int(text)
    raise AnswerError("expected a whole number from 1 on")


def told_count(found: int) -> str:
    """Return how often parameters change."""
    return f"{counted(found, 'update')} of the parameters, each after all samples"


def told_file(path: Path) -> str:
    """Return where a file will be."""
    folder = path.parent
    return f"a new file in {'this folder' if folder == Path() else shortened(str(folder))}"
