from __future__ import annotations

import json
import tomllib
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, get_args

import pytest

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.read.document.shape import Activation, Loss
from engine.read.schema import schema, schema_text
from tests.given.shipped import SHIPPED

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_tables_and_the_format_agree() -> None:
    assert set(get_args(Activation)) == set(ACTIVATIONS)
    assert set(get_args(Loss)) == set(LOSSES)


def test_the_file_is_up_to_date() -> None:
    text = (files("scenarios") / "scenario.schema.json").read_text("utf-8")
    assert text == schema_text(), "write it anew: bp-tui schema"
    assert json.loads(text) == schema()


def test_every_table_is_closed_and_every_key_described() -> None:
    tables = schema()["$defs"]
    assert len(tables) == 7
    for table in tables.values():
        assert table["additionalProperties"] is False
        assert table["description"]
        for key, part in table["properties"].items():
            assert "$ref" in part or part["description"], key
    assert "null" not in schema_text()


def test_names_are_enumerated() -> None:
    layer = schema()["$defs"]["LayerTable"]["properties"]
    assert set(layer["activation"]["enum"]) == set(ACTIVATIONS)
    assert set(layer["init"]["enum"]) == set(layer["recurrent_init"]["enum"])
    assert set(schema()["$defs"]["NetworkTable"]["properties"]["loss"]["enum"]) == set(LOSSES)
    training = schema()["$defs"]["TrainingTable"]["properties"]
    assert set(training["optimizer"]["enum"]) == set(OPTIMIZERS)
    assert set(training["mistake"]["enum"]) == set(MISTAKES)


@pytest.mark.parametrize(
    ("keys", "good"),
    [
        ({"optimizer": "adam", "beta1": 0, "epsilon": 1e-8}, True),
        ({"momentum": 1}, False),
        ({"epsilon": 0}, False),
        ({"weight_decay": 0}, True),
        ({"weight_decay": -1}, False),
        ({"clip_norm": 0}, False),
        ({"mistake": "no-slope"}, True),
        ({"mistake": "no-slop"}, False),
    ],
)
def test_training(keys: dict[str, Any], good: bool) -> None:
    assert fits({"learning_rate": 1, **keys}, schema()["$defs"]["TrainingTable"]) is good


@cache
def _tables() -> dict[str, Any]:
    """Each table of the format by its name."""
    tables: dict[str, Any] = schema()["$defs"]
    return tables


def fits(value: Any, part: dict[str, Any]) -> bool:
    """Judge a value by the few words of JSON Schema that ours uses."""
    if "$ref" in part and not fits(value, _tables()[part["$ref"].rsplit("/", 1)[1]]):
        return False
    kinds: dict[str, Any] = {
        "string": str,
        "integer": int,
        "boolean": bool,
        "array": list,
        "object": dict,
        "number": (int, float),
    }
    rules: dict[str, Callable[[Any], bool]] = {
        "type": lambda word: (
            isinstance(value, kinds[word]) and (word == "boolean" or not isinstance(value, bool))
        ),
        "enum": lambda words: value in words,
        "minimum": lambda least: value >= least,
        "maximum": lambda most: value <= most,
        "exclusiveMinimum": lambda bound: value > bound,
        "exclusiveMaximum": lambda bound: value < bound,
        "minItems": lambda least: len(value) >= least,
        "items": lambda inner: all(fits(item, inner) for item in value),
        "required": lambda names: all(name in value for name in names),
        "properties": lambda inner: all(fits(value[name], inner[name]) for name in value if name in inner),
        "additionalProperties": lambda _: set(value) <= set(part["properties"]),
        "anyOf": lambda parts: any(fits(value, inner) for inner in parts),
        "oneOf": lambda parts: sum(fits(value, inner) for inner in parts) == 1,
        "not": lambda inner: not fits(value, inner),
    }
    ignored = {"$ref", "$schema", "$defs", "title", "description", "default"}
    assert set(part) <= set(rules) | ignored
    return all(rules[word](argument) for word, argument in part.items() if word in rules)


@pytest.mark.parametrize("entry", SHIPPED, ids=lambda entry: entry.name)
def test_shipped_scenarios_fit(entry: Any) -> None:
    text = entry.path.read_text("utf-8")
    assert text.startswith("#:schema scenario.schema.json\n")
    assert fits(tomllib.loads(text), schema())


@pytest.mark.parametrize(
    ("layer", "good"),
    [
        ({"activation": "tanh", "weights": [[1]]}, True),
        ({"activation": "tanh", "units": 1, "init": "zeros"}, True),
        ({"activation": "tanh"}, False),
        ({"activation": "tanh", "units": 1}, False),
        ({"activation": "tanh", "init": "zeros"}, False),
        ({"activation": "tanh", "weights": [[1]], "units": 1}, False),
        ({"activation": "tanh", "weights": [[1]], "init": "zeros"}, False),
        ({"activation": "tanh", "weights": [[1]], "recurrent_init": "zeros"}, True),
        (
            {"activation": "tanh", "weights": [[1]], "recurrent_init": "zeros", "recurrent_weights": [[1]]},
            False,
        ),
        ({"activation": "tanh", "weights": [[1]], "train_weights": [[True]], "train_biases": False}, True),
        ({"activation": "tanh", "weights": [[1]], "train_weights": [True]}, False),
        ({"activation": "tanh", "weights": [[1]], "train_biases": [1]}, False),
        ({"activation": "tanh", "weights": [[1]], "bias_copies": 2}, True),
        ({"activation": "tanh", "weights": [[1]], "bias_copies": 0}, False),
        ({"activation": "tahn", "weights": [[1]]}, False),
        ({"activation": "tanh", "weights": [[1]], "wieghts": [[1]]}, False),
    ],
)
def test_weights_or_units(layer: dict[str, Any], good: bool) -> None:
    network = {"inputs": 1, "loss": "squared-error", "layers": [layer]}
    assert fits(network, schema()["$defs"]["NetworkTable"]) is good


@pytest.mark.parametrize(
    ("data", "good"),
    [
        ("rows.csv", True),
        ({"file": "rows.csv"}, True),
        ({"inputs": [[1]], "targets": [[[1]]]}, True),
        ({"inputs": [[1]]}, False),
        ({}, False),
        ({"file": "rows.csv", "inputs": [[1]]}, False),
    ],
)
def test_file_or_numbers(data: object, good: bool) -> None:
    assert fits(data, schema()["$defs"]["ScenarioFile"]["properties"]["data"]) is good
