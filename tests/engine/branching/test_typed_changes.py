"""Is what is typed the change that is meant, and is everything else answered in a sentence?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.branching.making import branch
from engine.branching.typed_changes import change_named, poke_named
from engine.catalog import find
from engine.looking.cursor import start
from engine.order.schedule import Poke
from engine.run.change import Change


@pytest.mark.parametrize(
    ("name", "step", "text", "change"),
    [
        ("mazur", 0, "W1[1,2] = 0.3", Change("weights", 0.3, 1, (0, 1))),
        ("mazur", 0, "W1[1,2]=.3", Change("weights", 0.3, 1, (0, 1))),
        ("mazur", 0, "W1[1,2] += 0.1", Change("weights", 0.2 + 0.1, 1, (0, 1))),
        ("mazur", 0, "weight[1][1,2] *= 2", Change("weights", 0.4, 1, (0, 1))),
        ("mazur", 0, "bias[2][1] -= 0.5", Change("biases", 0.6 - 0.5, 2, (0,))),
        ("mazur", 5, "x[2] = -1e-3", Change("input", -1e-3, None, (1,), 0)),
        ("batch", 0, "y[1] of sample 3 = 0", Change("target", 0.0, None, (0,), 2)),
        ("elman", 0, "x[1]@2 = 0.5", Change("input", 0.5, None, (0,), 0, 2)),
        ("elman", 0, "U1[1,3] = 0", Change("recurrent_weights", 0.0, 1, (0, 2))),
        ("mazur", 0, "learning_rate = 0.1", Change("learning_rate", 0.1)),
        ("mazur", 0, "learning_rate *= 2", Change("learning_rate", 1.0)),
        ("mazur", 0, "lr 2", Change("learning_rate", 2.0)),
        ("mazur", 0, "η *= 2", Change("learning_rate", 1.0)),
        ("mazur", 0, "W1[1,2] 0.3", Change("weights", 0.3, 1, (0, 1))),
        ("mazur", 0, "activation[1] = relu", Change("activation", "relu", 1)),
        ("mazur", 0, "activation 2 = tanh", Change("activation", "tanh", 2)),
        ("mazur", 0, "optimizer = adam", Change("optimizer", "adam")),
        ("mazur", 0, "order = premature", Change("order", "premature")),
        ("mazur", 0, "clip_norm = none", Change("clip_norm", "none")),
    ],
)
def test_what_is_typed_is_meant(name: str, step: int, text: str, change: Change) -> None:
    run = trace(load(find(name)))
    found = change_named(run, start(run, step), text)
    assert found == change
    assert isinstance(found, Change)
    told = change_named(run, start(run, step), found.words)  # what is told can be typed
    assert isinstance(told, Change)
    assert told._replace(value=change.value) == change
    if not isinstance(change.value, str):
        assert told.value == pytest.approx(change.value, rel=1e-11)
    branch(run, 0, found)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Expected a name, = and a value."),
        ("W1[1,2]", "Expected a name, = and a value."),
        ("W1[1,3] = 1", "3 is not a unit: 1 to 2"),
        ("W3[1,1] = 1", "The layers are 1 to 2"),
        ("d1[1] = 1", "δ1[1] is computed: W and b, x and y can be set"),
        ("W1[1,2] = one", "Expected a finite number, not 'one'"),
        ("W1[1,2] = 1e999", "Expected a finite number"),
        ("learning_rat = 1", "There is no 'learning_rat'. Did you mean \"learning_rate\"?"),
        ("activation = relu", "Which layer?"),
        ("activation[3] = relu", "The layers are 1 to 2"),
        ("x[1] of sample 2 = 1", "The samples are 1 to 1"),
    ],
)
def test_what_can_t_be_meant_is_answered(text: str, says: str) -> None:
    run = trace(load(find("mazur")))
    found = change_named(run, start(run), text)
    assert isinstance(found, str)
    assert says in found


@pytest.mark.parametrize(
    ("step", "text", "layer", "poke"),
    [
        (0, "W1[1,2] = 0.7", 1, Poke("weights", (0, 1), 0.7)),
        (5, "b2[1] -= 0.5", 2, Poke("biases", (0,), 0.6 - 0.5)),
        (7, "W2[1,1] *= 2", 2, Poke("weights", (0, 0), 2 * 0.35891647971788465)),  # as it is by now
    ],
)
def test_what_is_set_by_hand_is_meant_as_it_is_at_the_step(
    step: int, text: str, layer: int, poke: Poke
) -> None:
    run = trace(load(find("mazur")))
    assert poke_named(run, start(run, step), text) == (layer, poke)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "By hand a parameter is set within an iteration: poke W1[1,2] = 0.7"),
        ("x[1] = 1", "By hand a parameter is set"),
        ("learning_rate = 1", "There is no 'learning_rate'"),
        ("W1[1,3] = 1", "3 is not a unit: 1 to 2"),
        ("W1[1,2] = one", "Expected a finite number, not 'one'"),
    ],
)
def test_what_can_t_be_set_by_hand_is_said(text: str, says: str) -> None:
    run = trace(load(find("mazur")))
    found = poke_named(run, start(run, 3), text)
    assert isinstance(found, str)
    assert found.startswith(says)
