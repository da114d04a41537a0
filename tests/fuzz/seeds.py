"""Which good files does the fuzzer begin with? The shipped ones, and others that use every feature."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

import scenarios
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.order.quantities import PARAMETER_LETTERS
from engine.read.fitting import misfits
from engine.update_orders import WAITING
from tests.fuzz.case import SCENARIO, Case
from tests.fuzz.toml import headed, lines
from tests.given.scenarios_at_random import Wanted, scenario_at_random

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

    from engine.arrays import Array
    from engine.scenario import Layer, Scenario

_SHIPPED = Path(scenarios.__file__).parent
_KEPT = (1e-8, 0.5, 0.9, 0.9999999999999999)
_INITS = ("zeros", "uniform", "normal", "xavier-uniform", "xavier-normal", "he-uniform", "orthogonal")


@cache
def shipped() -> tuple[Case, ...]:
    """The scenarios that come with bp-tui, with their data."""
    data = {path.name: path.read_bytes() for path in _SHIPPED.glob("*.csv")}
    cases = []
    for path in sorted(_SHIPPED.glob("*.toml")):
        content = path.read_bytes()
        needed = {name: data[name] for name in data if name.encode() in content}
        cases.append(Case({SCENARIO: content, **needed}))
    return tuple(cases)


def good_case(chance: Random) -> Case:
    """A shipped scenario or, more often, a small one of its own."""
    return chance.choice(shipped()) if chance.random() < 0.3 else made(chance)


def made(chance: Random) -> Case:
    """A small scenario with features by chance, its data in the file, in a CSV or in an .npz file."""
    document, files = document_at_random(chance)
    write: Callable[[dict[str, Any]], str] = chance.choice((headed, headed, lines))
    return Case({SCENARIO: write(document).encode("utf-8", "surrogatepass"), **files})


def document_at_random(chance: Random) -> tuple[dict[str, Any], dict[str, bytes]]:
    """A good document, and the data files that it names."""
    scenario = scenario_at_random(chance.getrandbits(32), Wanted(tame=chance.random() < 0.5))
    files: dict[str, bytes] = {}
    layers = [_layer(layer, chance) for layer in scenario.network.layers]
    sequences = any("recurrent_weights" in layer or "recurrent_init" in layer for layer in layers)
    data: Any = {"inputs": _inputs(scenario, sequences), "targets": _targets(scenario, sequences)}
    kind = chance.choice(("listed", "listed", "data.csv", "data.npz"))
    if kind != "listed":
        files[kind] = (_csv if kind == "data.csv" else _npz)(data, sequences)
        data = chance.choice((kind, {"file": kind}))
        if kind == "data.csv" and chance.random() < 0.5:
            data, files[kind] = _as_it_comes(files[kind], scenario, sequences, chance)
        elif kind == "data.npz" and chance.random() < 0.3:
            files[kind] = (
                files[kind].replace(b"inputs.npy", b"xtrain.npy").replace(b"targets.npy", b"ytrainx.npy")
            )
            data = {"file": kind, "targets": ["ytrainx"]}
    training = scenario.training
    document: dict[str, Any] = {"format": 1, "title": scenario.title}
    if chance.random() < 0.4:
        document |= {"about": "What to look for.\n\nA second paragraph.", "source": "By chance."}
    if isinstance(data, str):
        document["data"] = data
    document["network"] = {"inputs": scenario.network.inputs, "loss": scenario.network.loss}
    if chance.random() < 0.2:
        document["network"]["parameters"] = "parameters.npz"
        files["parameters.npz"] = _parameters(layers)
    document["network"]["layers"] = layers
    if not isinstance(data, str):
        document["data"] = data
    document["training"] = {
        "learning_rate": training.learning_rate,
        "iterations": chance.choice((training.iterations, 1000, 10**7)),
        "batch_size": training.batch_size,
        "reduction": training.reduction,
        "order": training.order,
        "seed": chance.randrange(100),
        **_how(scenario, chance),
    }
    if chance.random() < 0.5:
        document["notes"] = [
            {"step": step, "text": f"Step {step}: which sign will δ have?"} for step in (1, 2, 3)
        ]
    return document, files


def _how(scenario: Scenario, chance: Random) -> dict[str, Any]:
    """An optimiser with its settings, decay, clipping and a mistake: each of them in some documents."""
    training = scenario.training
    optimizer = chance.choice(tuple(OPTIMIZERS))
    settings = [name for name in OPTIMIZERS[optimizer].settings if chance.random() < 0.5]
    keys: dict[str, Any] = {"optimizer": optimizer} | {name: chance.choice(_KEPT) for name in settings}
    keys["weight_decay"] = chance.choice((0, 0.01))
    if training.order == WAITING:
        keys["clip_norm"] = chance.choice((1e-3, 1, 1e6))
    keys["mistake"] = chance.choice(tuple(MISTAKES))
    if any(misfits(replace(training, mistake=keys["mistake"]), scenario.network.sizes)):
        del keys["mistake"]
    if settings or chance.random() < 0.5:
        return keys
    return {key: value for key, value in keys.items() if chance.random() < 0.3}


def _trained(array: Array, chance: Random) -> Any:
    """All, nothing, or a truth value for each number."""
    mask = [[chance.random() < 0.5 for _ in row] for row in np.atleast_2d(array)]
    return chance.choice((True, False, mask if array.ndim > 1 else mask[0]))


def _layer(layer: Layer, chance: Random) -> dict[str, Any]:
    table: dict[str, Any] = {"activation": layer.activation}
    if chance.random() < 0.3:
        table |= {"units": len(layer.weights), "init": chance.choice(_INITS)}
    else:
        table["weights"] = layer.weights.tolist()
    if chance.random() < 0.6:
        table |= {"biases": layer.biases.tolist(), "train_biases": _trained(layer.biases, chance)}
    if chance.random() < 0.2:
        table["bias_copies"] = chance.choice((1, 2, 16))
    if chance.random() < 0.2:
        table["train_weights"] = _trained(layer.weights, chance)
    if layer.recurrent_weights is not None and layer.initial_state is not None:
        if chance.random() < 0.3:
            table["recurrent_init"] = chance.choice(_INITS)
        else:
            table["recurrent_weights"] = layer.recurrent_weights.tolist()
        if chance.random() < 0.2:
            table["train_recurrent_weights"] = _trained(layer.recurrent_weights, chance)
        if chance.random() < 0.6:
            table["initial_state"] = layer.initial_state.tolist()
    return table


def _inputs(scenario: Scenario, sequences: bool) -> list[Any]:
    inputs = scenario.data.inputs
    listed: list[Any] = (inputs if sequences else inputs[:, 0]).tolist()
    return listed


def _targets(scenario: Scenario, sequences: bool) -> list[Any]:
    """The targets of each sample, at every time or at its last one."""
    data = scenario.data
    return [
        (
            data.targets[sample] if sequences and data.has_target[sample].all() else data.targets[sample, -1]
        ).tolist()
        for sample in range(data.samples)
    ]


def _csv(data: dict[str, Any], sequences: bool) -> bytes:
    rows = []
    for sample, (inputs, targets) in enumerate(zip(data["inputs"], data["targets"], strict=True)):
        if not sequences:
            rows.append([*inputs, *targets])
            continue
        everywhere = isinstance(targets[0], list)
        last = targets[-1] if everywhere else targets
        for time, vector in enumerate(inputs):
            given = targets[time] if everywhere else last if time == len(inputs) - 1 else [""] * len(last)
            rows.append([sample, time, *vector, *given])
    names = ["sample", "time"] if sequences else []
    header = [*names, *("abcdefghijklmnop"[column] for column in range(len(rows[0]) - len(names)))]
    return "".join(",".join(map(str, row)) + "\n" for row in [header, *rows]).encode()


def _as_it_comes(
    table: bytes, scenario: Scenario, sequences: bool, chance: Random
) -> tuple[dict[str, Any], bytes]:
    """A table whose columns are named and in another order, with other signs, and perhaps with labels."""
    rows = [line.split(",") for line in table.decode().split()]
    names = rows[0]
    inputs = names[2 * sequences :][: scenario.network.inputs]
    targets = names[2 * sequences + len(inputs) :]
    data: dict[str, Any] = {"file": "data.csv", "inputs": inputs, "targets": targets}
    if not sequences and chance.random() < 0.5:
        classes = ["cat", "dog", 3, "x y"][: max(2, len(targets))]
        rows = [[*row[: len(inputs)], str(chance.choice(classes))] for row in rows]
        rows[0] = [*inputs, "label"]
        data |= {"targets": ["label"], "classes": classes}
    elif chance.random() < 0.5:
        del data[chance.choice(("inputs", "targets"))]
    separator, decimal = chance.choice(((",", "."), (";", ","), ("|", "."), ("\t", ",")))
    data |= {"separator": separator, "decimal": decimal}
    head = chance.choice(("", "# by hand\n\n", f"sep={separator}\n"))
    lines = [separator.join(row).replace(".", decimal) for row in rows]
    return data, (head + "\n".join(lines) + "\n").encode()


def _parameters(layers: list[dict[str, Any]]) -> bytes:
    """The parameters that the layers list, which they don't any more."""
    arrays = {}
    for number, layer in enumerate(layers, start=1):
        if "weights" in layer:
            layer["units"] = len(layer["weights"])
        for group, letter in PARAMETER_LETTERS.items():
            if group in layer:
                arrays[f"{letter}{number}"] = np.array(layer.pop(group))
    file = io.BytesIO()
    np.savez(file, allow_pickle=False, **arrays)
    return file.getvalue()


def _npz(data: dict[str, Any], sequences: bool) -> bytes:
    targets = data["targets"]
    if sequences and len({isinstance(target[0], list) for target in targets}) > 1:
        targets = [target[-1] if isinstance(target[0], list) else target for target in targets]
    file = io.BytesIO()
    np.savez(file, inputs=np.array(data["inputs"]), targets=np.array(targets))
    return file.getvalue()
