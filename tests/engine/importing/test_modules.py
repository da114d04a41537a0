"""Are arrays put in order and the right way round, and is what is left open asked for?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.importing.modules import modules_of
from engine.importing.taken import NotTakenError

if TYPE_CHECKING:
    from engine.arrays import Array

GENERATOR = np.random.default_rng(1)


def some(*shape: int) -> Array:
    return GENERATOR.normal(size=shape)


def places(arrays: dict[str, Array], *order: str, kept: bool = True) -> list[str]:
    return [one.place for one in modules_of(arrays, order, kept=kept).modules]


def test_a_row_is_a_neuron_where_the_sizes_say_so() -> None:
    arrays = {"W2": some(2, 4), "W1": some(4, 3), "b1": some(4), "b2": some(2)}
    first, second = modules_of(arrays, kept=True).modules
    np.testing.assert_array_equal(first.weights, arrays["W1"])
    np.testing.assert_array_equal(second.weights, arrays["W2"])
    np.testing.assert_array_equal(second.biases, arrays["b2"])


def test_matrices_are_turned_over_where_the_sizes_say_so() -> None:
    arrays = {"W1": some(3, 4), "W2": some(4, 4), "b2": some(1, 4), "W3": some(4, 2)}
    found = modules_of(arrays, kept=True)
    for place, one in enumerate(found.modules, start=1):
        np.testing.assert_array_equal(one.weights, arrays[f"W{place}"].T)
    assert "turned over: a column was a neuron" in found.remarks[0]
    assert found.remarks[1] == "no biases beside W1, W3: zeros, which stay zeros"


@pytest.mark.parametrize("turned", [False, True])
def test_what_is_said_of_biases_in_a_column_works_when_it_is_done(turned: bool) -> None:
    whole = {"Theta1": some(3, 3), "Theta2": some(2, 4)}
    arrays = {name: one.T.copy() if turned else one for name, one in whole.items()}
    with pytest.raises(NotTakenError, match=r"W2 = Theta2\[.*\], b2 = Theta2\[.*\], and so on"):
        modules_of(arrays, kept=True)
    apart = {f"b{place}": one[:, 0] for place, one in enumerate(whole.values(), start=1)}
    apart |= {
        f"W{place}": one[:, 1:].T if turned else one[:, 1:] for place, one in enumerate(whole.values(), 1)
    }
    for module, theirs in zip(modules_of(apart, kept=True).modules, whole.values(), strict=True):
        np.testing.assert_array_equal(module.weights, theirs[:, 1:])
        np.testing.assert_array_equal(module.biases, theirs[:, 0])


def test_recurrent_weights_are_turned_over_with_the_others() -> None:
    arrays = {"kernel": some(2, 3), "recurrent_kernel": some(3, 3), "bias": some(3)}
    (one,) = modules_of(arrays, kept=True).modules
    assert one.recurrent is not None
    np.testing.assert_array_equal(one.recurrent, arrays["recurrent_kernel"].T)


def test_square_matrices_are_asked_for_unless_the_names_tell() -> None:
    square = some(2, 2)
    with pytest.raises(NotTakenError, match=r"fit both ways: say --weights to-from .* --weights from-to"):
        modules_of({"W1": square}, kept=True)
    for name, way, expected in (
        ("W1", "to-from", square),
        ("W1", "from-to", square.T),
        ("fc.weight", None, square),
        ("coefs_0", None, square.T),
    ):
        (one,) = modules_of({name: square}, (), way, kept=True).modules
        np.testing.assert_array_equal(one.weights, expected)


def test_numbers_are_numbers_and_not_letters() -> None:
    arrays = {f"{place}.weight": some(3, 3) for place in (10, 2, 0)}
    assert places(arrays) == ["0.weight", "2.weight", "10.weight"]


def test_modules_without_numbers_stand_as_they_were_saved_or_as_they_fit() -> None:
    arrays = {"head.weight": some(1, 3), "body.weight": some(3, 2)}
    assert places(arrays) == places(arrays, kept=False) == ["body.weight", "head.weight"]
    alike = {"b.weight": some(2, 2), "a.weight": some(2, 2)}
    assert places(alike) == ["b.weight", "a.weight"]
    with pytest.raises(NotTakenError, match="2 orders of the layers fit"):
        places(alike, kept=False)
    assert places(alike, "a", "b", kept=False) == ["a.weight", "b.weight"]
    assert places({"output.weight": some(2, 2), "x.weight": some(2, 2)}, kept=False) == [
        "x.weight",
        "output.weight",
    ]
    with pytest.raises(NotTakenError, match="--layers takes each once, from the first layer on: b,a"):
        places(alike, "a", "c")


def test_the_two_biases_of_torch_are_one() -> None:
    arrays = {
        "weight_ih_l0": some(3, 2),
        "weight_hh_l0": some(3, 3),
        "bias_ih_l0": some(3),
        "bias_hh_l0": some(3),
    }
    found = modules_of(arrays, kept=True)
    (one,) = found.modules
    np.testing.assert_array_equal(one.biases, arrays["bias_ih_l0"] + arrays["bias_hh_l0"])
    assert one.bias_copies == 2
    assert len(found.remarks) == 1  # how it is read, and nothing of what isn't as in torch
    for alone in ("bias_ih_l0", "bias_hh_l0"):
        (one,) = modules_of({**dict(list(arrays.items())[:2]), alone: arrays[alone]}, kept=True).modules
        assert one.bias_copies == 1
    (one,) = modules_of(dict(list(arrays.items())[:2]), kept=True).modules
    assert (one.biases, one.bias_copies) == (None, 1)


def test_one_array_of_all_layers_is_each_of_them() -> None:
    arrays = {"weights": some(2, 3, 3), "biases": some(2, 3)}
    found = modules_of(arrays, (), "to-from", kept=True).modules
    assert [one.place for one in found] == ["weights.0", "weights.1"]
    np.testing.assert_array_equal(found[1].biases, arrays["biases"][1])


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({}, "no weights found. Name them as in W1"),
        ({"X": some(2, 2)}, "no weights found, but X. Name them"),
        ({"W1": some(3, 2), "b1": some(4)}, "W1 is for 3 neurons, its biases are 4"),
        ({"W1": some(3, 2), "W2": some(4, 5)}, "W2 reads 5 numbers, W1 gives 3. Found W1 3 x 2, W2 4 x 5"),
        ({"W1": some(3, 2), "b2": some(4)}, "b2 has no weights beside it"),
        ({"W1": some(3)}, r"W1 has the shape \[3\], a list of numbers"),
        ({"0.weight": some(2, 1, 3, 3)}, r"0.weight has the shape \[2, 1, 3, 3\], a convolution"),
        ({"W1": some(0, 2)}, "W1 has the shape"),
        ({"W1": some(3, 2), "b1": some(3, 2)}, r"b1 has the shape \[3, 2\]"),
        ({"weight_ih_l0": some(8, 3), "weight_hh_l0": some(8, 2)}, "weight_hh_l0 is 8 x 2: four gates"),
        ({"weight_ih_l0": some(6, 3), "weight_hh_l0": some(6, 2)}, "weight_hh_l0 is 6 x 2: three gates"),
        ({"weight_ih_l0_reverse": some(2, 2)}, "weight_ih_l0_reverse goes backwards in time"),
        ({"0.weight": some(2, 2), "1.running_mean": some(2)}, "1.running_mean is of a normalisation"),
        ({"W1": some(2, 2), "w1": some(2, 2)}, "W1 and w1 are the same part of one layer"),
        ({"W1": np.array([[1.0, np.nan]])}, r"W1\[0\]\[1\] is nan: every parameter must be a finite number"),
        ({"weights": some(1001, 1, 1)}, "weights would be 1,001 layers"),
    ],
)
def test_what_cannot_be_taken_is_named_with_its_place(arrays: dict[str, Array], said: str) -> None:
    with pytest.raises(NotTakenError, match=said):
        modules_of(arrays, kept=True)


def test_what_is_not_known_is_said() -> None:
    found = modules_of({"W1": some(3, 2), "b1": some(3), "dW1": some(3, 2), "epoch": some(1)}, kept=True)
    assert found.remarks[-1] == "not taken, as it isn't known what it is: dW1, epoch"
