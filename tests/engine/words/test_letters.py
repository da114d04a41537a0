"""Does a letter say of what layer and neuron it is, where its numbers say so?"""

from __future__ import annotations

import pytest

from engine.words.letters import LETTERS


@pytest.mark.parametrize(
    ("example", "text", "shown", "meaning"),
    [
        ("W2[1,3]", "W2[4,5]", "W2[4,5]", "weight of layer 2: to its neuron 4, from neuron 5 below"),
        ("W2[1,3]", "W1[4,5]", "W1[4,5]", "weight of layer 1: to its neuron 4, from input 5"),
        ("W2[1,3]", "new W2", "new W2", "weight"),
        ("h1[2]@4", "h1[1]@-1", "h1[1]@-1", "activation of a remembering layer, at time -1"),
        ("η", "η = 0.5", "η", "learning rate: how much of the gradient an update applies"),
    ],
)
def test_what_is_found_is_named_with_its_numbers(example: str, text: str, shown: str, meaning: str) -> None:
    (sign,) = (sign for sign in LETTERS if sign.example == example)
    (found,) = sign.found(text)
    assert sign.of(found.group()) == (shown, meaning)
