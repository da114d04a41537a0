"""Does every number equal its explanation, and do the explanation's numbers come from where they say?

Over networks at random: every number that any step reads or writes is explained. The expression is
evaluated again from its leaves; each leaf must be a number of the trace, written by the step that
the flow names, no later than the step that is explained. Of an array with many entries some are
explained, and of a quantity of a layer some arrays: they are alike but for their place, sample and time.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine import trace
from engine.arrays import frozen
from engine.equations.back import robust
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import (
    Apply,
    Constant,
    Difference,
    Expression,
    Product,
    Ratio,
    Sum,
    evaluate,
    leaves,
)
from engine.facts.explain.terms import Terms
from engine.facts.number import Traced
from engine.order.quantities import Reference
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.given.scenarios_at_random import (
    LOGARITHMIC,
    LOSSES,
    ORDERS,
    OUTPUTS,
    PAIRS,
    Wanted,
    in_turn,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE, some_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from engine.facts.explain.expression import Equation
    from engine.run.tracing import Trace

TOLERANCE = 1e-12
GIVEN = ("input", "target", "initial_state")


def size(expression: Expression) -> float:
    """How large an expression is if nothing cancels: its rounding error is a fraction of this."""
    match expression:
        case Traced(value=value) | Constant(value=value):
            return abs(value)
        case Sum(parts=parts):
            return sum(map(size, parts))
        case Difference(left=left, right=right):
            return size(left) + size(right)
        case Product(factors=factors):
            return math.prod(map(size, factors))
        case Ratio(over=over, under=under):
            return size(over) / abs(evaluate(under)) if evaluate(under) else math.inf
        case Apply():
            return abs(evaluate(expression))


def written_out(expression: Expression) -> Expression:
    """The expression with each term of each sum made, so that it's evaluated through its leaves alone."""
    match expression:
        case Sum(parts=parts):
            return Sum(tuple(map(written_out, parts)))
        case Product(factors=factors):
            return Product(tuple(map(written_out, factors)))
        case Difference(left=left, right=right):
            return Difference(written_out(left), written_out(right))
        case Ratio(over=over, under=under):
            return Ratio(written_out(over), written_out(under))
        case Apply(function=function, argument=argument):
            return Apply(function, written_out(argument))
        case Traced() | Constant():
            return expression


def sums_in(expression: Expression) -> Iterator[Sum]:
    """The sums in an expression written out or not, from the outermost in."""
    match expression:
        case Sum(parts=parts) | Product(factors=parts):
            if isinstance(expression, Sum):
                yield expression
            for part in parts:
                yield from sums_in(part)
        case Difference(left=first, right=second) | Ratio(over=first, under=second):
            yield from sums_in(first)
            yield from sums_in(second)
        case Apply(argument=argument):
            yield from sums_in(argument)


def faults_of_terms(expression: Expression) -> list[str]:
    """Where a sum of terms that are made on demand knows something else of a term than the term says."""
    found = []
    for parts in (each.parts for each in sums_in(expression)):
        if not isinstance(parts, Terms):
            continue
        for place, part in enumerate(parts):
            value, expected = float(parts.values[place]), evaluate(written_out(part))
            if not (same_value(value, expected) or math.isclose(value, expected, rel_tol=1e-15)):
                found.append(f"term {place} comes to {expected!r}, not {value!r}")
            numbers = [leaf.number for leaf in leaves(part) if isinstance(leaf, Traced)]
            if parts.numbers[place] != len(numbers):
                found.append(f"term {place} holds {len(numbers)} numbers, not {parts.numbers[place]}")
            if any(parts.place_of(number) != place for number in numbers):
                found.append(f"term {place} isn't the place of its numbers")
    return found


def same_value(found: float, expected: float) -> bool:
    return found == expected or (math.isnan(found) and math.isnan(expected))


def agree(number: Number, found: float, expected: float, expression: Expression) -> bool:
    if math.isfinite(found) and math.isfinite(expected):
        return abs(found - expected) <= TOLERANCE * size(expression)
    # A matrix product may leave out 0 · inf or meet inf - inf in another order.
    product = number.reference.quantity.endswith(("_gradient", "_total"))
    if product and not all(math.isfinite(leaf.value) for leaf in leaves(expression)):
        return True
    return same_value(found, expected)


def like_ones(references: Iterable[Reference], most: int) -> set[Reference]:
    """Of each quantity of a layer, so many references at most: the first, the last, and others by chance."""
    alike: dict[tuple[object, ...], list[Reference]] = {}
    for reference in dict.fromkeys(references):
        alike.setdefault((reference.quantity, reference.layer), []).append(reference)
    return {one for some in alike.values() for one in some_of(some, most)}


def has_a_slope(run: Trace, reference: Reference) -> bool:
    """Softmax has no slope of one number."""
    assert reference.layer is not None
    return run.scenario.network.layers[reference.layer - 1].activation != "softmax"


def numbers_of(run: Trace, references: Iterable[Reference], most: int) -> Iterator[tuple[Number, float]]:
    for reference in references:
        if reference.quantity == "slope" and not has_a_slope(run, reference):
            continue
        array = array_of(run, reference)
        for index in some_of([*np.ndindex(array.shape)], most):
            yield Number(reference, index), float(array[index])


class Arrays:
    """The arrays of a run, formed once each."""

    def __init__(self, run: Trace) -> None:
        self.run = run
        self.known: dict[Reference, np.ndarray] = {}

    def value(self, number: Number) -> float:
        if number.reference not in self.known:
            self.known[number.reference] = array_of(self.run, number.reference)
        return float(self.known[number.reference][number.index])


def wrote(run: Trace, writer: int, reference: Reference) -> bool:
    """Whether the step `writer` wrote this: parameters live on under version 0 of the next iteration."""
    written = run.flow.writes(writer)
    if reference in written:
        return True
    same = [
        other for other in written if (other.quantity, other.layer) == (reference.quantity, reference.layer)
    ]
    return (
        reference.version == 0
        and len(same) == 1
        and same[0].iteration == reference.iteration - 1
        and np.array_equal(array_of(run, same[0]), array_of(run, reference), equal_nan=True)
    )


def faults(run: Trace, number: Number, value: float, step: int | None, arrays: Arrays) -> list[str]:
    """What is wrong with the explanation of a number that was written at `step`."""
    equation = explain(run, number)
    found: list[str] = []
    if not same_value(equation.result.value, value):
        found.append(f"the result is {equation.result.value!r}, not {value!r}")
    expression = written_out(equation.expression)
    if not agree(number, again := evaluate(expression), value, expression):
        found.append(f"evaluates to {again!r}, not {value!r}")
    found += faults_of_terms(equation.expression)
    for leaf in leaves(equation.expression):
        if leaf.symbol == equation.result.symbol:
            found.append(f"{leaf.symbol} is explained by {leaf.symbol}")
        if isinstance(leaf, Constant):
            continue
        if not same_value(leaf.value, arrays.value(leaf.number)):
            found.append(
                f"{leaf.symbol} is {leaf.value!r} here, but {arrays.value(leaf.number)!r} in the run"
            )
        reference = leaf.number.reference
        writer = run.flow.writer(reference)
        if writer is None:
            first = reference.iteration == 0 and reference.version == 0
            if not (reference.quantity in GIVEN or first):
                found.append(f"nothing wrote {reference}")
        elif step is None or writer > step:
            found.append(f"{leaf.symbol} is written by step {writer}, later than step {step}")
        elif not wrote(run, writer, reference):
            found.append(f"step {writer} did not write {reference}")
    return [f"{number}: {fault}" for fault in found]


def read_or_written(run: Trace) -> list[Reference]:
    """All that the steps of a run read and write, in the order of the steps."""
    every = (of(step) for step in range(len(run)) for of in (run.flow.reads, run.flow.writes))
    return list(dict.fromkeys(chain.from_iterable(every)))


def faults_of(run: Trace, most: int = 3) -> list[str]:
    """All faults in the explanations of the numbers that the steps of a run read or write.

    Of each quantity of a layer so many arrays at most, and so many numbers of each.
    """
    every = read_or_written(run)
    some = like_ones(every, most)
    arrays, found = Arrays(run), list[str]()
    for number, value in numbers_of(run, [one for one in every if one in some], most):
        found += faults(run, number, value, run.flow.writer(number.reference), arrays)
    return found


@pytest.mark.parametrize(
    ("output", "loss"),
    [
        (output, loss)
        for output, loss in PAIRS
        if EVERY_CASE
        or (output, loss) in robust.PAIRS
        or output == "softmax"
        or in_turn(output, loss) % 3 == 0
    ],
)
def test_each_output_activation_with_each_loss(output: str, loss: str) -> None:
    """A third of the pairs, and those with a formula of their own: what softmax passes back is of both."""
    number = in_turn(output, loss) // 3
    order = ORDERS[number % len(ORDERS)]
    wanted = Wanted(
        output=output,
        loss=loss,
        order=order,
        recurrent=bool(number % 2),
        depth=1 if number % 2 else 2,
        samples=2,
        iterations=2,
        steps=40,
        parameters=20,
    )
    assert faults_of(trace(scenario_at_random(number, wanted)), 2)[:3] == []


def enlarged(scenario: Scenario) -> Scenario:
    """The same scenario with weights so large that units saturate and predictions leave (0, 1)."""
    layers = tuple(replace(layer, weights=frozen(40.0 * layer.weights)) for layer in scenario.network.layers)
    return replace(scenario, network=replace(scenario.network, layers=layers))


FAULTY = (21, 111, 196, 252, 354)
"""Seeds of larger runs in which faults have been found: more numbers are explained, or all."""


# Divergence is meant here: numbers that aren't finite must be explained too.
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("seed", [*some_of(range(12), 3), *FAULTY])
def test_saturated_and_diverging(seed: int) -> None:
    steps = None if seed in FAULTY else 50
    scenario = enlarged(scenario_at_random(seed, Wanted(tame=False, samples=2, iterations=2, steps=steps)))
    most = 3 if seed not in FAULTY else 10**6 if EVERY_CASE else 4
    assert faults_of(trace(scenario), most)[:3] == []


FAR_OUT = (-700.0, -708.0, -709.2, -709.7, -710.0, -711.0, -730.0, 709.7, 710.0)
"""Where an exponential, or one over it, is about to leave the range of numbers."""


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("output", OUTPUTS)
def test_no_part_of_a_product_leaves_the_range_of_numbers_before_the_whole_does(
    output: str, loss: str
) -> None:
    """In which order factors stand is none of what runs: y e^-z a is a number where y e^-z is none."""
    targets = (0.0, 0.25, 1.0) if loss in LOGARITHMIC else (0.25, 2.0, -100.0, 1e10)
    every = some_of([(z, y) for z in FAR_OUT for y in targets], 18)
    layer = Layer(output, frozen([[1.0], [0.0]]), frozen([0.0, 0.0]))
    data = Data(
        inputs=frozen([[[z]] for z, _ in every]),
        targets=frozen([[[y, 0.5]] for _, y in every]),
        has_target=np.ones((len(every), 1), dtype=np.bool_),
    )
    run = trace(Scenario("far out", Network(1, loss, (layer,)), data, Training(0.1, 1, len(every))))
    for reference in read_or_written(run):
        if reference.quantity in ("activation", "slope", "terms", "error", "delta"):
            found = explain(run, Number(reference, (0,)))
            value, again = found.result.value, evaluate(found.expression)
            assert math.isclose(value, again, rel_tol=1e-9) or same_value(value, again), found


@pytest.mark.parametrize("factors", [(3.0, 0.1, 0.7), (1e-320, 0.3), (0.0, -2.0, 1e300), (-1e200, 1e200, 2)])
def test_a_product_in_range_is_formed_from_left_to_right(factors: tuple[float, ...]) -> None:
    found = evaluate(Product(tuple(Constant("", one) for one in factors)))
    assert (found, math.copysign(1.0, found)) == (math.prod(factors), math.copysign(1.0, math.prod(factors)))


RECURRENT = Wanted(output="softmax", loss="cross-entropy", recurrent=True, depth=2, samples=2, iterations=2)


def test_a_factor_off_by_a_billionth_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = explain

    def off(run: Trace, number: Number) -> Equation:
        equation = honest(run, number)
        slightly_more = Product((Constant("1", 1.0 + 1e-9), equation.expression))
        return equation._replace(expression=slightly_more)

    run = trace(scenario_at_random(1, RECURRENT))
    monkeypatch.setattr(f"{__name__}.explain", off)
    found = faults_of(run)
    assert {fault.split("quantity='")[1].split("'")[0] for fault in found} >= {"delta", "weights", "terms"}


def test_the_parameters_of_an_iteration_come_from_the_update_before() -> None:
    run = trace(scenario_at_random(1, RECURRENT))
    equation = explain(run, Number(Reference("weights", 1, 1, version=0), (0, 0)))
    assert equation.result.symbol == "new W1[1,1]"
    assert [leaf.symbol for leaf in leaves(equation.expression)] == ["W1[1,1]", "ΔW1[1,1]"]


def test_where_nothing_is_trained_the_length_of_all_gradients_is_0() -> None:
    wanted = Wanted(recurrent=False, loss="squared-error", order="deferred")
    found = with_training(scenario_at_random(0, wanted), clip_norm=1.0)
    fixed = (replace(one, train_weights=False, train_biases=False) for one in found.network.layers)
    whole = trace(replace(found, network=replace(found.network, layers=tuple(fixed))))
    written = (one for step in range(len(whole)) for one in whole.flow.writes(step))
    norm = next(one for one in written if one.quantity == "norm")
    equation = explain(whole, Number(norm, ()))
    assert evaluate(equation.expression) == equation.result.value == 0.0
