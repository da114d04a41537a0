"""Does leaving out what training does not need leave out just that, without changing a bit?

Whole runs are held to it in `test_programs`; here are the single rules.
"""

from __future__ import annotations

import pytest

from engine.equations.equation import Equation, Term, Variable, equation, factor
from engine.equations.forward import TERMS
from engine.equations.functions.formula import parse
from engine.equations.table import Table, table_of
from engine.program.lean import lean
from tests.given.scenarios_at_random import OUTPUTS, Wanted, scenario_at_random

X = factor("x[s,i]")


def function(result: str, formula: str, *arguments: str) -> Equation:
    read = tuple((one[0], factor(one)) for one in arguments)
    return Equation(factor(result), formula=parse(formula), arguments=read)


def left(equations: list[Equation], *roots: str, kept: tuple[str, ...] = ()) -> list[str]:
    found = lean(equations, [Variable(name) for name in roots], [Variable(name) for name in kept])
    return [str(one) for one in found]


def test_what_no_root_needs_is_left_out() -> None:
    equations = [
        equation("a[s,i] = x[s,i] b[i]"),
        equation("shown[s,i] = 2 a[s,i]"),
        equation("r[i] = a[s,i]"),
    ]
    assert left(equations, "r") == ["a[s,i] = x[s,i] b[i]", "r[i] = a[s,i]"]
    assert left(equations, "r", "shown") == [str(one) for one in equations]


def test_a_copy_is_read_where_it_was_made() -> None:
    """Its readers get the letters that the source has for them; a copy of a copy is the source."""
    equations = [
        function("a[s,i]", "x", "x[s,i]"),
        equation("b[s,k] = a[s,k]"),
        equation("r[i] = w[i,j] b[s,j]"),
    ]
    assert left(equations, "r") == ["r[i] = w[i,j] x[s,j]"]


def test_a_copy_keeps_the_time_of_its_reader() -> None:
    equations = [function("a[t,s,i]", "x", "x[t,s,i]"), equation("r[t,s,i] = a[t,s,i] a[t+1,s,i]")]
    assert left(equations, "r") == ["r[t,s,i] = x[t,s,i] x[t+1,s,i]"]


@pytest.mark.parametrize(
    "one",
    [
        equation("a[s,i] = 2 x[s,i]"),
        equation("a[s,i] = x[s,i] + x[s,i]"),
        equation("a[s,i] = x[s]"),
        equation("a[t,s,i] = x[t-1,s,i]"),
        function("a[s,i]", "abs(x)", "x[s,i]"),
        Equation(factor("a[s,i]"), (Term(1.0, (X,)),), where_target=True),
        Equation(factor("a[s,i]"), arguments=(("z", X),), row="softmax"),
    ],
    ids=str,
)
def test_what_is_no_copy(one: Equation) -> None:
    reader = equation("r[i] = a[t,s,i]" if "t" in one.result.letters else "r[i] = a[s,i]")
    assert left([one, reader], "r") == [str(one), str(reader)]


def test_a_copy_that_has_a_state_before_time_0_stays() -> None:
    equations = [function("a[t,s,i]", "x", "x[t,s,i]"), equation("r[t,s,i] = a[t-1,s,i]")]
    assert left(equations, "r", kept=("a",)) == [str(one) for one in equations]


def test_a_root_stays_though_it_is_a_copy() -> None:
    assert left([equation("r[s,i] = x[s,i]")], "r") == ["r[s,i] = x[s,i]"]


def test_a_factor_that_is_1_is_left_out_of_a_product_but_not_of_a_function() -> None:
    equations = [
        function("slope[s,i]", "1"),
        equation("d[s,i] = slope[s,i] e[s,i] + slope[s,i] slope[s,i] f[s,i]"),
        function("g[s,i]", "s + d", "slope[s,i]", "d[s,i]"),
    ]
    assert left(equations, "d") == ["d[s,i] = e[s,i] + f[s,i]"]
    assert left(equations, "g") == [
        "slope[s,i] = 1 with ",
        "d[s,i] = e[s,i] + f[s,i]",
        "g[s,i] = s + d with s = slope[s,i], d = d[s,i]",
    ]


def test_a_factor_that_is_1_only_where_there_is_a_target_stays() -> None:
    one = function("error[t,s,i]", "1")._replace(where_target=True)
    reader = equation("d[t,s,i] = error[t,s,i] e[t,s,i]")
    assert left([one, reader], "d") == [str(one), str(reader)]


def trained(table: Table) -> list[Variable]:
    return [one.variable for one in table.equations if one.home and one.home.kind == "update"]


@pytest.mark.parametrize("output", OUTPUTS)
def test_training_computes_neither_the_loss_nor_what_only_a_trace_shows(output: str) -> None:
    scenario = scenario_at_random(0, Wanted(output, "half-squared-error", recurrent=False, hidden="identity"))
    table = table_of(scenario)
    names = {one.variable for one in lean(table.equations, trained(table), table.initial)}
    assert TERMS not in names
    for layer in range(1, len(scenario.network.layers)):
        # An identity layer is its own pre-activation, its slope 1, its delta its error.
        assert not {Variable("activation", layer), Variable("slope", layer), Variable("delta", layer)} & names
