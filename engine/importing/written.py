"""What does the scenario of an imported network say? Its parameters, and placeholders for the data.

Many parameters stand in a file of their own, which the scenario names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.draft.draft import noted
from engine.importing.taken import NotTakenError, named
from engine.order.quantities import PARAMETER_LETTERS
from engine.read.build import LIMIT
from engine.read.document.syntax import MOST
from engine.spelling.text import one_line, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.arrays import Array
    from engine.importing.taken import Taken, TakenLayer, Value

_SAMPLES, _TIMES = 2, 3
_LISTED = 10_000
"""Parameters up to which a scenario lists them where it need not: about what a person looks through."""
TRAINING: dict[str, Value] = {"learning_rate": 0.1, "iterations": 100, "reduction": "mean"}


def is_large(taken: Taken) -> bool:
    """Return whether a network has so many parameters that they had better stand in a file of their own."""
    return taken.parameters > _LISTED


def arrays(taken: Taken) -> dict[str, Array]:
    """Return the parameters as the file of parameters of a scenario has them: W1 [to, from], b1 and so on."""
    found = {}
    for number, layer in enumerate(taken.layers, start=1):
        for group, letter in PARAMETER_LETTERS.items():
            array: Array | None = getattr(layer, group)
            if array is not None:
                found[f"{letter}{number}"] = array
    return found


def text(taken: Taken, title: str, source: str, parameters: str = "") -> str:
    """Return the scenario file of a network; `source` is the name of the file that it comes from.

    `parameters` is that of the file with its `arrays`; without one they are listed.

    Raises:
        NotTakenError: it has more parameters than a scenario may list.
    """
    most = MOST[","][0]
    too_many = not parameters and taken.parameters > most
    written = "" if too_many else "\n".join(_lines(taken, title, source, parameters)) + "\n"
    if not written or len(written.encode()) > LIMIT or written.count(",") > most:
        hint = "" if parameters else "; with -o NEW.toml they stand in a file beside it"
        raise NotTakenError(
            f"the network has {taken.parameters:,} parameters and {taken.inputs:,} inputs; a scenario lists "
            f"at most {most:,} numbers in {LIMIT // 2**20} MiB{hint}"
        )
    return written


def _lines(taken: Taken, title: str, source: str, parameters: str) -> Iterator[str]:
    for remark in taken.remarks:
        yield f"# {one_line(remark)}"
    yield "format = 1"
    yield f"title = {quoted(one_line(title) or 'Imported network')}"
    yield f"source = {quoted(f'parameters: {one_line(source)}')}"
    yield ""
    yield "[network]"
    yield f"inputs = {taken.inputs}"
    yield f'loss = "{taken.loss}"'
    if parameters:
        yield noted(f"parameters = {quoted(parameters)}", "W1 [to, from], b1 and so on")
    for place, layer in enumerate(taken.layers, start=1):
        yield ""
        last = ", the last one: the prediction" if place == len(taken.layers) else ""
        yield noted("[[network.layers]]", f"layer {place}{last}: {named(layer.place)}")
        yield f'activation = "{layer.activation}"'
        yield from [f"units = {len(layer.weights)}"] if parameters else _listed(layer)
        for group in layer.untrained:
            yield f"train_{group} = false"
        if layer.bias_copies > 1:
            told = "each is a sum of so many, and each of these is trained by itself"
            yield noted(f"bias_copies = {layer.bias_copies}", told)
    yield ""
    yield noted("[data]", 'placeholders: put yours here, or file = "name.csv"')
    yield from _data(taken)
    yield ""
    yield "[training]"
    for name, value in {**TRAINING, **taken.training}.items():
        yield f"{name} = {quoted(value) if isinstance(value, str) else repr(value)}"


def _listed(layer: TakenLayer) -> Iterator[str]:
    yield from _matrix(noted("weights = [", "a row per neuron, a column per input"), layer.weights)
    yield f"biases = {layer.biases.tolist()}"
    if layer.recurrent_weights is not None:
        heading = noted("recurrent_weights = [", "row to, column from the time before")
        yield from _matrix(heading, layer.recurrent_weights)


def _matrix(heading: str, rows: Array) -> Iterator[str]:
    yield heading
    for row in rows.tolist():
        yield f"    {row},"
    yield "]"


def _data(taken: Taken) -> Iterator[str]:
    for name, rows in zip(("inputs", "targets"), placeholders(taken), strict=True):
        yield f"{name} = {rows}"


def placeholders(taken: Taken) -> tuple[list[Any], list[Any]]:
    """Return inputs and targets of two samples, with times if there is a memory: every loss can take them."""
    one_of_them = taken.layers[-1].activation == "softmax"
    inputs = [_row(taken.inputs, place, (0.5, -0.5)) for place in range(_SAMPLES)]
    targets = [
        [float(unit == place % taken.outputs) for unit in range(taken.outputs)]
        if one_of_them
        else _row(taken.outputs, place, (1.0, 0.0))
        for place in range(_SAMPLES)
    ]
    if not taken.recurrent:
        return inputs, targets
    return [[row] * _TIMES for row in inputs], [[row] * _TIMES for row in targets]


def _row(length: int, sample: int, values: Sequence[float]) -> list[float]:
    return [values[(place + sample) % len(values)] for place in range(length)]
