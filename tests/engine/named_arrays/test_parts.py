"""Is it known of a name which part of which module it is, and of others that they are none?"""

from __future__ import annotations

import pytest

from engine.named_arrays.parts import part_of


@pytest.mark.parametrize(
    ("name", "module", "role", "to_first"),
    [
        ("W1", "1", "W", None),
        ("b_2", "2", "b", None),
        ("params['W3']", "params_3", "W", None),
        ("fc1.weight", "fc1", "W", True),
        ("0.bias", "0", "b", None),
        ("layers.2.weight", "layers_2", "W", True),
        ("net.4.weight", "net_4", "W", True),
        ("coefs_[0]", "0", "W", False),
        ("intercepts_1", "1", "b", None),
        ("dense_1/kernel:0", "dense_1", "W", False),
        ("simple_rnn/recurrent_kernel:0", "simple_rnn", "U", False),
        ("weight_ih_l0", "l0", "W", True),
        ("rnn.weight_hh_l1", "rnn_l1", "U", True),
        ("rnn.bias_hh_l0", "rnn_l0", "b", True),
        ("cell.weight_ih", "cell", "W", True),
        ("Wxh", "1", "W", None),
        ("Whh", "1", "U", None),
        ("Why", "2", "W", None),
        ("by", "2", "b", None),
        ("W_hidden", "hidden", "W", None),
        ("output_bias", "output", "b", None),
        ("b_out", "out", "b", None),
        ("weight", "", "W", None),
    ],
)
def test_names_that_people_use(name: str, module: str, role: str, to_first: bool | None) -> None:
    found = part_of(name)
    assert found is not None
    assert (found.module, found.role, found.to_first) == (module, role, to_first)


@pytest.mark.parametrize(
    "name",
    [
        *("dW1", "grads.W1", "fc1.weight.grad", "new_W1", "W1_new", "W1_after"),
        *("X", "y", "z1", "a1", "epoch", "1", "optimizer.lr", "weight_decay", "running_mean"),
        *("", "_", "W" * 300),
    ],
)
def test_names_of_no_parameter(name: str) -> None:
    assert part_of(name) is None
