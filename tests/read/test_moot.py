"""When does a mistake change nothing, and is that said where it stands in the file?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from engine import trace
from engine.equations.mistakes.mistakes import MISTAKES
from engine.read import load, moot, warnings
from engine.read.fitting import misfits
from engine.update_orders import ORDERS
from tests.given.scenarios_at_random import THROUGH_TIME, Wanted, scenario_at_random, with_training
from tests.given.some_of import EVERY_CASE, in_turns
from tests.read.files import PLAIN, SEQUENCES, changed, write

if TYPE_CHECKING:
    from pathlib import Path

    from engine.scenario import Scenario

ONE_LAYER = """\
format = 1
title = "One neuron"

[network]
inputs = 1
loss = "half-squared-error"

[[network.layers]]
activation = "identity"
weights = [[2]]

[data]
inputs = [[3]]
targets = [[5]]

[training]
learning_rate = 0
reduction = "mean"
"""


#: A file without a mistake and its numbers, formed once for all mistakes.
_RIGHT: dict[str, tuple[Scenario, list[Any]]] = {}


def warned(folder: Path, text: str, mistake: str, *, run: bool = True) -> str:
    """What is said of a mistake in a file; the empty text if it changes some number of the run.

    What is said is always held against the run; that nothing is said only where it is asked for.
    """
    if text not in _RIGHT:
        scenario = load(write(folder, text))
        _RIGHT[text] = scenario, records(scenario)
    scenario, right = _RIGHT[text]
    path = write(folder, changed(text, "[training]\n", f'[training]\nmistake = "{mistake}"\n'))
    found = warnings(path)
    if found or run:
        assert bool(found) == is_same(with_training(scenario, mistake=mistake), right), mistake
    for one in found:
        assert (one.key, one.source) == ("training.mistake", f'mistake = "{mistake}"')
        assert one.says.startswith(f'warning: "{mistake}" changes nothing here: ')
    return "; ".join(one.says.split(": ")[2] for one in found)


def records(scenario: Scenario) -> list[Any]:
    """All numbers of a run."""
    return [step.record() for step in trace(scenario)]


def is_same(scenario: Scenario, right: list[Any]) -> bool:
    """Whether a run has these numbers: it ends at the first that is another."""
    return all(step.record() == other for step, other in zip(trace(scenario), right, strict=True))


def test_the_circumstances_are_of_mistakes() -> None:
    assert set(moot._MOOT) <= set(MISTAKES)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_one_linear_neuron_with_one_sample(tmp_path: Path, mistake: str) -> None:
    """Nearly nothing can go wrong there."""
    assert bool(warned(tmp_path, ONE_LAYER, mistake)) == (mistake != "target-first")


def deep(hidden: str, last: str) -> str:
    """Two layers of two, two samples, two iterations, and the mean."""
    weights = "[[0.15, 0.2], [0.25, 0.3], [0.35, 0.4]]\nbiases = [0.1, 0.2, 0.3]"
    text = changed(PLAIN, weights, "[[0.5, -0.2], [-0.3, 0.4]]")
    text = changed(text, "iterations = 10", "iterations = 2")
    text = changed(text, 'units = 1\ninit = "uniform"', "weights = [[0.1, 0.2], [-0.3, 0.1]]")
    text = changed(text, "[[1.0], [0.0]]", "[[1, 0], [0, 1]]")
    before, middle, after = text.replace('"identity"', '"sigmoid"').split('"sigmoid"')
    text = f'{before}"{hidden}"{middle}"{last}"{after}'
    return changed(text, "seed = 1", 'reduction = "mean"')


@pytest.mark.parametrize(
    ("hidden", "last", "silent"),
    [
        ("sigmoid", "sigmoid", ()),
        ("sigmoid", "softmax", ()),
        ("sigmoid", "identity", ("no-output-slope",)),
        ("relu", "leaky-relu", ("slope-of-activation",)),
        ("relu", "softmax", ("slope-of-activation",)),
        ("elu", "relu", ()),
        ("identity", "sigmoid", ("no-slope", "z-for-activation")),
        (
            "identity",
            "identity",
            ("no-slope", "z-for-activation", "no-output-slope", "slope-of-activation"),
        ),
    ],
)
def test_by_activations(tmp_path: Path, hidden: str, last: str, silent: tuple[str, ...]) -> None:
    text = deep(hidden, last)
    run = in_turns(tuple(MISTAKES), len(hidden + last), 3)
    said = {name for name in MISTAKES if warned(tmp_path, text, name, run=name in run)}
    assert said == {*silent, *THROUGH_TIME}
    assert warned(tmp_path, text, THROUGH_TIME[0]) == "no layer is recurrent"


@pytest.mark.parametrize(
    ("old", "new", "silent"),
    [
        ("reduction", "batch_size = 1\nreduction", {"mean-twice", "mean-missing", "bias-of-last-sample"}),
        ("iterations = 2\n", "", {"gradient-kept"}),
        ("learning_rate = 0.5", "learning_rate = 0", {"sign", "mean-twice", "mean-missing"}),
    ],
)
def test_by_training(tmp_path: Path, old: str, new: str, silent: set[str]) -> None:
    text = changed(deep("tanh", "tanh"), old, new)
    assert {name for name in MISTAKES if warned(tmp_path, text, name)} == {
        *silent,
        "future-dropped",
        "state-of-same-time",
    }


def test_through_time(tmp_path: Path) -> None:
    text = changed(SEQUENCES, "[[[1], [2], [3]], [[4], [5], [6]]]", "[[[1]], [[4]]]")
    short = changed(text, "[[[0.1], [0.2], [0.3]], [9]]", "[[1], [9]]")
    assert warned(tmp_path, SEQUENCES, "future-dropped") == ""
    assert "one time" in warned(tmp_path, short, "future-dropped")
    assert warned(tmp_path, short, "state-of-same-time") == ""


def test_single_numbers_have_no_transpose(tmp_path: Path) -> None:
    layer = '[[network.layers]]\nactivation = "tanh"\nweights = [[2]]\n'
    text = changed(changed(ONE_LAYER, "[data]", f"{layer}[data]"), "[[5]]", "[[0.5]]")
    assert "single number" in warned(tmp_path, text, "weights-not-transposed")


def test_a_warning_is_no_error(tmp_path: Path) -> None:
    path = write(tmp_path, ONE_LAYER + 'mistake = "sign"\n')
    assert load(path).training.mistake == "sign"
    assert warnings(write(tmp_path, ONE_LAYER)) == ()


def test_what_is_moot_changes_no_number() -> None:
    """Each reason of each mistake, in each order, and of one sample and several, where it is first given."""
    seen = set[tuple[object, ...]]()
    for seed in range(40):
        scenario = scenario_at_random(seed, Wanted(steps=45))
        right = None
        for mistake in MISTAKES:
            wrong = with_training(scenario, mistake=mistake)
            why = moot.moot(wrong)
            if why and not any(misfits(wrong.training, wrong.network.sizes)):
                training = scenario.training
                kinds = {(why, training.order), (why, training.batch_size > 1)}
                if kinds - seen or EVERY_CASE:
                    seen |= kinds
                    right = right or records(scenario)
                    assert is_same(wrong, right), (seed, why)
    assert len({why for why, *_ in seen}) > 10


@pytest.mark.parametrize("order", ORDERS)
def test_what_is_kept_matters_where_a_layer_is_updated_more_than_once(tmp_path: Path, order: str) -> None:
    text = changed(deep("tanh", "tanh"), "iterations = 2\n", f'order = "{order}"\n')
    assert bool(warned(tmp_path, text, "gradient-kept")) == (order != "premature")
    scenario = with_training(load(write(tmp_path, text)), mistake="gradient-kept", order="deferred")
    assert bool(moot.moot(scenario, order)) == (order != "premature")
    through_time = load(write(tmp_path, SEQUENCES))
    assert through_time.training.iterations == 1 < through_time.data.times
    scenario = with_training(through_time, mistake="gradient-kept", order=order, batch_size=1)
    assert bool(moot.moot(scenario)) == (order != "premature")
