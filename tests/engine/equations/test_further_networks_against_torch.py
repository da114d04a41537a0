"""Do the derived equations of further networks agree with automatic differentiation, and so the training?

PyTorch brings its own gates and normalisations, written by others; it is given the same parameters. Without
PyTorch these tests are skipped; those against differences are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pytest

from engine.equations import forward
from engine.equations.back.transpose import derivative
from engine.equations.equation import factor
from tests.engine.equations import networks
from tests.engine.equations.networks import EPSILON, Sizes
from tests.engine.equations.running import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.equations.equation import Variable

torch: Any = pytest.importorskip("torch")
functional: Any = torch.nn.functional

Tensor: TypeAlias = Any
Tensors: TypeAlias = dict[str, Tensor]
RATE = 0.02
ITERATIONS = 5


def tensors_of(case: Case) -> Tensors:
    """The parameters by their names, ready to be differentiated."""
    return {
        str(one): torch.tensor(array.tolist(), dtype=torch.float64, requires_grad=True)
        for one, array in case.parameters.items()
    }


def fixed(array: Any) -> Tensor:
    return torch.tensor(np.asarray(array).tolist(), dtype=torch.float64)


def state(case: Case, name: str) -> Tensor:
    """A state before time 0, [1, sample, unit] as PyTorch's layers take it."""
    array = case.initial[factor(name).variable]
    return fixed(np.broadcast_to(array, (1, case.samples, *array.shape)))


def gates(p: Tensors, *letters: str) -> Tensors:
    """The parameters of gates, one below the other as PyTorch's layers have them."""
    return {
        "weight_ih_l0": torch.cat([p[f"W_{one}"] for one in letters]),
        "weight_hh_l0": torch.cat([p[f"U_{one}"] for one in letters]),
        "bias_ih_l0": torch.cat([p[f"b_{one}"] for one in letters]),
    }


def lstm(case: Case, p: Tensors) -> Tensor:
    given = gates(p, "i", "f", "g", "o")
    given["bias_hh_l0"] = torch.zeros_like(given["bias_ih_l0"])
    layer = torch.nn.LSTM(*reversed(p["W_i"].shape), dtype=torch.float64)
    before = state(case, "activation1"), state(case, "cell")
    found, _ = torch.func.functional_call(layer, given, (fixed(case.inputs), before))
    o = found @ p["weights2"].T + p["biases2"]
    return functional.cross_entropy(o.flatten(0, 1), fixed(case.targets).flatten(0, 1), reduction="sum")


def gru_reset_after(case: Case, p: Tensors) -> Tensor:
    given = gates(p, "r", "u", "n")
    nothing = torch.zeros_like(p["c_n"])
    given["bias_hh_l0"] = torch.cat([nothing, nothing, p["c_n"]])
    layer = torch.nn.GRU(*reversed(p["W_r"].shape), dtype=torch.float64)
    found, _ = torch.func.functional_call(layer, given, (fixed(case.inputs), state(case, "activation1")))
    o = found @ p["weights2"].T + p["biases2"]
    return functional.binary_cross_entropy_with_logits(o, fixed(case.targets), reduction="sum")


def gru(case: Case, p: Tensors) -> Tensor:
    """PyTorch has no gate before the product: the cell is written out, the differentiation is PyTorch's."""
    h = state(case, "activation1")[0]
    loss = torch.zeros((), dtype=torch.float64)
    for x, y in zip(fixed(case.inputs), fixed(case.targets), strict=True):
        r, u = (torch.sigmoid(x @ p[f"W_{g}"].T + h @ p[f"U_{g}"].T + p[f"b_{g}"]) for g in ("r", "u"))
        n = torch.tanh(x @ p["W_n"].T + (r * h) @ p["U_n"].T + p["b_n"])
        h = torch.lerp(n, h, u)
        loss = loss + half_squared_error(h, y, p)
    return loss


def half_squared_error(a: Tensor, y: Tensor, p: Tensors) -> Tensor:
    return 0.5 * functional.mse_loss(a @ p["weights2"].T + p["biases2"], y, reduction="sum")


def batch_norm(case: Case, p: Tensors) -> Tensor:
    z = (fixed(case.inputs) @ p["weights1"].T).flatten(0, 1)
    even = functional.batch_norm(z, None, None, p["gain"], p["offset"], training=True, eps=EPSILON)
    return half_squared_error(torch.tanh(even), fixed(case.targets).flatten(0, 1), p)


def layer_norm(case: Case, p: Tensors) -> Tensor:
    z = fixed(case.inputs) @ p["weights1"].T
    even = functional.layer_norm(z, z.shape[-1:], p["gain"], p["offset"], eps=EPSILON)
    return half_squared_error(torch.tanh(even), fixed(case.targets), p)


def delay(case: Case, p: Tensors) -> Tensor:
    below = torch.tanh(fixed(case.inputs) @ p["W_below"].T + p["b_below"])
    late = torch.cat([state(case, "below"), below[:-1]])
    a = torch.sigmoid(late @ p["late1"].T + below @ p["early1"].T + p["biases1"])
    return half_squared_error(a, fixed(case.targets), p)


TWINS: dict[str, Callable[[Case, Tensors], Tensor]] = {
    "gru": gru,
    "gru-reset-after": gru_reset_after,
    "lstm": lstm,
    "batch-norm": batch_norm,
    "layer-norm": layer_norm,
    "delay": delay,
}


def case_of(name: str) -> Case:
    told = {
        "gru": networks.gru,
        "gru-reset-after": networks.gru_reset_after,
        "lstm": networks.lstm,
        "batch-norm": lambda sizes: networks.batch_norm(sizes, 20),
        "layer-norm": networks.layer_norm,
        "delay": networks.delay,
    }[name]
    return Case(told(Sizes()), samples=4, times=5, rate=RATE)


@pytest.mark.parametrize("name", TWINS)
def test_the_derived_gradients_agree_with_autograd(name: str) -> None:
    case = case_of(name)
    memory = case.program().run()
    parameters = tensors_of(case)
    loss = TWINS[name](case, parameters)
    loss.backward()
    assert float(memory.array(forward.TERMS).sum()) == pytest.approx(float(loss.detach()), rel=1e-12)
    for one in case.parameters:
        gradient = parameters[str(one)].grad.numpy()
        # A gradient is a sum over samples and times, which may cancel.
        scale = 1e-12 * max(1.0, float(np.abs(gradient).max()))
        found = memory.array(derivative(one))
        np.testing.assert_allclose(found, gradient, rtol=1e-12, atol=scale, err_msg=str(one))


@pytest.mark.parametrize("name", TWINS)
def test_training_agrees_with_gradient_descent(name: str) -> None:
    case = case_of(name)
    memory = case.program(keep=False).run(ITERATIONS)
    parameters = tensors_of(case)
    for _ in range(ITERATIONS):
        TWINS[name](case, parameters).backward()
        with torch.no_grad():  # as torch.optim.SGD does, which takes seconds to import
            for parameter in parameters.values():
                parameter -= RATE * parameter.grad
                parameter.grad = None
    for one in case.parameters:
        np.testing.assert_allclose(
            memory.array(one), parameters[str(one)].detach().numpy(), rtol=1e-11, atol=1e-11, err_msg=str(one)
        )


def test_a_gradient_of_another_network_is_no_gradient_of_this() -> None:
    """So that the agreement is none of anything with anything: both units differ in one equation only."""
    case = case_of("gru-reset-after")
    memory = case.program().run()
    parameters = tensors_of(case)
    gru(case, parameters).backward()
    one: Variable = factor("U_n").variable
    assert not np.allclose(memory.array(derivative(one)), parameters["U_n"].grad.numpy(), rtol=1e-3)
