r"""Does the LaTeX of an explanation amount to the number that it explains, in symbols and with numbers?

Over networks at random each line is read by a reader of its own (`tests.readers.latex_reader`): the line with
numbers as it stands, the line in symbols with the values of its symbols. Expressions at random hold every
operation within every other, so that no bracket can be missing.
"""

from __future__ import annotations

import math
import re
from decimal import Decimal, DivisionByZero
from random import Random
from typing import TYPE_CHECKING, cast

import numpy as np
import pytest

from engine import load, trace
from engine.catalog import find as shipped
from engine.equations.back.robust import PAIRS
from engine.equations.functions.activations import ACTIVATIONS, Activation
from engine.equations.functions.formula import FUNCTIONS
from engine.equations.functions.losses import LOSSES as LOSS_ROWS
from engine.equations.functions.losses import Loss
from engine.facts.entry import Number, array_of
from engine.facts.explain import explain
from engine.facts.explain.expression import (
    Apply,
    Constant,
    Difference,
    Equation,
    Expression,
    Product,
    Ratio,
    Sum,
    apply,
    evaluate,
    leaves,
)
from engine.facts.explain.latex import latex
from engine.facts.explain.symbols import latex_number, latex_symbol
from engine.facts.explain.terms import Terms
from engine.facts.explain.written import MINUS
from engine.looking.cursor import start
from engine.looking.finding import find
from engine.numerals import MOST, numeral
from tests.engine.facts.explain.test_explain import TOLERANCE, has_a_slope, like_ones, read_or_written, size
from tests.given.further_orders import FURTHER, put
from tests.given.scenarios_at_random import (
    LOSSES,
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    OUTPUTS,
    Wanted,
    scenario_at_random,
    with_training,
)
from tests.given.some_of import EVERY_CASE, each_of
from tests.readers.latex_reader import NoLatexError, value_of_latex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.facts.number import Traced
    from engine.run.tracing import Trace

ALL_DIGITS = 17
NUMERAL = re.compile(r"\d[\d.]*(?: \\times 10\^\{-?\d+\})?")


def told(symbol: str, value: float, expression: Expression) -> Equation:
    """An equation of a number of no trace, by its symbol and value."""
    return Equation(cast("Traced", Constant(symbol, value)), expression, "")


def numbers_of(run: Trace) -> Iterator[Number]:
    """Of like arrays that a run's steps read or write, the first entry of the first and the last of the last.

    With EVERY_CASE=1 the first and the last of both.
    """
    every = read_or_written(run)
    some, met = like_ones(every, 2), set[tuple[object, ...]]()
    for reference in every:
        if reference not in some or (reference.quantity == "slope" and not has_a_slope(run, reference)):
            continue
        shape, alike = array_of(run, reference).shape, (reference.quantity, reference.layer)
        ends = tuple(0 for _ in shape), tuple(length - 1 for length in shape)
        for index in {*ends} if EVERY_CASE else {ends[alike in met]}:
            yield Number(reference, index)
        met.add(alike)


def faults_of(run: Trace) -> list[str]:
    return [f"{number}: {fault}" for number in numbers_of(run) for fault in faults(explain(run, number))]


def faults(equation: Equation, within: float = TOLERANCE) -> list[str]:
    """What is wrong with the LaTeX of an explanation with all its terms and digits."""
    expression, value = equation.expression, equation.result.value
    every = list(leaves(expression))
    if not all(map(math.isfinite, (value, *(leaf.value for leaf in every)))):
        return []
    many = max(1, len(every))
    written = latex(equation, terms=many, digits=ALL_DIGITS)
    names = {latex_symbol(leaf.symbol): leaf.value for leaf in every if leaf.symbol != "-1"}
    allowed = Decimal(within * size(expression))
    found = []
    if not "".join(written).isascii():
        found.append(f"{written} is not all LaTeX")
    if float(value_of_latex(written.value)) != value:
        found.append(f"{written.value} is not {value!r}")
    for line, known in ((written.symbols, names), (written.numbers, {})):
        try:
            if line and abs(value_of_latex(line, known) - Decimal(value)) > allowed:
                found.append(f"{line} is {value_of_latex(line, known)}, not {value!r}")
        except NoLatexError as error:
            found.append(f"{line}: {error}")
    found += faults_of_digits(equation, many, written.numbers)
    return found


def faults_of_digits(equation: Equation, terms: int, with_all_digits: str) -> list[str]:
    """Which numbers are written otherwise than the screen writes them."""
    exact = NUMERAL.findall(with_all_digits)
    shown = NUMERAL.findall(latex(equation, terms).numbers)
    if len(exact) != len(shown):
        return [f"{len(shown)} numbers instead of {len(exact)}"]
    # All have the same digits, as many as the result needs.
    values = [float(value_of_latex(one)) for one in exact]
    for digits in range(4, MOST + 1):
        if shown == [latex_number(numeral(value, digits=digits)) for value in values]:
            return []
    return [f"{shown} for {exact}"]


OF_LAYERS = [(row.name, loss) for row in ACTIVATIONS.values() for loss in row.deltas]
"""Pairs of which one formula gives all deltas of a layer."""


# More pairs are explained in `test_explain`; how an expression is written depends on either alone,
# but for pairs with a formula of their own.
@pytest.mark.parametrize(("output", "loss"), [*each_of(OUTPUTS, LOSSES), *PAIRS, *OF_LAYERS])
def test_each_output_activation_and_each_loss(output: str, loss: str) -> None:
    number = OUTPUTS.index(output) + LOSSES.index(loss)
    order = ORDERS[number % len(ORDERS)]
    wanted = Wanted(
        output=output,
        loss=loss,
        order=order,
        recurrent=bool(number % 2),
        samples=2,
        iterations=2,
        steps=40,
        parameters=20,
    )
    assert faults_of(trace(scenario_at_random(number, wanted)))[:3] == []


@pytest.mark.parametrize("order", ORDERS)
def test_each_order(order: str) -> None:
    wanted = Wanted(order=order, recurrent=True, samples=2, iterations=2, steps=50, parameters=20)
    run = trace(scenario_at_random(3, wanted))
    assert faults_of(run)[:3] == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer(optimizer: str) -> None:
    wanted = Wanted(optimizer=optimizer, recurrent=True, samples=2, iterations=2, steps=40, parameters=20)
    assert faults_of(trace(scenario_at_random(6, wanted)))[:3] == []


def test_weight_decay_and_clipping() -> None:
    for optimizer in OPTIMIZERS:
        wanted = Wanted(
            optimizer=optimizer, order="deferred", samples=2, iterations=2, steps=24, parameters=20
        )
        scenario = with_training(scenario_at_random(7, wanted), weight_decay=0.1, clip_norm=1e-3)
        assert faults_of(trace(scenario))[:3] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake(mistake: str) -> None:
    wanted = Wanted(mistake=mistake, recurrent=True, samples=2, iterations=2, steps=40, parameters=20)
    assert faults_of(trace(scenario_at_random(8, wanted)))[:3] == []


# -- expressions at random -----------------------------------------------------------------------------

FUNCTIONS_OF_TREES = ("square", "abs", "tanh", "exp", "expm1", "sigmoid", "sigmoid'")


def tree(chance: Random, depth: int, names: Iterator[str]) -> Expression:
    kind = chance.choice(("leaf", "sum", "difference", "product", "minus", "ratio", "apply"))
    if depth == 0 or kind == "leaf":
        return Constant(next(names), chance.choice((0.5, 2.0, -0.25, -1.5, 1.25e-5, -3e-7, 0.0)))
    parts = tuple(tree(chance, depth - 1, names) for _ in range(chance.choice((1, 2, 3))))
    match kind:
        case "sum":
            return Sum(parts)
        case "difference":
            return Difference(parts[0], parts[-1])
        case "product":
            return Product(parts)
        case "minus":
            return Product((MINUS, *parts))
        case "ratio":
            return Ratio(parts[0], parts[-1])
        case _:
            return Apply(chance.choice(FUNCTIONS_OF_TREES), parts[0])


def letters() -> Iterator[str]:
    for number in range(1, 10_000):
        yield f"W{number % 4 + 1}[{number},1]"


def test_expressions_at_random() -> None:
    chance, read = Random(1), 0
    while read < (1500 if EVERY_CASE else 500):
        expression = tree(chance, chance.randint(1, 4), letters())
        try:
            value = evaluate(expression)
            if not (math.isfinite(value) and size(expression) < 1e6):
                continue
            equation = told("z1[1]", value, expression)
            assert faults(equation, within=1e-9) == []
        except (OverflowError, DivisionByZero):  # it has no value, or a part of it has none
            continue
        read += 1


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_form(name: str) -> None:
    for value in (0.25, -0.25):
        if name in ("ln", "sqrt") and value < 0:
            continue
        applied, two = Apply(name, Constant("a", value)), Constant("b", 2.0)
        for expression in (
            applied,
            Product((two, applied)),
            Product((applied, two)),
            Product((MINUS, applied)),
            Difference(two, applied),
            Sum((two, applied)),
            Apply("square", applied),
            Apply(name, Sum((Constant("c", 0.5), Product((two, Constant("a", value)))))),
        ):
            if not math.isfinite(evaluate(expression)):
                continue
            assert faults(told("z1[1]", evaluate(expression), expression)) == []
    assert latex(told("z", 0.0, Apply(name, Constant("a", 0.25)))).numbers.count("0.25") == 1


def test_a_line_with_a_bracket_too_few_is_found() -> None:
    run = trace(load(shipped("mazur")))
    number = find(run, start(run, 5), "e1[1]")
    assert isinstance(number, Number)
    line = latex(explain(run, number), digits=ALL_DIGITS).numbers
    assert r"\left(-" in line
    with pytest.raises(NoLatexError):
        value_of_latex(line.replace(r"\left(", "").replace(r"\right)", ""))
    with pytest.raises(NoLatexError):
        value_of_latex(r"\left(0.5" + line)
    with pytest.raises(NoLatexError):
        value_of_latex(r"a^{(1)}_{2}^{2}", {r"a^{(1)}_{2}": 1.0})


# -- growth --------------------------------------------------------------------------------------------


def test_a_new_activation_and_a_new_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ACTIVATIONS, "cubic", Activation("cubic", "z * z * z", "3 * z * z"))
    quartic = Loss("quartic", "square(square(a - y))", "4 * (a - y) * square(a - y)")
    monkeypatch.setitem(LOSS_ROWS, "quartic", quartic)
    scenario = scenario_at_random(5, Wanted(hidden="cubic", output="cubic", loss="quartic", depth=2))
    run = trace(scenario)
    assert faults_of(run)[:3] == []
    cursor = start(run, len(run) - 1)
    lines = [
        latex(explain(run, number)) for name in ("a2[1]", "C[1]") if (number := named(run, cursor.step, name))
    ]
    assert lines[0].symbols.startswith(r"\operatorname{cubic}\left(z^{(2)")
    assert r"\left(\left(a^{(2)" in lines[1].symbols


@pytest.mark.parametrize("order", FURTHER)
def test_a_new_order(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    put(monkeypatch)
    scenario = scenario_at_random(
        4, Wanted(recurrent=True, samples=2, batch_size=2, iterations=2, steps=50, parameters=20)
    )
    assert faults_of(trace(scenario, order))[:3] == []


# -- how it looks --------------------------------------------------------------------------------------


def named(run: Trace, step: int, name: str) -> Number:
    number = find(run, start(run, step), name)
    assert isinstance(number, Number), number
    return number


def lines_of(scenario: str, step: int, name: str) -> str:
    run = trace(load(shipped(scenario)))
    return " = ".join(filter(None, latex(explain(run, named(run, step, name)))))


MAZUR = r"""
x[1]: x_{1} = 0.05
a1[1]: a^{(1)}_{1} = \sigma\left(z^{(1)}_{1}\right) = \sigma\left(0.3775\right) = 0.5933
C[1]: C_{1} = \frac{1}{2} \cdot \left(a^{(2)}_{1} - y_{1}\right)^{2}
  = 0.5 \cdot \left(0.7514 - 0.01\right)^{2} = 0.2748
e1[1]: \frac{\partial C}{\partial a^{(1)}_{1}}
  = W^{(2)}_{1,1} \cdot \delta^{(2)}_{1} + W^{(2)}_{2,1} \cdot \delta^{(2)}_{2}
  = 0.4 \cdot 0.1385 + 0.5 \cdot \left(-0.03810\right) = 0.03635
d1[1]: \delta^{(1)}_{1} = f'\left(z^{(1)}_{1}\right) \cdot \frac{\partial C}{\partial a^{(1)}_{1}}
  = 0.2413 \cdot 0.03635 = 0.008771
gb2[1]: \frac{\partial C}{\partial b^{(2)}_{1}} = \delta^{(2)}_{1} = 0.1385
W1[1,1]: \text{new}\ W^{(1)}_{1,1} = W^{(1)}_{1,1} + \Delta W^{(1)}_{1,1}
  = 0.15 - 0.0002193 = 0.1498
"""


@pytest.mark.parametrize("lines", MAZUR.replace("\n  ", " ").strip().splitlines())
def test_the_first_iteration_of_mazur(lines: str) -> None:
    name, _, expected = lines.partition(": ")
    last = trace(load(shipped("mazur"))).schedule.first_step(1) - 1
    assert lines_of("mazur", last, name) == expected


def test_a_time() -> None:
    assert lines_of("elman", 0, "a1[2]@0").startswith(
        r"h^{(1)\langle 0 \rangle}_{2} = \tanh\left(z^{(1)\langle 0 \rangle}_{2}\right) = "
    )


def test_of_a_long_sum_the_largest_terms_are_written_and_the_rest_counted() -> None:
    values = [0.5, -8.0, 0.25, 4.0, -0.125]
    parts = tuple(Constant(f"a1[{place + 1}]", value) for place, value in enumerate(values))
    equation = told("z2[1]", sum(values), Sum(parts))
    written = latex(equation, terms=2)
    assert written.symbols == r"a^{(1)}_{2} + a^{(1)}_{4} + \underbrace{\cdots}_{3\ \text{more}}"
    assert written.numbers == r"-8 + 4 + \underbrace{0.625}_{3\ \text{more}}"
    assert float(value_of_latex(written.numbers)) == sum(values)
    assert latex(equation, terms=5).numbers == "0.5 - 8 + 0.25 + 4 - 0.125"
    negative = told("z2[1]", -8.0, Sum((*parts[:2], Constant("c", -0.5))))
    assert latex(negative, terms=1).numbers == r"-8 + \underbrace{0}_{2\ \text{more}}"
    assert latex(negative, terms=2).numbers == r"-8 + 0.5 + \underbrace{\left(-0.5\right)}_{1\ \text{more}}"


def test_only_the_terms_that_are_written_are_made() -> None:
    made: list[int] = []

    def make(place: int) -> Expression:
        made.append(place)
        return Constant(f"a1[{place + 1}]", float(place))

    terms = Terms(np.arange(100_000.0), 1, make, lambda _: None)
    written = latex(told("z2[1]", 4999950000.0, Sum(terms)), terms=2)
    assert set(made) == {99_999, 99_998}
    assert written.symbols.endswith(r"\underbrace{\cdots}_{99998\ \text{more}}")


def test_a_display() -> None:
    equation = told("C", 3.0, Sum((Constant("C[1]", 1.0), Constant("C[2]", 2.0))))
    assert latex(equation).display() == (
        "\\[\n\\begin{aligned}\n  C\n  &= C_{1} + C_{2} \\\\\n  &= 1 + 2 \\\\\n  &= 3\n\\end{aligned}\n\\]"
    )


def test_apply_reads_what_is_written() -> None:
    """The reader knows functions of its own, the activations it asks for by the name that it reads."""
    assert value_of_latex(r"\sigma'\left(0\right)") == Decimal("0.25")
    assert float(value_of_latex(r"\operatorname{leaky-relu}\left(-2\right)")) == apply("leaky-relu", -2.0)
    assert np.isclose(float(value_of_latex(r"-2 \cdot \tanh\left(0.5\right)")), -2 * np.tanh(0.5), rtol=1e-15)
