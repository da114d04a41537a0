"""Has every scenario its own equations, though what is alike in all that decides them is made once?"""

from __future__ import annotations

from ast import AST, dump
from dataclasses import fields, replace
from typing import Any, TypeAlias

import numpy as np
import pytest

from engine import load
from engine.arrays import frozen, sealed
from engine.catalog import find
from engine.equations import table
from engine.scenario import Layer, Network, Scenario, Training

Kind: TypeAlias = "type[Layer | Network | Training]"

BASE = load(find("elman"))
FIRST = BASE.network.layers[0]
MASK = sealed(np.arange(FIRST.weights.size).reshape(FIRST.weights.shape) % 2 == 0)
LAYER = {
    "activation": "sigmoid",
    "weights": frozen(2.0 * FIRST.weights),
    "biases": frozen(FIRST.biases + 1.0),
    "train_biases": False,
    "recurrent_weights": None,
    "initial_state": frozen(np.ones(FIRST.units)),
    "train_weights": MASK,
    "train_recurrent_weights": False,
    "bias_copies": 2,
}
NETWORK = {"inputs": BASE.network.inputs + 1, "loss": "huber", "layers": BASE.network.layers[:1]}
TRAINING = {
    "learning_rate": 0.25,
    "iterations": 3,
    "batch_size": 2,
    "reduction": "sum",
    "order": "layerwise",
    "seed": 7,
    "optimizer": "adam",
    "momentum": 0.5,
    "decay": 0.5,
    "beta1": 0.5,
    "beta2": 0.5,
    "epsilon": 0.5,
    "weight_decay": 0.5,
    "clip_norm": 0.5,
    "mistake": "sign",
}
HERE: dict[Kind, object] = {Layer: FIRST, Network: BASE.network, Training: BASE.training}
OTHERS: dict[Kind, dict[str, Any]] = {Layer: LAYER, Network: NETWORK, Training: TRAINING}


def otherwise(kind: Kind, name: str) -> Scenario:
    """The scenario with another value in one place."""
    other = {name: OTHERS[kind][name]}
    if kind is Training:
        return replace(BASE, training=replace(BASE.training, **other))
    if kind is Network:
        return replace(BASE, network=replace(BASE.network, **other))
    first = replace(FIRST, **other)
    return replace(BASE, network=replace(BASE.network, layers=(first, *BASE.network.layers[1:])))


def _dumped(tree: AST | None) -> str | None:
    return None if tree is None else dump(tree)


def written(found: table.Table) -> tuple[object, ...]:
    """All that a table holds, as values that can be compared."""
    equations = [
        (*map(_dumped, (one.formula, one.plain)), one._replace(formula=None, plain=None, partials=()))
        for one in found.equations
    ]
    return equations, found.axes, found.parameters, found.inputs, found.initial, found.states


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, part.name) for kind in (Layer, Network, Training) for part in fields(kind)]
)
def test_whatever_is_otherwise_has_the_equations_that_are_made_of_it(kind: Kind, name: str) -> None:
    table.table_of(BASE)
    other = otherwise(kind, name)
    assert getattr(HERE[kind], name) is not OTHERS[kind][name]
    own = table.made.__wrapped__(table._Decisive(other.network, other.training))
    assert written(table.table_of(other)) == written(own)


def test_what_differs_in_its_numbers_alone_has_the_same() -> None:
    for name in ("learning_rate", "iterations", "batch_size", "seed", "momentum"):
        assert table.table_of(otherwise(Training, name)) is table.table_of(BASE)
    assert table.table_of(otherwise(Layer, "biases")) is table.table_of(BASE)
