"""Are the keys of `[training]` read, each with its range, and only where something uses it?"""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any

import pytest

from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS, SETTINGS
from engine.read import load
from engine.scenario import Training
from tests.fuzz.toml import inline
from tests.read.files import PLAIN, changed, complaint, complaints, write

if TYPE_CHECKING:
    from pathlib import Path

DEFAULTS = Training(0.5, 10, 2, seed=1)
# The first optimizer that uses a key.
USERS = {name: next(user for user, row in OPTIMIZERS.items() if name in row.settings) for name in SETTINGS}


def with_keys(**keys: Any) -> str:
    """The plain file with these keys of its training."""
    return PLAIN + "".join(f"{key} = {inline(value)}\n" for key, value in keys.items())


def training(folder: Path, **keys: Any) -> Training:
    return load(write(folder, with_keys(**keys))).training


def test_without_any_key_it_is_plain_descent(tmp_path: Path) -> None:
    assert training(tmp_path) == DEFAULTS
    assert (DEFAULTS.optimizer, DEFAULTS.weight_decay) == ("sgd", 0.0)
    assert (DEFAULTS.clip_norm, DEFAULTS.mistake) == (None, None)


def test_every_setting_of_an_optimizer_is_a_key_of_the_training() -> None:
    assert set(SETTINGS) == {name for row in OPTIMIZERS.values() for name in row.settings}
    assert set(SETTINGS) <= {field.name for field in fields(Training)}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_an_optimizer_with_its_settings(tmp_path: Path, optimizer: str) -> None:
    plain = training(tmp_path, optimizer=optimizer)
    assert plain.optimizer == optimizer
    assert all(getattr(plain, name) == getattr(DEFAULTS, name) for name in SETTINGS)
    for number, name in enumerate(OPTIMIZERS[optimizer].settings, start=1):
        assert getattr(training(tmp_path, optimizer=optimizer, **{name: number / 8}), name) == number / 8


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("name", SETTINGS)
def test_a_setting_that_the_optimizer_does_not_use(tmp_path: Path, optimizer: str, name: str) -> None:
    path = write(tmp_path, with_keys(optimizer=optimizer, **{name: 0.5}))
    if name in OPTIMIZERS[optimizer].settings:
        assert getattr(load(path).training, name) == 0.5
        return
    found = complaint(path)
    assert found.key == f"training.{name}"
    assert found.source == f"{name} = 0.5"
    assert found.says == f'the optimizer "{optimizer}" does not use {name}'
    for other, row in OPTIMIZERS.items():
        assert (f'"{other}"' in found.remedy) == (name in row.settings)


def test_a_setting_is_no_use_without_an_optimizer(tmp_path: Path) -> None:
    assert '"sgd" does not use momentum' in complaint(write(tmp_path, with_keys(momentum=0.9))).says


ZERO_TO_ONE = ("momentum", "decay", "beta1", "beta2")
IN_RANGE = {
    **dict.fromkeys(ZERO_TO_ONE, (0, 0.0, 0.5, 0.9999999999999999, 5e-324)),
    "epsilon": (5e-324, 1e-8, 1, 1e308),
    "weight_decay": (0, 0.0, 0.1, 1e308),
    "clip_norm": (5e-324, 1, 1e308),
}
OUT_OF_RANGE = {
    **{name: {-0.1: "below 1", 1: "below 1", 1.5: "below 1"} for name in ZERO_TO_ONE},
    "epsilon": {0: "above 0", -1e-8: "above 0"},
    "weight_decay": {-0.1: "0 or more"},
    "clip_norm": {0: "above 0", -1.0: "above 0"},
}


def users_key(name: str) -> dict[str, str]:
    return {"optimizer": USERS[name]} if name in USERS else {}


@pytest.mark.parametrize("name", IN_RANGE)
def test_in_range(tmp_path: Path, name: str) -> None:
    for value in IN_RANGE[name]:
        assert getattr(training(tmp_path, **users_key(name), **{name: value}), name) == value


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_out_of_range(tmp_path: Path, name: str) -> None:
    for value, words in OUT_OF_RANGE[name].items():
        found = complaint(write(tmp_path, with_keys(**users_key(name), **{name: value})))
        assert found.key == f"training.{name}"
        assert found.source == f"{name} = {value}"
        assert found.column == len(f"{name} = ") + 1
        assert words in found.says
        assert f"found the number {value}" in found.says


@pytest.mark.parametrize("name", OUT_OF_RANGE)
@pytest.mark.parametrize("word", ["nan", "inf", "-inf", "1e999"])
def test_not_finite(tmp_path: Path, name: str, word: str) -> None:
    found = complaint(write(tmp_path, with_keys(**users_key(name)) + f"{name} = {word}\n"))
    assert found.key == f"training.{name}"
    assert "expected a" in found.says
    assert word.removeprefix("1e999") in found.says


@pytest.mark.parametrize("name", OUT_OF_RANGE)
def test_no_number(tmp_path: Path, name: str) -> None:
    values: tuple[Any, ...] = (True, "0.5", [0.5], {})
    for value in values:
        found = complaint(write(tmp_path, with_keys(**users_key(name), **{name: value})))
        assert found.key == f"training.{name}"
        assert "expected a number" in found.says


@pytest.mark.parametrize(("key", "names"), [("optimizer", OPTIMIZERS), ("mistake", MISTAKES)])
def test_a_misspelt_name(tmp_path: Path, key: str, names: dict[str, object]) -> None:
    for name in names:
        found = complaint(write(tmp_path, with_keys(**{key: f"{name}x"})))
        assert found.key == f"training.{key}"
        assert found.remedy == f'Did you mean "{name}"?'
        assert all(f'"{other}"' in found.says for other in names)
    assert "the number 3" in complaint(write(tmp_path, with_keys(**{key: 3}))).says


def test_everything_wrong_is_said_at_once(tmp_path: Path) -> None:
    text = changed(with_keys(optimizer="adma", weight_decay=-1, mistake="sing"), "= 0.5", "= nan")
    keys = [found.key for found in complaints(write(tmp_path, text))]
    assert keys == [f"training.{key}" for key in ("learning_rate", "optimizer", "weight_decay", "mistake")]
