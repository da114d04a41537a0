"""Is what people call a quantity understood?"""

from __future__ import annotations

import pytest

from engine import load
from engine.catalog import find
from engine.diagnosis.naming.names import halves, meanings

NETWORK = load(find("mazur")).network
RECURRENT = load(find("elman")).network

KNOWN = {
    "gW1": "gW1", "W2_after": "W2_after", "z1": "z1", "slope2": "slope2", "error1": "error1", "dW2": "gW2",
    "dw2": "gW2", "DB1": "gb1", "dZ2": "delta2", "dz_1": "delta1", "delta_2": "delta2", "δ1": "delta1",
    'grads["W1"]': "gW1", "grads['dW1']": "gW1", "grad_b2": "gb2", "W1_grad": "gW1", "dL/dW1": "gW1",
    "dLdW2": "gW2", "∂C/∂W1": "gW1", "dC_db1": "gb1", "nabla_w2": "gW2", "gradients.W1": "gW1",
    "dweights1": "gW1", "layer1.weight.grad": "gW1", "layer2.bias.grad": "gb2", "fc1.weight.grad": "gW1",
    "fc2.bias": "b2", "W1_new": "W1_after", "new_W1": "W1_after", "W2'": "W2_after",
    "updated_b1": "b1_after", "w1_AFTER": "W1_after", "h1": "a1", "A2": "a2", "out1": "a1", "y_hat": "a2",
    "net1": "z1", "da1": "error1", "dh1": "error1", "fprime1": "slope1", "σ'2": "slope2",
    "delta_output": "delta2", "delta_hidden": "delta1", "dW_hidden": "gW1", "W1": "W1", "dWxh": "gW1",
    "dWhy": "gW2", "dbh": "gb1", "dby": "gb2", "rnn.weight_hh_l0.grad": "gU1",
    "rnn.weight_ih_l0.grad": "gW1", "dwhh": "gU1", "dU1": "gU1", "Theta2_grad": "gW2", "db1_total": "gb1",
    "hidden_output": "a1", "syn1": "W1", "grads/layer1/weight": "gW1", "new_layer1_weight": "W1_after",
    "gradients/layers.2.bias": "gb2", "logits": "z2", "dlogits": "delta2",
}  # fmt: skip


@pytest.mark.parametrize(("theirs", "ours"), KNOWN.items())
def test_a_name_that_people_use_is_known(theirs: str, ours: str) -> None:
    meant = meanings([theirs], NETWORK, {})[theirs]
    assert meant is not None
    assert meant.name == ours


@pytest.mark.parametrize(
    "theirs", ["loss", "x", "X", "y", "lr", "foo3", "", "W", "accuracy", "1", "dW", "_", "x" * 9999]
)
def test_what_may_be_anything_is_not_guessed(theirs: str) -> None:
    assert meanings([theirs], NETWORK, {})[theirs] is None


@pytest.mark.parametrize("theirs", ["W1_delta", "syn1_delta", "weights2_error"])
def test_of_a_parameter_there_is_no_delta(theirs: str) -> None:
    assert meanings([theirs], NETWORK, {})[theirs] is None


def test_the_output_of_the_hidden_layer_is_none_of_the_last() -> None:
    meant = meanings(["hidden_output", "hidden"], NETWORK, {})
    assert [one and one.name for one in meant.values()] == ["a1", "a1"]
    assert meanings(["hidden_output"], load(find("deep")).network, {}) == {"hidden_output": None}


def test_h_is_the_only_hidden_layer_or_the_only_recurrent_one() -> None:
    names = ["h", "dh", "h_grad", "hs", "hidden", "dhidden", "h_new", "new_h"]
    ours = ["a1", "error1", "error1", "a1", "a1", "error1", None, None]
    for network in (NETWORK, RECURRENT):
        assert [one and one.name for one in meanings(names, network, {}).values()] == ours
    assert all(one is None or one.loose for one in meanings(names, NETWORK, {}).values())
    assert not any(meanings(names, load(find("deep")).network, {}).values())


def test_only_the_names_of_the_contract_are_exact() -> None:
    found = meanings(["gW1", "GW1", "dW1", "W1_after", "w1_after"], NETWORK, {})
    assert [one.exact for one in found.values() if one] == [True, False, False, True, False]


@pytest.mark.parametrize(
    ("names", "ours"),
    [
        (["dW0", "dW1", "a0"], ["gW1", "gW2", "a0"]),
        (["0.weight.grad", "2.weight.grad", "0.bias.grad"], ["gW1", "gW2", "gb1"]),
        (["layers.0.weight.grad", "layers.1.weight.grad"], ["gW1", "gW2"]),
        (["layer1.weight.grad", "layer2.weight.grad"], ["gW1", "gW2"]),
    ],
)
def test_layers_are_counted_as_he_counts_them(names: list[str], ours: list[str]) -> None:
    assert [one.name for one in meanings(names, RECURRENT, {}).values() if one] == ours


def test_two_biases_are_the_halves_of_one() -> None:
    ih, hh = "rnn.bias_ih_l0", "rnn.bias_hh_l0"

    def found(*names: str) -> dict[str, str]:
        return halves(meanings(names, RECURRENT, {}))

    assert found(ih, hh, "b1", f"{ih}.grad", f"{hh}.grad") == {ih: hh, hh: ih}
    assert found(f"new_{ih}", f"new_{hh}") == {f"new_{ih}": f"new_{hh}", f"new_{hh}": f"new_{ih}"}
    assert found(ih) == {ih: ""}
    assert found(ih, "rnn.bias_hh_l1", f"new_{hh}") == dict.fromkeys((ih, "rnn.bias_hh_l1", f"new_{hh}"), "")
    assert halves(meanings([ih, hh], RECURRENT, {ih: "b1"})) == {hh: ""}
    assert found("fc.bias", "weight_ih_l0") == {}


def test_a_name_can_be_told() -> None:
    found = meanings(["mine", "yours"], NETWORK, {"mine": "gW1", "yours": "W2.gradient"})
    assert [one.name for one in found.values() if one] == ["gW1", "gW2"]
    assert not any(one.exact for one in found.values() if one)
