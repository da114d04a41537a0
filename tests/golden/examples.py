"""Which numbers does the engine give for each worked example? Named as golden.json names them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from tests.golden.runs import Run, layer, scenario

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.arrays import Array
    from engine.scenario import Order, Scenario

Numbers = dict[str, float]
NONE = math.nan  # no target at this time


def mazur(order: Order = "deferred", iterations: int = 1, *, train_biases: bool = False) -> Scenario:
    return scenario(
        [
            layer("sigmoid", [[0.15, 0.2], [0.25, 0.3]], [0.35, 0.35], train_biases=train_biases),
            layer("sigmoid", [[0.4, 0.45], [0.5, 0.55]], [0.6, 0.6], train_biases=train_biases),
        ],
        [[0.05, 0.1]],
        [[0.01, 0.99]],
        iterations=iterations,
        order=order,
    )


# One iteration more than 10,000: its forward pass shows what 10,000 updates have made.
LATE = Run(mazur("deferred", 10_001))
EARLY = Run(mazur("premature", 10_001))


def outputs(run: Run, updates: int) -> list[float]:
    """The two outputs of Mazur's network after so many updates."""
    prediction: list[float] = run.find("loss", iteration=updates)["prediction"]
    return prediction


def mazur_2_2_2() -> Numbers:
    hidden, output = LATE.find("forward", 1), LATE.find("forward", 2)
    loss, above, below = LATE.find("loss"), LATE.find("delta", 2), LATE.find("delta", 1)
    upper, lower = LATE.find("gradient", 2), LATE.find("gradient", 1)
    new2, new1 = LATE.find("update", 2), LATE.find("update", 1)
    found: Numbers = {
        "E_o1": loss["terms"][0],
        "E_o2": loss["terms"][1],
        "E_total": loss["loss"],
        "dEo1_douth1": above["delta"][0] * new2["weights_before"][0][0],
        "dEo2_douth1": above["delta"][1] * new2["weights_before"][1][0],
        "E_total_after_1": LATE.losses(1)[0],
        "out_o1_after_1": outputs(LATE, 1)[0],
        "out_o2_after_1": outputs(LATE, 1)[1],
        "E_total_after_9999": LATE.losses(9_999)[0],
        "E_total_after_10000": LATE.losses(10_000)[0],
        "out_o1_after_10000": outputs(LATE, 10_000)[0],
        "out_o2_after_10000": outputs(LATE, 10_000)[1],
        "b1_new": new1["biases_after"][0],
        "b2_new": new2["biases_after"][0],
    }
    for n in (0, 1):
        found[f"net_h{n + 1}"] = hidden["pre_activation"][n]
        found[f"out_h{n + 1}"] = hidden["activation"][n]
        found[f"dout_dnet_h{n + 1}"] = hidden["slope"][n]
        found[f"net_o{n + 1}"] = output["pre_activation"][n]
        found[f"out_o{n + 1}"] = output["activation"][n]
        found[f"dout_dnet_o{n + 1}"] = output["slope"][n]
        found[f"dE_dout_o{n + 1}"] = above["error"][n]
        found[f"delta_o{n + 1}"] = above["delta"][n]
        found[f"dE_dout_h{n + 1}"] = below["error"][n]
        found[f"delta_h{n + 1}"] = below["delta"][n]
        for m in (0, 1):
            number = 2 * n + m + 1
            found[f"dE_dw{number}"] = lower["weight_gradient"][n][m]
            found[f"dE_dw{number + 4}"] = upper["weight_gradient"][n][m]
            found[f"w{number}_new"] = new1["weights_after"][n][m]
            found[f"w{number + 4}_new"] = new2["weights_after"][n][m]
    return found


def mazur_early() -> Numbers:
    """The same with the premature order, and how far its first change is from the right one."""
    lower, below = EARLY.find("gradient", 1), EARLY.find("delta", 1)
    right1, right2 = (np.array(LATE.find("update", n)["weights_change"]).ravel() for n in (1, 2))
    wrong1, wrong2 = (np.array(EARLY.find("update", n)["weights_change"]).ravel() for n in (1, 2))
    new1 = EARLY.find("update", 1)["weights_after"]
    return {
        "E_total_after_1": EARLY.losses(1)[0],
        "w1_new": new1[0][0],
        "w2_new": new1[0][1],
        "w3_new": new1[1][0],
        "w4_new": new1[1][1],
        "dE_dout_h1_wrong": below["error"][0],
        "dE_dout_h2_wrong": below["error"][1],
        "dE_dw1_wrong": lower["weight_gradient"][0][0],
        "dE_dw3_wrong": lower["weight_gradient"][1][0],
        "E_total_after_9999": EARLY.losses(9_999)[0],
        "E_total_after_10000": EARLY.losses(10_000)[0],
        "out_o1_after_10000": outputs(EARLY, 10_000)[0],
        "out_o2_after_10000": outputs(EARLY, 10_000)[1],
        "cos_angle_all_weights": cosine(np.concatenate([right1, right2]), np.concatenate([wrong1, wrong2])),
        "cos_angle_hidden_layer_only": cosine(right1, wrong1),
        "ratio_dE_dw1": lower["weight_gradient"][0][0] / LATE.find("gradient", 1)["weight_gradient"][0][0],
    }


def cosine(a: Array, b: Array) -> float:
    return float(a @ b / math.sqrt(float(a @ a) * float(b @ b)))


def mazur_with_biases() -> Numbers:
    run = Run(mazur(iterations=2, train_biases=True))
    new1, new2 = run.find("update", 1)["biases_after"], run.find("update", 2)["biases_after"]
    return {
        "b2_o1_new": new2[0],
        "b2_o2_new": new2[1],
        "b1_h1_new": new1[0],
        "b1_h2_new": new1[1],
        "E_total_after_1": run.losses(1)[0],
    }


def animesh() -> Numbers:
    """The table mixes: errors before update k, the early outputs too, the deferred outputs after it."""
    found: Numbers = {}
    for k in (2, 5, 10, 100, 1000, 10_000):
        found[f"deferred_err_it{k}"] = LATE.losses(k - 1)[0]
        found[f"early_err_it{k}"] = EARLY.losses(k - 1)[0]
    found["early_out1_it10000"], found["early_out2_it10000"] = outputs(EARLY, 9_999)
    found["deferred_out1_it10000"], found["deferred_out2_it10000"] = outputs(LATE, 10_000)
    return found


DEEPML = Run(
    scenario(
        [layer("sigmoid", [[0.1, -0.2]], [0.0], train_biases=True)],
        [[1.0, 2.0], [2.0, 1.0], [-1.0, -2.0]],
        [[1.0], [0.0], [0.0]],
        loss="squared-error",
        rate=0.1,
        iterations=2,
        reduction="mean",
    )
)


def deepml() -> Numbers:
    last = DEEPML.find("update", 1, iteration=1)
    return {
        "w1_new": last["weights_after"][0][0],
        "w2_new": last["weights_after"][0][1],
        "b_new": last["biases_after"][0],
        "mse_epoch1": sum(DEEPML.losses(0)) / 3.0,
        "mse_epoch2": sum(DEEPML.losses(1)) / 3.0,
    }


def nielsen_neuron(w: float, b: float, loss: str = "half-squared-error", rate: float = 0.15) -> Run:
    neuron = layer("sigmoid", [[w]], [b], train_biases=True)
    return Run(scenario([neuron], [[1.0]], [[0.0]], loss=loss, rate=rate, iterations=301))


def nielsen() -> Numbers:
    found: Numbers = {}
    for case, run in enumerate((nielsen_neuron(0.6, 0.9), nielsen_neuron(2.0, 2.0)), start=1):
        for name, epoch in (("initial", 0), ("after_150", 150), ("final", 300)):
            found[f"case{case}_{name}"] = run.find("forward", 1, iteration=epoch)["activation"][0]
        found[f"case{case}_first_grad"] = run.find("gradient", 1)["weight_gradient"][0][0]
    entropy = nielsen_neuron(2.0, 2.0, "binary-cross-entropy", 0.005)
    found["case2_ce_lr0005_final"] = entropy.find("forward", 1, iteration=300)["activation"][0]
    return found


def micrograd_neuron() -> Numbers:
    """dL/do is 1: half the squared error of a target that is 1 lower. The inputs are a layer below."""
    o = math.tanh(-6.0 + 6.881373587019543)
    run = Run(
        scenario(
            [
                layer("identity", [[2.0], [0.0]]),
                layer("tanh", [[-3.0, 1.0]], [6.881373587019543], train_biases=True),
            ],
            [[1.0]],
            [[o - 1.0]],
        )
    )
    neuron, gradient, inputs = run.find("forward", 2), run.find("gradient", 2), run.find("delta", 1)
    return {
        "n": neuron["pre_activation"][0],
        "o": neuron["activation"][0],
        "n_grad": run.find("delta", 2)["delta"][0],
        "b_grad": gradient["bias_gradient"][0],
        "x1_grad": inputs["error"][0],
        "x2_grad": inputs["error"][1],
        "w1_grad": gradient["weight_gradient"][0][0],
        "w2_grad": gradient["weight_gradient"][0][1],
    }


def micrograd_l() -> Numbers:
    """L = (a·b + c)·f as three identity units: a is a weight of 1, then b with the bias c, then f.

    Half the squared error of a target 1 higher has the slope -1: its descent is the ascent of L.
    """
    run = Run(
        scenario(
            [
                layer("identity", [[2.0]]),
                layer("identity", [[-3.0]], [10.0], train_biases=True),
                layer("identity", [[-2.0]]),
            ],
            [[1.0]],
            [[-7.0]],
            rate=0.01,
            iterations=2,
        )
    )
    return {
        "L": run.find("forward", 3)["activation"][0],
        "a_grad": -run.find("gradient", 1)["weight_gradient"][0][0],
        "b_grad": -run.find("gradient", 2)["weight_gradient"][0][0],
        "c_grad": -run.find("gradient", 2)["bias_gradient"][0],
        "e_grad": -run.find("delta", 2)["delta"][0],
        "d_grad": -run.find("delta", 2)["error"][0],
        "f_grad": -run.find("gradient", 3)["weight_gradient"][0][0],
        "L_after": run.find("forward", 3, iteration=1)["activation"][0],
    }


def cs231n() -> Numbers:
    f = 1.0 / (1.0 + math.exp(-1.0))
    run = Run(
        scenario(
            [layer("identity", [[-1.0], [-2.0]]), layer("sigmoid", [[2.0, -3.0]], [-3.0], train_biases=True)],
            [[1.0]],
            [[f - 1.0]],
        )
    )
    neuron, gradient, inputs = run.find("forward", 2), run.find("gradient", 2), run.find("delta", 1)
    return {
        "dot": neuron["pre_activation"][0],
        "f": neuron["activation"][0],
        "local": neuron["slope"][0],
        "dx0": inputs["error"][0],
        "dx1": inputs["error"][1],
        "dw0": gradient["weight_gradient"][0][0],
        "dw1": gradient["weight_gradient"][0][1],
        "dw2": gradient["bias_gradient"][0],
    }


def backpropbuilder() -> Numbers:
    neuron = layer("identity", [[3.0]], [1.0], train_biases=True)
    run = Run(scenario([neuron], [[2.0]], [[9.0]], loss="squared-error", rate=0.05, iterations=2))
    update, gradient = run.find("update", 1), run.find("gradient", 1)
    return {
        "y": run.find("forward", 1)["activation"][0],
        "loss": run.losses(0)[0],
        "dw": gradient["weight_gradient"][0][0],
        "db": gradient["bias_gradient"][0],
        "w_new": update["weights_after"][0][0],
        "b_new": update["biases_after"][0],
        "y_new": run.find("forward", 1, iteration=1)["activation"][0],
        "loss_new": run.losses(1)[0],
    }


def bptt(whh: float) -> Run:
    """One tanh unit over two times, and a linear output with a weight of 2."""
    layers = [layer("tanh", [[0.5]], recurrent=[[whh]]), layer("identity", [[2.0]])]
    return Run(scenario(layers, [[1.0], [2.0]], [[1.0], [2.0]]))


def bptt_trace(run: Run) -> list[Numbers]:
    """The example's table of the backward pass, last time first; it counts the times from 1."""
    rows = []
    for time in (1, 0):
        hidden, below, above = (
            run.find("delta", 1, time=time),
            run.find("gradient", 1, time=time),
            run.find("gradient", 2, time=time),
        )
        rows.append(
            {
                "t": float(time + 1),
                "dy": run.find("delta", 2, time=time)["delta"][0],
                "dh_direct": hidden["from_above"][0],
                "dh_carried": hidden["from_future"][0],
                "dh": hidden["error"][0],
                "da": hidden["delta"][0],
                "gWxh": below["weight_gradient"][0][0],
                "gWhh": below["recurrent_gradient"][0][0],
                "gWhy": above["weight_gradient"][0][0],
            }
        )
    return rows


def bptt_common(run: Run) -> Numbers:
    lower, upper = run.find("gradient", 1, time=0), run.find("gradient", 2, time=0)
    found: Numbers = {
        "dWxh": lower["weight_total"][0][0],
        "dWhh": lower["recurrent_total"][0][0],
        "dWhy": upper["weight_total"][0][0],
        "L": sum(run.losses(0)),
    }
    for time in (0, 1):
        found[f"h{time + 1}"] = run.find("forward", 1, time=time)["activation"][0]
        found[f"y{time + 1}"] = run.find("forward", 2, time=time)["activation"][0]
    return found


def bptt_08() -> Numbers:
    run = bptt(0.8)
    first, second = run.find("delta", 1, time=0), run.find("delta", 1, time=1)
    return bptt_common(run) | {
        "dL1": run.find("delta", 2, time=0)["error"][0],
        "dL2": run.find("delta", 2, time=1)["error"][0],
        "d1_direct": first["from_above"][0],
        "d1_carried": first["from_future"][0],
        "d1_total": first["error"][0],
        "d2_direct": second["from_above"][0],
    }


def bptt_01() -> Numbers:
    run = bptt(0.1)
    hidden, gradient = run.find("delta", 1, time=1), run.find("gradient", 1, time=1)
    losses = run.losses(0)
    return bptt_common(run) | {
        "a2": run.find("forward", 1, time=1)["pre_activation"][0],
        "L1": losses[0],
        "L2": losses[1],
        "dy2": run.find("delta", 2, time=1)["error"][0],
        "dh2": hidden["error"][0],
        "da2": hidden["delta"][0],
        "gWxh_t2": gradient["weight_gradient"][0][0],
        "gWhh_t2": gradient["recurrent_gradient"][0][0],
    }


def vanishing() -> Numbers:
    """Each factor is the error of a time over that of the next: what the step back leaves of it."""
    cell = layer("tanh", [[0.5]], [0.1], recurrent=[[0.8]])
    run = Run(scenario([cell], [[1.0], [2.0], [3.0]], [[NONE], [NONE], [0.0]]))
    error = [run.find("delta", 1, time=time)["error"][0] for time in range(3)]
    found = {f"h{time + 1}": run.find("forward", 1, time=time)["activation"][0] for time in range(3)}
    found["f3"] = run.find("delta", 1, time=1)["from_future"][0] / error[2]
    found["f2"] = run.find("delta", 1, time=0)["from_future"][0] / error[1]
    # time 0 has no time before it in the run, so its factor is made from its delta
    found["f1"] = 0.8 * run.find("delta", 1, time=0)["delta"][0] / error[0]
    found["product"] = found["f1"] * found["f2"] * found["f3"]
    return found


def powers() -> Numbers:
    """A recurrent identity unit of weight w: each of 100 steps back multiplies the error by w."""
    found: Numbers = {}
    for weight in (0.8, 0.95, 1.05, 1.2):
        unit = layer("identity", [[1.0]], recurrent=[[weight]])
        run = Run(scenario([unit], [[1.0]] + [[0.0]] * 100, [[NONE]] * 100 + [[0.0]]))
        error = {r["time"]: r["error"][0] for r in run.iteration(0) if r["kind"] == "delta"}
        found[str(weight)] = error[0] / error[100]
    return found


def backprop_trace_xor() -> Numbers:
    layers = [
        layer("sigmoid", [[0.1, 0.15], [0.2, 0.25]], [0.1, 0.1]),
        layer("sigmoid", [[0.3, 0.35]], [0.2]),
    ]
    run = Run(scenario(layers, [[1.0, 0.0]], [[1.0]], iterations=2))
    hidden, output = run.find("forward", 1), run.find("forward", 2)
    lower, upper = run.find("update", 1)["weights_after"], run.find("update", 2)["weights_after"]
    return {
        "out_h1": hidden["activation"][0],
        "out_h2": hidden["activation"][1],
        "net_y": output["pre_activation"][0],
        "out_y": output["activation"][0],
        "L": run.losses(0)[0],
        "w_x1_h1": lower[0][0],
        "w_x1_h2": lower[1][0],
        "w_h1_y": upper[0][0],
        "w_h2_y": upper[0][1],
        "L_after": run.losses(1)[0],
    }


ICOURSE = Run(
    scenario(
        [layer("sigmoid", [[0.2, 0.5], [-0.4, 0.6]]), layer("sigmoid", [[0.1, -0.3], [-0.5, 0.8]])],
        [[0.5, 0.3]],
        [[0.23, -0.07]],
        rate=1.0,
    )
)


def icourse() -> Numbers:
    hidden, output = ICOURSE.find("forward", 1)["activation"], ICOURSE.find("forward", 2)["activation"]
    lower = ICOURSE.find("gradient", 1)["weight_gradient"]
    upper = ICOURSE.find("gradient", 2)["weight_gradient"]
    return {
        "h1": hidden[0],
        "h2": hidden[1],
        "o1": output[0],
        "o2": output[1],
        "E": ICOURSE.losses(0)[0],
        "d_w1": lower[0][0],
        "d_w3": lower[0][1],
        "d_w2": lower[1][0],
        "d_w4": lower[1][1],
        "d_w5": upper[0][0],
        "d_w7": upper[0][1],
        "d_w6": upper[1][0],
        "d_w8": upper[1][1],
    }


def icourse_as_published() -> Numbers:
    """The published mistake: the gradients of the weights above are added up for the error."""
    x, slope = (ICOURSE.find("forward", 1)[name] for name in ("inputs", "slope"))
    upper = ICOURSE.find("gradient", 2)["weight_gradient"]
    error = [upper[0][n] + upper[1][n] for n in (0, 1)]
    return {
        "d_w1": error[0] * slope[0] * x[0],
        "d_w3": error[0] * slope[0] * x[1],
        "d_w2": error[1] * slope[1] * x[0],
        "d_w4": error[1] * slope[1] * x[1],
    }


def single_neuron() -> Numbers:
    neuron = layer("sigmoid", [[0.5, -0.4]], [0.1], train_biases=True)
    run = Run(scenario([neuron], [[1.0, 2.0]], [[1.0]], rate=0.1))
    forward, delta = run.find("forward", 1), run.find("delta", 1)
    gradient, update = run.find("gradient", 1)["weight_gradient"][0], run.find("update", 1)
    return {
        "z": forward["pre_activation"][0],
        "p": forward["activation"][0],
        "L": run.losses(0)[0],
        "dp": delta["error"][0],
        "slope": forward["slope"][0],
        "dz": delta["delta"][0],
        "dw11": gradient[0],
        "dw12": gradient[1],
        "w11_new": update["weights_after"][0][0],
        "w12_new": update["weights_after"][0][1],
        "b_new": update["biases_after"][0],
    }


def sign_flip() -> Numbers:
    layers = [layer("sigmoid", [[1.0]]), layer("sigmoid", [[0.05]])]
    late, early = (
        Run(scenario(layers, [[1.0]], [[0.0]], rate=2.0, iterations=2, order=order)) for order in ORDERS
    )
    return {
        "h": late.find("forward", 1)["activation"][0],
        "o": late.find("forward", 2)["activation"][0],
        "delta_out": late.find("delta", 2)["delta"][0],
        "dE_dw2": late.find("gradient", 2)["weight_gradient"][0][0],
        "w2_new": late.find("update", 2)["weights_after"][0][0],
        "dE_dw1_true": late.find("gradient", 1)["weight_gradient"][0][0],
        "dE_dw1_early_WRONG": early.find("gradient", 1)["weight_gradient"][0][0],
        "w1_new_deferred": late.find("update", 1)["weights_after"][0][0],
        "w1_new_early": early.find("update", 1)["weights_after"][0][0],
        "E_before": late.losses(0)[0],
        "E_after_deferred": late.losses(1)[0],
        "E_after_early": early.losses(1)[0],
    }


ORDERS: tuple[Order, Order] = ("deferred", "premature")

GOODFELLOW = Run(
    scenario(
        [layer("relu", [[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0]), layer("identity", [[1.0, -2.0]])],
        [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]],
        [[0.0], [1.0], [1.0], [0.0]],
    )
)


def goodfellow() -> Numbers:
    return {
        name: GOODFELLOW.find("forward", 2, sample=sample)["activation"][0]
        for sample, name in enumerate(("00", "01", "10", "11"))
    }


NETWORKS: dict[str, Callable[[], Numbers]] = {
    "mazur-2-2-2": mazur_2_2_2,
    "animesh-early-vs-deferred": animesh,
    "deepml-25-batch-neuron": deepml,
    "nielsen-saturated-neuron": nielsen,
    "micrograd-neuron-tanh": micrograd_neuron,
    "micrograd-L": micrograd_l,
    "cs231n-sigmoid-neuron": cs231n,
    "backpropbuilder-neuron": backpropbuilder,
    "bptt-scalar-2-whh0.8": bptt_08,
    "bptt-scalar-2-whh0.1": bptt_01,
    "vanishing-3-steps": vanishing,
    "scalar-powers-100": powers,
    "backprop-trace-xor": backprop_trace_xor,
    "icourse-ppt-2-2-2": icourse,
    "single-neuron-halfmse": single_neuron,
    "crafted-early-sign-flip": sign_flip,
    "goodfellow-xor-relu": goodfellow,
}


def micrograd_readme() -> Numbers:
    """Not a layered network: the slopes by a complex step, dg/da = Im g(a + ih, b) / h."""

    def g(a: complex, b: complex) -> complex:
        c = a + b
        d = a * b + b**3
        c = c + c + 1
        c = c + 1 + c + (-a)
        d = d + d * 2 + relu(b + a)
        d = d + 3 * d + relu(b - a)
        f = (c - d) ** 2
        return f / 2.0 + 10.0 / f

    h = 1e-100
    return {
        "g": g(-4.0, 2.0).real,
        "a_grad": g(complex(-4.0, h), 2.0).imag / h,
        "b_grad": g(-4.0, complex(2.0, h)).imag / h,
    }


def relu(x: complex) -> complex:
    return x if x.real > 0.0 else 0.0


EXPRESSIONS: dict[str, Callable[[], Numbers]] = {"micrograd-readme": micrograd_readme}
