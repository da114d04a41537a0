"""What does a new scenario say? A text to go on writing in, with a comment where one may be needed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from engine.spelling.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_INITS = {"relu": "he-uniform", "leaky-relu": "he-uniform", "elu": "he-uniform", "silu": "he-uniform"}


Pair: TypeAlias = "tuple[Sequence[float], Sequence[float]]"


@dataclass(frozen=True, slots=True)
class Samples:
    """The data of a new scenario: the lines below `[data]`, their numbers of units, and what suits them.

    `by_class` are the lines that give each of so many `classes` an output, where one output tells them apart.
    `unused` says which columns of numbers are left out, and why.
    """

    lines: tuple[str, ...]
    inputs: int
    outputs: int
    last: str = "identity"
    loss: str = "half-squared-error"
    title: str = "My network"
    by_class: tuple[str, ...] = ()
    classes: int = 2
    unused: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether the numbers stand in the scenario, and not in a file."""
        return self.lines[0].startswith("inputs")

    def with_last(self, last: str) -> Samples:
        """Return the samples as a last activation takes them: softmax has an output for each class."""
        if last != "softmax" or not self.by_class:
            return self
        return replace(self, lines=self.by_class, outputs=self.classes, loss="cross-entropy")


@dataclass(frozen=True, slots=True)
class Draft:
    """The answers that make a scenario."""

    title: str
    samples: Samples
    hidden: tuple[int, ...]
    activation: str
    last: str
    loss: str
    learning_rate: float
    iterations: int
    seed: int = 1

    def text(self) -> str:
        """Return the scenario file."""
        return "\n".join(self._lines()) + "\n"

    def _lines(self) -> Iterator[str]:
        yield "format = 1"
        yield f"title = {quoted(self.title)}"
        yield noted('about = ""', 'what to look for; several lines go between """ and """')
        yield ""
        yield "[network]"
        yield f"inputs = {self.samples.inputs}"
        yield f'loss = "{self.loss}"'
        layers = [*((units, self.activation) for units in self.hidden), (self.samples.outputs, self.last)]
        for place, (units, activation) in enumerate(layers, start=1):
            yield ""
            last = ", the last one: the prediction" if place == len(layers) else ""
            yield noted("[[network.layers]]", f"layer {place}{last}")
            yield f'activation = "{activation}"'
            yield f"units = {units}"
            init = _INITS.get(activation, "xavier-uniform")
            yield noted(f'init = "{init}"', "or weights = [[...], ...], a row per neuron")
            if place == 1 < len(layers) and self.samples.is_listed:
                yield noted('# recurrent_init = "orthogonal"', "recurrent: inputs[sample][time][unit]")
        yield ""
        yield "[data]"
        yield from self.samples.lines
        yield ""
        yield "[training]"
        yield f"learning_rate = {self.learning_rate!r}"
        yield f"iterations = {self.iterations}"
        yield noted('reduction = "mean"', 'or "sum", over the samples of a batch')
        yield noted(f"seed = {self.seed}", "another seed draws other weights")
        yield noted('# optimizer = "adam"', "sgd without this line")


def noted(line: str, comment: str) -> str:
    """Return a line with a comment."""
    return f"{line:<36}# {comment}"


def listed(
    rows: Sequence[tuple[Sequence[float], Sequence[float]]], title: str, last: str, loss: str
) -> Samples:
    """Return samples that are listed: pairs of inputs and targets."""
    inputs, targets = ([row[part] for row in rows] for part in (0, 1))
    by_class: tuple[str, ...] = ()
    if all(len(row) == 1 and row[0] in (0, 1) for row in targets):
        by_class = (
            _line("inputs", inputs),
            _line("targets", [(int(not one), int(one)) for (one,) in targets]),
        )
    lines = (_line("inputs", inputs), _line("targets", targets))
    return Samples(lines, len(inputs[0]), len(targets[0]), last, loss, title, by_class)


def _line(key: str, rows: Sequence[Sequence[float]]) -> str:
    values = ", ".join(f"[{', '.join(map(repr, row))}]" for row in rows)
    return f"{key} = [{values}]"


def _gate(title: str, outputs: Sequence[int]) -> Samples:
    pairs = [((a, b), (y,)) for (a, b), y in zip(((0, 0), (0, 1), (1, 0), (1, 1)), outputs, strict=True)]
    return listed(pairs, title, "sigmoid", "binary-cross-entropy")


SETS = {
    "xor": _gate("Exclusive or", (0, 1, 1, 0)),
    "and": _gate("And", (0, 0, 0, 1)),
    "or": _gate("Or", (0, 1, 1, 1)),
    "iris": Samples(('file = "iris.csv"',), 4, 3, "softmax", "cross-entropy", "Three kinds of iris"),
}
"""The data that come with bp-tui; `iris` is a file beside the scenario."""
