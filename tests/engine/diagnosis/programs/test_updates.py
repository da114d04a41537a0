"""Is found what goes wrong in updates? A program with every optimizer, decay and clipping, by hand.

Each mistake that the engine knows of them is made here from the first iteration on, and looked for in the
second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.diagnosis.mistakes.of_update.clipping import of_clipping
from engine.diagnosis.mistakes.of_update.decay import of_decay
from engine.diagnosis.mistakes.of_update.optimizers import of_optimizer
from engine.equations.optimizers import OPTIMIZERS
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis.both_sides import entry_of
from tui.draw.kit.rows import plain
from tui.draw.reasons.equation import worked_rows

if TYPE_CHECKING:
    from engine.arrays import Array

    Arrays = dict[str, Array]

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

CHANCE = np.random.default_rng(7)
BEGUN = {name: CHANCE.normal(size=shape) for name, shape in (("W1", (3, 2)), ("W2", (2, 3)))}
BEGUN |= {name: CHANCE.normal(size=size) for name, size in (("b1", 3), ("b2", 2))}
X, Y = CHANCE.normal(size=(3, 2)), CHANCE.normal(size=(3, 2))
RATE, MU, RHO, BETA1, BETA2, EPSILON = 0.1, 0.7, 0.6, 0.8, 0.65, 0.05


@pytest.mark.parametrize("given", ["means", "updates", "decayed"])
@pytest.mark.parametrize(("samples", "full"), [(5, 3), (4, 3), (9, 4), (5, 4)])
def test_a_short_last_batch_is_divided_by_its_own_size(samples: int, full: int, given: str) -> None:
    """Whoever divides by `batch_size` there, too, makes its step too short."""
    layers = tuple(
        Layer(name, frozen(BEGUN[f"W{number}"]), frozen(BEGUN[f"b{number}"]))
        for number, name in ((1, "tanh"), (2, "identity"))
    )
    x, y = np.random.default_rng(4).normal(size=(2, samples, 2))
    data = Data(frozen(x[:, None]), frozen(y[:, None]), sealed(np.ones((samples, 1), dtype=np.bool_)))
    decay = 0.3 if given == "decayed" else 0.0
    last = -(-samples // full) - 1
    training = Training(RATE, last + 1, full, reduction="mean", weight_decay=decay)
    scenario = Scenario("short", Network(2, "half-squared-error", layers), data, training)
    wrong: Arrays = {}
    now = {name: array.copy() for name, array in BEGUN.items()}
    for batch in range(last + 1):
        own, aims = x[batch * full :][:full], y[batch * full :][:full]
        a1 = np.tanh(own @ now["W1"].T + now["b1"])
        delta2 = a1 @ now["W2"].T + now["b2"] - aims
        delta1 = delta2 @ now["W2"] * (1.0 - a1 * a1)
        means = {
            "W1": delta1.T @ own,
            "b1": delta1.sum(axis=0),
            "W2": delta2.T @ a1,
            "b2": delta2.sum(axis=0),
        }
        for name, total in means.items():
            if given == "means":
                wrong[f"d{name}"] = total / full
            fade = decay * now[name] if name[0] == "W" else 0.0
            now[name] = now[name] - RATE * (total / full + fade)
            if given != "means":
                wrong[f"{name}_after"] = now[name]
    found = diagnose(scenario, wrong, last)
    assert (found.agrees, found.mistakes) == ((), ())
    assert "mean-of-full-batch" in [one.name for one in found.further]
    if given == "means":
        m = samples - last * full
        assert f"{'m' if m > 1 else 1}/B times the right one" in " ".join((*found.remarks, found.told))


class Case(NamedTuple):
    """How a network is trained."""

    optimizer: str
    decay: float = 0.0
    clip: float | None = None

    @property
    def training(self) -> Training:
        """The same for the engine."""
        return Training(
            RATE,
            2,
            len(X),
            reduction="mean",
            optimizer=self.optimizer,
            momentum=MU,
            decay=RHO,
            beta1=BETA1,
            beta2=BETA2,
            epsilon=EPSILON,
            weight_decay=self.decay,
            clip_norm=self.clip,
        )

    @property
    def known(self) -> list[str]:
        """The mistakes that the engine knows of it; what is short is only made longer by one that clips."""
        training = self.training
        clipping = [one for one in of_clipping(training) if (one == ALWAYS) == (self.clip == SHORT)]
        return [*of_optimizer(training), *of_decay(training), *clipping]


ALWAYS = "clipping-always"
LONG, SHORT = 0.5, 30.0
"""Of the arrays some are longer than the first, and some of their numbers larger; none than the second."""
CASES = (
    *(Case(one) for one in OPTIMIZERS if one != "adamw"),
    *(Case(one, 0.3) for one in ("sgd", "momentum", "adamw")),
    Case("sgd", 0.3, LONG),
    Case("sgd", 0.0, SHORT),
)
MADE = {(case.optimizer, mistake): case for case in CASES for mistake in case.known}
"""Each mistake is made once with each optimizer."""
SAME = ("as-momentum", "state-of-update-before")
"""With Nesterov's momentum these two are one: g + μ v by the v before is the new v."""


def scenario_of(case: Case) -> Scenario:
    layers = (
        Layer("tanh", frozen(BEGUN["W1"]), frozen(BEGUN["b1"])),
        Layer("identity", frozen(BEGUN["W2"]), frozen(BEGUN["b2"])),
    )
    data = Data(frozen(X[:, None]), frozen(Y[:, None]), sealed(np.ones((len(X), 1), dtype=np.bool_)))
    return Scenario("updates", Network(2, "half-squared-error", layers), data, case.training)


SCENARIOS = {case: scenario_of(case) for case in CASES}


def gradients(p: Arrays) -> Arrays:
    a = np.tanh(X @ p["W1"].T + p["b1"])
    d2 = (a @ p["W2"].T + p["b2"] - Y) / len(X)
    d1 = d2 @ p["W2"] * (1 - a * a)
    return {"W1": d1.T @ X, "b1": d1.sum(0), "W2": d2.T @ a, "b2": d2.sum(0)}


def length(arrays: Arrays, names: str) -> float:
    return float(np.sqrt(sum((array**2).sum() for name, array in arrays.items() if name in names)))


def clipped(g: Arrays, limit: float, mistake: str) -> Arrays:
    """Gradients as they are shortened."""
    if mistake == "clipping-missing":
        return g
    if mistake == "clipping-each-value":
        return {name: np.clip(array, -limit, limit) for name, array in g.items()}
    together = {
        "clipping-each-array": "W1|b1|W2|b2",
        "clipping-each-layer": "W1 b1|W2 b2",
    }.get(mistake, "W1 b1 W2 b2")
    found: Arrays = {}
    for names in together.split("|"):
        n = length(g, names.replace("b", "") if mistake == "clipping-by-weights" else names)
        if mistake == "clipping-by-square":
            n = n**2
        if mistake == "clipping-before-mean":
            n *= len(X)
        scale = limit / n if n > limit or mistake == "clipping-always" else 1.0
        found |= {name: g[name] * scale for name in names.split()}
    return found


def decayed(mistake: str, w: Array, *, bias: bool, by: float) -> Array:
    """What is added for the decay."""
    if mistake in ("decay-missing", "decay-without-rate"):
        return 0 * w
    if bias and mistake != "decay-of-biases":
        return 0 * w
    if mistake == "decay-by-sign":
        return by * np.sign(w)
    factors = {"decay-halved": 0.5, "decay-doubled": 2, "decay-sign": -1, "decay-per-sample": 1 / len(X)}
    return factors.get(mistake, 1) * by * w


def averaged(kept: Array, more: Array, share: float, *, name: str, mistake: str) -> Array:
    """A moving average."""
    if mistake == f"{name}-summed":
        return share * kept + more
    if mistake == f"{name}-of-all":
        return kept + more
    if mistake == f"{name}-weighted-otherwise":
        share = 1 - share
    return share * kept + (1 - share) * more


def root(s: Array, mistake: str) -> Array:
    """What a direction is divided by."""
    if mistake == "root-missing":
        return s + EPSILON
    if mistake == "epsilon-inside-root":
        return np.sqrt(s + EPSILON)
    if mistake == "epsilon-missing":
        return np.sqrt(s)
    return np.sqrt(s) + EPSILON


def direction(optimizer: str, g: Array, state: Arrays, n: int, mistake: str) -> Array:
    """What an optimizer makes of g at its n-th update, from 1; `state` is changed."""
    before = dict(state)
    kind = mistake.removeprefix("as-") if mistake.startswith("as-") else optimizer
    if optimizer in ("momentum", "nesterov"):
        more = (1 - MU) * g if mistake == "velocity-averaged" else g
        state["v"] = MU * before.get("v", 0 * g) + more
    elif optimizer == "rmsprop":
        state["s"] = averaged(before.get("s", 0 * g), g * g, RHO, name="mean-square", mistake=mistake)
    elif optimizer != "sgd":
        b1, b2 = (BETA2, BETA1) if mistake == "betas-swapped" else (BETA1, BETA2)
        state["m"] = averaged(before.get("m", 0 * g), g, b1, name="first-moment", mistake=mistake)
        state["s"] = averaged(before.get("s", 0 * g), g * g, b2, name="second-moment", mistake=mistake)
    v, m, s = (
        (before.get(one, 0 * g) if mistake == "state-of-update-before" else state.get(one, g))
        for one in "vms"
    )
    if kind == "sgd":
        return g
    if kind == "momentum":
        return v
    if kind == "nesterov":
        return g + MU * v
    if kind == "rmsprop":
        return g / root(s, mistake)
    n -= mistake == "correction-counted-from-0"
    under1, under2 = (1 - b1**n, 1 - b2**n) if n else (1.0, 1.0)
    if mistake in ("correction-missing", "first-correction-missing"):
        under1 = 1.0
    if mistake in ("correction-missing", "second-correction-missing"):
        under2 = 1.0
    if mistake == "epsilon-beside-uncorrected":
        return np.asarray(m / under1 * np.sqrt(under2) / (np.sqrt(s) + EPSILON))
    return m / under1 / root(s / under2, mistake)


def program(case: Case, mistake: str = "", iterations: int = 2) -> Arrays:
    """What it has in its last iteration: the gradients, and the parameters after it."""
    p, found = dict(BEGUN), dict(BEGUN)
    states: dict[str, Arrays] = {name: {} for name in BEGUN}
    for n in range(1, iterations + 1):
        g = gradients(p)
        found = {f"d{name}": array for name, array in g.items()}
        if case.clip is not None:
            g = clipped(g, case.clip, mistake)
        new = {}
        for name, w in p.items():
            bias = name[0] == "b"
            more = decayed(mistake, w, bias=bias, by=case.decay)
            past = (case.optimizer == "adamw") != (mistake in ("decay-in-gradient", "decay-past-optimizer"))
            applied = g[name] if past else g[name] + more
            step = direction(case.optimizer, applied, states[name], n, mistake)
            new[name] = w - RATE * (step + more if past else step)
            if mistake == "decay-without-rate" and not bias:
                new[name] = new[name] - case.decay * w
        p = new
    return {**found, **{f"{name}_new": array for name, array in p.items()}}


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_right_program_agrees(case: Case) -> None:
    for iterations in (1, 2):
        found = diagnose(SCENARIOS[case], program(case, iterations=iterations), iterations - 1)
        assert found.first_wrong is None


@pytest.mark.parametrize(("optimizer", "mistake"), MADE)
def test_every_mistake_that_is_known_is_named_alone(optimizer: str, mistake: str) -> None:
    case = MADE[optimizer, mistake]
    expected = SAME if optimizer == "nesterov" and mistake in SAME else (mistake,)
    found = diagnose(SCENARIOS[case], program(case, mistake), 1)
    assert [(one.name, one.where) for one in found.further] == [(one, (1, 2)) for one in expected]
    assert not found.causes


@pytest.mark.parametrize(
    ("optimizer", "mistake"),
    [
        ("adamw", "correction-missing"),
        ("adamw", "decay-in-gradient"),
        ("momentum", "velocity-averaged"),
        ("sgd", "decay-doubled"),
        ("sgd", "clipping-each-array"),
    ],
)
def test_so_from_the_first_update(optimizer: str, mistake: str) -> None:
    case = MADE[optimizer, mistake]
    assert diagnose(SCENARIOS[case], program(case, mistake, iterations=1)).further[0].name == mistake


def test_all_that_an_update_makes_of_a_gradient_is_written() -> None:
    """The mean, the clipping and the decay have a place in the equation as it is right."""
    case = MADE["sgd", "decay-doubled"]
    entry = entry_of(diagnose(SCENARIOS[case], program(case, "decay-doubled", iterations=1)))
    right = " ".join("".join(plain(row) for row in worked_rows(entry.worked[0].right, None, 200)).split())
    place = right[right.index("[") : right.index("]") + 1]
    assert f"- η × (clip × (Σ∂C/∂W2{place} / B) + λ × W2{place})" in right


@pytest.mark.usefixtures("no_two_are_tried")
def test_another_update_is_given_no_name() -> None:
    for case in CASES:
        numbers = program(case, iterations=1)
        numbers["W2_new"] = numbers["W2_new"] + 0.013 * (numbers["W2_new"] - BEGUN["W2"]) ** 2
        found = diagnose(SCENARIOS[case], numbers)
        assert (found.wrong, found.causes, found.further) == (("W2_after",), (), ())


@pytest.mark.parametrize(
    ("case", "factor"),
    [
        (Case("adam"), RATE * (1 - BETA1)),
        (Case("momentum", 0.3), 2 * (1 - MU)),
        (Case("sgd", 0.3, LONG), 1 / 3),
    ],
    ids=str,
)
def test_one_factor_is_not_made_of_two_updates(case: Case, factor: float) -> None:
    """Such as η² for η beside a first moment that is not corrected."""
    numbers = program(case, iterations=1)
    for name in BEGUN:
        numbers[f"{name}_new"] = BEGUN[name] + factor * (numbers[f"{name}_new"] - BEGUN[name])
    found = diagnose(SCENARIOS[case], numbers)
    assert (found.causes, found.further, found.pair) == ((), (), ())


def test_a_mean_that_is_taken_twice_before_clipping_is_told_of_its_layers() -> None:
    case = CASES[-1]
    numbers = program(case, iterations=1)
    for name in BEGUN:
        numbers[f"{name}_new"] = BEGUN[name] + (numbers[f"{name}_new"] - BEGUN[name]) / len(X)
    assert diagnose(SCENARIOS[case], numbers).where == {"mean-twice": [1, 2]}
