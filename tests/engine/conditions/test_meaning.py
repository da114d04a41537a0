"""Is a condition held against its network, and does a complaint say what there is?"""

from __future__ import annotations

import pytest

from engine import load
from engine.catalog import find
from engine.conditions.grammar import ConditionError
from engine.conditions.meaning import Leaf, meaning_of


@pytest.mark.parametrize(
    ("name", "text", "column", "says"),
    [
        ("mazur", "loss", 5, "expected a comparison such as < 0.01 after loss"),
        ("mazur", "loss and loss < 1", 1, "expected what holds or doesn't beside and"),
        ("mazur", "(loss < 1) + 1 > 2", 7, "expected a number beside +"),
        ("mazur", "delta[1] > 0", 10, "expected any(...) or all(...) around it"),
        ("mazur", "delta[3][1] > 0", 1, "there is no layer 3: the layers are 1 to 2"),
        ("mazur", "delta[1][0] > 0", 1, "there is no unit 0: they are 1 to 2"),
        ("mazur", "loss < 1 and weight[1][3,1] > 0", 14, "there is no unit 3: they are 1 to 2"),
        ("mazur", "weight[1][1] > 0", 1, "expected weight[l][i,j], or the whole array without [i,j]"),
        ("mazur", "weight[1,2] > 0", 1, "expected weight[l][i,j]"),
        ("mazur", "loss[1] > 0", 1, "expected loss"),
        ("mazur", "gradient[1][1,1] > 0", 1, "gradient takes a layer alone: gradient[l]"),
        ("mazur", "any(delta[1] > bias[1] * weight[1])", 24, "have different shapes, 2 and 2×2"),
        ("mazur", "recurrent_weight[1][1,1] > 0", 1, "layer 1 is not recurrent"),
        ("mazur", "max(recurrent_weight) > 0", 5, "there is no recurrent weight in this network"),
        ("mazur", "time == 1", 1, "there is no time: the data are no sequences"),
        ("mazur", "step[1] == 1", 1, "step is one number and takes no brackets"),
        ("mazur", "max(1, 2) > 0", 8, "max(...) takes one thing, not 2"),
        ("mazur", "loss of sample 2 > 1", 1, "there is no sample 2: the only sample is 1"),
        ("iris", "loss of sample 0 > 1", 1, "there is no sample 0: they are 1 to 1"),
        ("mazur", "any not finite > 1", 1, "expected a number beside >, not what holds or doesn't"),
        ("mazur", "dead(1)", 1, "expected dead(l,i), a layer and a neuron"),
        ("mazur", "dead(1, loss)", 9, "expected dead(l,i), a layer and a neuron"),
        ("mazur", "dead(1e400, 1)", 6, "expected dead(l,i), a layer and a neuron"),
        ("mazur", "saturated(1e400)", 11, "expected saturated(l), a layer"),
        ("mazur", "saturated(0)", 11, "there is no layer 0"),
        ("iris", "slope[2][1] > 0", 1, "layer 2 is a softmax"),
        ("iris", "saturated(2)", 1, "layer 2 is a softmax"),
    ],
)
def test_what_does_not_fit_is_said_with_its_column(name: str, text: str, column: int, says: str) -> None:
    with pytest.raises(ConditionError) as caught:
        meaning_of(text, load(find(name)))
    assert (caught.value.column, says in caught.value.says) == (column, True), caught.value


def test_a_word_without_layer_is_of_all_layers_that_have_it() -> None:
    iris = load(find("iris"))
    (slopes,) = meaning_of("max(slope) > 0", iris).leaves.values()
    assert slopes == (Leaf("slope", 1, None, (iris.network.layers[0].units,)),)
    (gradients,) = meaning_of("max(gradient) > 0", iris).leaves.values()
    assert [(leaf.word, leaf.layer) for leaf in gradients] == [
        (word, layer) for layer in (1, 2) for word in ("gradient_weight", "gradient_bias")
    ]


def test_units_are_counted_from_one() -> None:
    (leaves,) = meaning_of("weight[2][1,2] > 0", load(find("mazur"))).leaves.values()
    assert leaves == (Leaf("weight", 2, (0, 1)),)
