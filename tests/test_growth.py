"""Does everything follow a row that is added to one of the engine's tables while it runs?

An activation, a loss, an order, an optimiser, a mistake: one row or one list each. What follows is looked at
alike: records, training, explanations that evaluate to their numbers, LaTeX, what a parameter waits for,
cost, the views, a slope that is measured.
"""

from __future__ import annotations

import itertools
import math
import subprocess
import sys
from dataclasses import replace
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.equations.back.robust import PAIRS, Pair
from engine.equations.functions.activations import ACTIVATIONS, Activation
from engine.equations.functions.losses import LOSSES, Loss
from engine.equations.functions.reach import is_cut_off
from engine.equations.mistakes.mistakes import MISTAKES, Mistake
from engine.equations.optimizers import OPTIMIZERS, Optimizer, State
from engine.facts.cost import cost
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import evaluate
from engine.facts.explain.latex import latex
from engine.facts.findings.dead import dead
from engine.facts.findings.finding import Finding
from engine.facts.findings.layers import saturated
from engine.facts.samples import classes_of
from engine.facts.slopes.measured import central_difference
from engine.facts.waiting import waiting
from engine.looking.cursor import start
from engine.order.shapes import shapes_of
from engine.read.sense.start import WORK, odd_start
from engine.run.straight import Run
from engine.update_orders import WAITING
from tests.commands.running import environment
from tests.engine.listing.printed import expected, printed
from tests.engine.listing.test_listing import run_on_arrays
from tests.given import further_orders
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import EVERY_CASE, each_of, in_turns, some_of
from tests.golden import runs
from tests.oracle import functions
from tests.oracle.number import ONE, exact
from tests.oracle.number import Number as OracleNumber
from tests.oracle.test_against_oracle import disagreements
from tests.oracle.test_training_against_oracle import assert_trains_alike
from tests.work.patience import PATIENCE
from tui.draw.kit.rows import length
from tui.views import VIEWS, view_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.equations.equation import Equation
    from engine.run.tracing import Trace
    from engine.scenario import Network, Order, Scenario


def all_follows(scenario: Scenario, order: str, *, written: bool = True) -> Trace:
    """Hold all that is derived to the run itself; return its trace. `written`: in LaTeX and views, too.

    Of each quantity of a layer two arrays are explained: they differ by their sample and time alone.
    """
    run = trace(scenario, order)
    straight = Run(scenario, shapes_of(scenario), order)
    straight.advance(run.iterations)
    replayed = run.iteration(run.iterations - 1).after
    assert np.array_equal(straight.parameters().flat(), replayed.flat(), equal_nan=True)
    last = run.schedule.first_step(1) - 1
    alike: dict[tuple[str, int | None], list[Number]] = {}
    for step in range(last + 1):
        assert run[step].record()["step"] == step
        for number in first_numbers(run, step):
            alike.setdefault((number.reference.quantity, number.reference.layer), []).append(number)
            reads = {reference.quantity for reference in run.flow.reads(step)}
            assert reads, "a step reads something"
    for number in (one for every in alike.values() for one in some_of(every, 2)):
        found = explain(run, number)
        expected = pytest.approx(evaluate(found.expression), rel=1e-9, abs=1e-11, nan_ok=True)
        assert found.result.value == expected, found
        if written or EVERY_CASE:
            assert latex(found).value
    for layer in range(1, run.shapes.layers + 1):
        for group in run.shapes.groups(layer):
            assert waiting(run.schedule, last, layer, group).safe
    assert cost(scenario, run.schedule, last).so_far.backward > 0
    for view in VIEWS if written or EVERY_CASE else ():
        assert all(length(row) <= 80 for row in view_rows(view, run, start(run, last), 80, 20))
    return run


def first_numbers(run: Trace, step: int) -> Iterator[Number]:
    """The first number of each array that a step makes."""
    for reference in run.flow.writes(step):
        shape = array_of(run, reference).shape
        yield Number(reference, (0,) * len(shape))


def slopes_agree(run: Trace) -> bool:
    """Whether the first total of each group is the slope that is measured, in the order that waits."""
    numbers, agree = run.iteration(0), True
    for layer in range(1, run.shapes.layers + 1):
        totals = numbers.totals(layer, numbers.samples.stop - 1, 0)
        for group in run.shapes.groups(layer):
            array = getattr(totals, group)
            index = (0,) * array.ndim
            slope = central_difference(run, 0, layer, group, index)
            agree &= math.isclose(array[index], slope.value, rel_tol=1e-5, abs_tol=1e-7)
    return agree


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("recurrent", [False, True])
def test_an_activation_and_a_loss(recurrent: bool, order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        ACTIVATIONS, "softsign", Activation("softsign", "z / (1 + abs(z))", "1 / square(1 + abs(z))")
    )
    monkeypatch.setitem(
        LOSSES, "quartic", Loss("quartic", "square(square(a - y))", "4 * (a - y) * square(a - y)")
    )
    for seed in in_turns(range(2), recurrent + ORDERS.index(order), 2):
        wanted = Wanted("softsign", "quartic", hidden="softsign", recurrent=recurrent, iterations=2, steps=80)
        run = all_follows(scenario_at_random(seed, wanted), order)
        assert slopes_agree(run) or order != WAITING


def test_a_pair_of_an_activation_and_a_loss_that_simplifies(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said of its delta is what its own formula says, not that of the pairs that were there."""
    monkeypatch.setitem(ACTIVATIONS, "tangent", Activation("tangent", "tanh(z)", "square(1 / cosh(z))"))
    of_it = Pair("2 * (a - y) * (1 - square(a))", "2 * square(1 / cosh(z)) * (a - y)")
    monkeypatch.setitem(PAIRS, ("tangent", "squared-error"), of_it)
    wanted = Wanted("tangent", "squared-error", recurrent=False, iterations=2, steps=80)
    run = all_follows(scenario_at_random(0, wanted), WAITING)
    assert slopes_agree(run)
    step = next(one.step for one in run if one.kind == "delta" and one.layer == run.shapes.layers)
    (delta,) = (one for one in first_numbers(run, step) if one.reference.quantity == "delta")
    words = explain(run, delta).words
    assert words == "tangent and squared-error simplify: slope times error is 2 (a - y) (1 - a²)."


def test_an_activation_that_is_cut_off_and_one_from_0_to_1(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is told of a relu and of a sigmoid is told of what they are, not of their names."""
    cut = Activation("half-parabola", "square(max(0, z))", "2 * max(0, z)")
    between = Activation("hard-sigmoid", "1 - max(0, 1 - max(0, z / 4 + 0.5))", "0.25 if abs(z) < 2 else 0")
    for row in (cut, between):
        monkeypatch.setitem(ACTIVATIONS, row.name, row)
    assert [name for name in ACTIVATIONS if is_cut_off(name)] == ["relu", "half-parabola"]
    net = [runs.layer("half-parabola", [[-1.0], [1.0]]), runs.layer("identity", [[0.5, 0.5]])]
    dying = runs.scenario(net, [[1.0], [2.0]], [[1.0], [0.0]], rate=0.01, iterations=8)
    (told,) = odd_start(dying, WORK)
    assert told.says.startswith("1 of 2 neurons are 0 for every sample at the start: half-parabola passes")
    assert classes_of(dying) == ()
    run = trace(dying)
    run.advance(run.iterations)
    last = run.iterations - 1
    assert [one.units for one in dead(run, (0, last)) if isinstance(one, Finding)] == [(0,)]
    assert list(saturated(run, (0, last))) == []
    for name in ("sigmoid", "hard-sigmoid"):
        net = [runs.layer(name, [[1.0]])]
        of_one = runs.scenario(net, [[1.0], [2.0]], [[1.0], [0.0]], rate=0.1, iterations=1)
        assert classes_of(of_one) == ("0", "1")


@pytest.mark.parametrize("floats", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_a_loss_whose_slope_reads_nothing(
    order: Order, floats: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is 0 where there is no target, like one that reads what changes nothing; so the oracle has it."""
    rows = {"distance": ("a - y", "1"), "distance-of-mean": ("(a - y) / n", "1 / n")}
    for name, (term, slope) in rows.items():
        monkeypatch.setitem(LOSSES, name, Loss(name, term, slope))
    monkeypatch.setattr(functions, "slope_of_distance", lambda loss, _, n: slope_of(loss, n))
    monkeypatch.setattr(functions, "loss_of_distance", lambda loss, d, n: d * slope_of(loss, n))
    for module in ("program.machine", "listing.listing", "run.straight"):
        monkeypatch.setattr(f"engine.{module}.straight", lambda *_: floats)

    def slope_of(loss: str, outputs: int) -> OracleNumber:
        return ONE if loss == "distance" else ONE / exact(float(outputs))

    for output, loss in each_of(("identity", "sigmoid", "softmax"), rows):
        wanted = Wanted(output, loss, order, hidden="tanh", recurrent=True, iterations=2, samples=3)
        wanted = replace(wanted, depth=2, steps=80)
        scenario = next(
            one
            for seed in itertools.count()
            if not (one := scenario_at_random(seed, wanted)).data.has_target.all()
        )
        run = all_follows(scenario, order)
        term, slope = rows[loss]
        monkeypatch.setitem(LOSSES, "beside", Loss("beside", term, f"{slope} + 0 * y"))
        beside = trace(replace(scenario, network=replace(scenario.network, loss="beside")), order)
        assert np.array_equal(run.iteration(1).after.flat(), beside.iteration(1).after.flat())
        assert printed(scenario, order) == expected(scenario, order)
        assert disagreements(scenario) == []
        assert_trains_alike(scenario)


COUPLED = {
    "softmin": "exp(shifted(-z)) / total(exp(shifted(-z)))",
    "softmax-at-2": "exp(shifted(z / 2)) / total(exp(shifted(z / 2)))",
    "softsign-normalised": "z / (1 + total(abs(z)))",
    "layer-normalised": "(z - total(z)) / sqrt(1 + total(square(z - total(z))))",
}


def coupled_cases() -> list[tuple[str, bool, bool, str]]:
    """Each activation as floats and on arrays, dense and recurrent by turns, and so each order.

    So that those that run as floats have layers of several units, and several times.
    """
    if EVERY_CASE:
        return [*product(COUPLED, (False, True), (False, True), ORDERS)]
    pairs = enumerate(product(COUPLED, (False, True)))
    return [
        (name, floats, (place // 2 + floats) % 2 == 0, ORDERS[place % len(ORDERS)])
        for place, (name, floats) in pairs
    ]


@pytest.mark.parametrize(("name", "floats", "recurrent", "order"), coupled_cases())
def test_an_activation_that_couples_its_layer(
    name: str, floats: bool, recurrent: bool, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its product back, and so its deltas, are found by differentiating its formula."""
    monkeypatch.setitem(ACTIVATIONS, name, Activation(name, coupled=COUPLED[name]))
    if not floats:
        run_on_arrays(monkeypatch)
    wanted = Wanted(name, "squared-error", recurrent=recurrent, iterations=2, steps=80)
    scenario = scenario_at_random(int(recurrent), wanted)
    run = all_follows(scenario, order, written=floats)
    assert slopes_agree(run) or order != WAITING
    every = map(run.schedule.site, range(run.schedule.first_step(1)))
    of_output = [step for step, site in enumerate(every) if site.layer == run.shapes.layers]
    said = {explain(run, one).words for step in of_output for one in first_numbers(run, step)}
    assert ACTIVATIONS[name].says[0] in said
    # Where a future adds to it, that is told.
    assert recurrent or ACTIVATIONS[name].says[1] in said
    assert ACTIVATIONS[name].formula_text == _TEXTS[name]
    assert printed(scenario, order) == expected(scenario, order)


_TEXTS = {
    "softmin": "e^(-z - max (-z)) / Σ e^(-z - max (-z))",
    "softmax-at-2": "e^(z / 2 - max z / 2) / Σ e^(z / 2 - max z / 2)",
    "softsign-normalised": "z / (1 + Σ |z|)",
    "layer-normalised": "(z - Σ z) / √(1 + Σ (z - Σ z)²)",
}


@pytest.mark.parametrize("order", further_orders.FURTHER)
def test_an_order(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    further_orders.put(monkeypatch)
    for seed in in_turns(range(2), [*further_orders.FURTHER].index(order), 2):
        all_follows(scenario_at_random(seed, Wanted(iterations=2, samples=3, steps=80)), order)


_ADDED = """
from engine.update_orders import ORDERS, UpdateOrder, back, each
ORDERS["each-sample"] = UpdateOrder(
    (each("sample", each("time", each("layer", "forward"), "loss"),
          back("time", back("layer", "delta", "gradient")), back("layer", "update")),),
    "an update after every sample",
)
"""


def test_an_order_is_one_row_also_for_the_schema_the_legend_and_the_help() -> None:
    """As it would be in a file: before anything else reads the table."""
    asks = """
import sys
from engine.read.schema import schema_text
from tui.draw.legend.legend import legend
from tui.keys import KEYS
from tui import cli
print(schema_text())
print(*(entry.meaning for entry in legend([(("each-sample order", ""),)])))
print(*KEYS)
sys.argv = ["bp-tui", "explain", "mazur", "W1[1,1]", "--order", "each-sample"]
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", _ADDED + asks],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=PATIENCE,
        check=False,
    )
    assert done.stderr == ""
    schema, _, said = done.stdout.partition("\n}\n")
    assert '"each-sample"' in schema
    assert "each-sample: an update after every sample" in schema
    assert "order: an update after every sample" in said
    assert "each update order in turn: deferred, premature, layerwise, each-sample" in said
    assert "new W1[1,1] = W1[1,1] + ΔW1[1,1] = 0.15 - 0.0002193 = 0.1498" in said


@pytest.mark.parametrize("order", ORDERS)
def test_an_optimiser(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sign of a momentum, after Chen et al. (2023), and the decay of its rate."""
    monkeypatch.setitem(
        OPTIMIZERS,
        "signs",
        Optimizer(
            "sign(momentum * trend + (1 - momentum) * g) * fading",
            {"trend": State("r", "decay * trend + (1 - decay) * g", "trend of the gradients")},
            ("momentum", "decay"),
            {"decay_power": "decay"},
            {"fading": "sqrt(decay_power)"},
        ),
    )
    for seed in in_turns(range(2), ORDERS.index(order) + 1, 2):
        wanted = Wanted(optimizer="signs", order=order, iterations=3, settings=bool(seed), steps=80)
        scenario = scenario_at_random(seed, wanted)
        run = all_follows(scenario, order)
        update = run[len(run) - 1].record()
        assert {"weights_trend_before", "weights_trend_after", "weights_applied"} <= set(update)
        training = scenario.training
        mu, rho = training.momentum, training.decay
        steps = [step for step in run if step.kind == "update" and step.layer == 1]
        trend = np.zeros_like(np.array(steps[0].record()["weights_before"]))
        for count, step in enumerate(steps, start=1):
            record = step.record()
            g = np.array(record["weights_applied"])
            trend = rho * trend + (1.0 - rho) * g
            change = -training.learning_rate * np.sign(mu * trend + (1.0 - mu) * g) * rho ** (count / 2)
            change = np.where(scenario.network.layers[0].train_weights, change, 0.0)
            np.testing.assert_allclose(np.array(record["weights_trend_after"]), trend, rtol=1e-12)
            np.testing.assert_allclose(np.array(record["weights_change"]), change, rtol=1e-12, atol=1e-300)


@pytest.mark.parametrize("order", ORDERS)
def test_a_mistake(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each gradient of a weight counts twice."""

    def doubled(one: Equation, network: Network) -> list[Equation]:
        if one.variable.name != "weight_total":
            return [one]
        return [one._replace(terms=tuple(term._replace(coefficient=2.0) for term in one.terms))]

    monkeypatch.setitem(MISTAKES, "twice", Mistake("∂C/∂W = δ a", "∂C/∂W = 2 δ a", doubled))
    right = scenario_at_random(1, Wanted(order=order, iterations=2, steps=80))
    scenario = scenario_at_random(1, Wanted(order=order, mistake="twice", iterations=2, steps=80))
    run = all_follows(scenario, order)
    for made, as_it_should_be in zip(run, trace(right, order), strict=True):
        if made.iteration or (order != "deferred" and made.kind == "update"):
            break
        if made.kind == "gradient":
            mine, other = (np.array(one.record()["weight_gradient"]) for one in (made, as_it_should_be))
            if order == "deferred":
                np.testing.assert_allclose(mine, 2.0 * other, rtol=1e-12)
            words = explain(run, next(first_numbers(run, made.step))).words
            assert words == "The mistake twice: ∂C/∂W = 2 δ a. Right is ∂C/∂W = δ a."
