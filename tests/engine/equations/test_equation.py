"""Is the notation of an equation read as it is written, and nothing of it passed over?"""

from __future__ import annotations

import pytest

from engine.equations.equation import Equation, Factor, Term, Variable, equation, factor, product_sum
from engine.equations.table import table_of
from tests.engine.equations.networks import Sizes, gru_reset_after, lstm
from tests.given.scenarios_at_random import Wanted, scenario_at_random


def test_a_factor() -> None:
    assert factor("weights2[i,j]") == Factor(Variable("weights", 2), ("i", "j"))
    assert factor("activation1[t-1,s,k]") == Factor(Variable("activation", 1), ("t", "s", "k"), -1)
    assert factor("delta1[t+1, s, k]") == Factor(Variable("delta", 1), ("t", "s", "k"), 1)
    assert factor(" rate ") == Factor(Variable("rate"))
    assert factor("from_above1[t,s,i]").variable == Variable("from_above", 1)


@pytest.mark.parametrize("text", ["", "2", "a[", "a[t]b", "a-b", "a[i,,j]", "a[ij]", "a[t,s-1]", "a[i+2]"])
def test_what_is_no_factor(text: str) -> None:
    """A place can be shifted in time only: of a neighbour in the batch or in a layer nobody speaks."""
    with pytest.raises(ValueError, match="not a"):
        factor(text)


def test_terms_are_read_with_their_numbers_and_signs() -> None:
    a, b = factor("a[i]"), factor("b[i,j]")
    assert product_sum("-a[i] + 2 a[i] b[i,j] - 0.5 b[i,j]") == (
        Term(-1.0, (a,)),
        Term(2.0, (a, b)),
        Term(-0.5, (b,)),
    )
    assert product_sum("1 - a[i]") == (Term(1.0, ()), Term(-1.0, (a,)))
    assert product_sum("1e-05 a[i]") == (Term(1e-5, (a,)),)


@pytest.mark.parametrize(
    "text", ["a[i] 2", "2 3 a[i]", "a[i] * b[i]", "a[i] +", "f(a[i])", "a[i] - + b[i]", "½ a[i]"]
)
def test_what_is_no_sum_of_products(text: str) -> None:
    """It is refused: a part that was passed over would be an equation that lacks a term."""
    with pytest.raises(ValueError, match="not a"):
        product_sum(text)


def products(equations: tuple[Equation, ...]) -> list[Equation]:
    return [one for one in equations if one.terms]


@pytest.mark.parametrize("seed", range(6))
def test_what_is_written_is_read_again_as_the_same(seed: int) -> None:
    scenario = scenario_at_random(seed, Wanted(recurrent=seed % 2 == 0))
    for one in products(table_of(scenario).equations):
        assert equation(str(one), one.home, helper=one.helper) == one


def test_equations_of_further_networks_are_read_again_as_the_same() -> None:
    for told in (gru_reset_after(Sizes()), lstm(Sizes())):
        for one in products(told.table.equations):
            assert equation(str(one), one.home, helper=one.helper) == one


def test_a_text_for_each_kind_of_equation() -> None:
    wanted = Wanted(output="softmax", loss="cross-entropy", depth=1, recurrent=False)
    making = table_of(scenario_at_random(0, wanted)).making
    assert str(making[Variable("activation", 1)]) == "activation1[t,s,i] = softmax(pre_activation1[t,s,i])"
    assert str(making[Variable("loss")]) == "loss[t,s] = terms[t,s,i]"
    assert str(making[Variable("delta", 1)]).startswith("delta1[t,s,i] = a rest_y - y rest with a = ")
    assert str(Equation(factor("change[i]"))) == "change[i] = 0"
