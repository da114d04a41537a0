"""Is the way back the way forward transposed, under the field's names?

A polynomial of degree four at most is measured exactly by the four-point central difference: so the derived
equations of products at random are held to the slopes of their sum.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.equations.back.transpose import derivative, transposed
from engine.equations.equation import (
    SAMPLE,
    TIME,
    Equation,
    Factor,
    Home,
    Term,
    Variable,
    equation,
    factor,
)
from engine.equations.functions.formula import parse
from engine.equations.table import Table, table_of
from engine.program.evaluate import evaluate
from tests.engine.equations import networks
from tests.engine.equations.networks import Sizes
from tests.given.scenarios_at_random import Wanted, scenario_at_random

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.arrays import Array


def back(way: Sequence[str | Equation], *parameters: str, root: str = "C") -> list[str]:
    """The derived equations, as they are written."""
    equations = [equation(one) if isinstance(one, str) else one for one in way]
    found = transposed(equations, [factor(one).variable for one in parameters], factor(root).variable)
    return [str(one) for one in found]


# -- names, letters, shifts ----------------------------------------------------------------------------


def table(*, recurrent: bool) -> Table:
    wanted = Wanted("identity", "half-squared-error", recurrent=recurrent, hidden="sigmoid", depth=2)
    seed = 0
    while True:
        scenario = scenario_at_random(seed, wanted)
        if all(layer.recurrent == recurrent for layer in scenario.network.layers):
            return table_of(scenario)
        seed += 1


def of_kind(found: Table, *kinds: str) -> list[str]:
    return [str(one) for one in found.equations if one.home is not None and one.home.kind in kinds]


def test_the_way_back_of_dense_layers() -> None:
    assert of_kind(table(recurrent=False), "delta", "gradient") == [
        "error2[t,s,i] = a - y with a = activation2[t,s,i], y = target[t,s,i]",
        "delta2[t,s,i] = slope2[t,s,i] error2[t,s,i]",
        "error1[t,s,i] = weights2[j,i] delta2[t,s,j]",
        "delta1[t,s,i] = slope1[t,s,i] error1[t,s,i]",
        "weight_total1[i,j] = delta1[t,s,i] input[t,s,j]",
        "bias_total1[i] = delta1[t,s,i]",
        "weight_total2[i,j] = delta2[t,s,i] activation1[t,s,j]",
        "bias_total2[i] = delta2[t,s,i]",
    ]


def test_the_way_back_through_time() -> None:
    """What was read of the time before gives from the time after; above and future are told apart."""
    found = of_kind(table(recurrent=True), "delta", "gradient")
    assert [one for one in found if "1[" in one.partition(" = ")[0]] == [
        "from_above1[t,s,i] = weights2[j,i] delta2[t,s,j]",
        "from_future1[t,s,i] = recurrent_weights1[j,i] delta1[t+1,s,j]",
        "error1[t,s,i] = from_above1[t,s,i] + from_future1[t,s,i]",
        "delta1[t,s,i] = slope1[t,s,i] error1[t,s,i]",
        "weight_total1[i,j] = delta1[t,s,i] input[t,s,j]",
        "recurrent_total1[i,k] = delta1[t,s,i] activation1[t-1,s,k]",
        "bias_total1[i] = delta1[t,s,i]",
    ]


@pytest.mark.parametrize("seed", range(8))
def test_each_equation_of_the_way_back_is_at_home_in_its_step(seed: int) -> None:
    found = table_of(scenario_at_random(seed))
    kinds = {"weight_total": "gradient", "recurrent_total": "gradient", "bias_total": "gradient"}
    for one in found.equations:
        name, layer = one.variable
        if name in ("error", "delta", "from_above", "from_future", "delta_of_loss", "delta_of_future"):
            assert one.home == Home("delta", layer)
        if name in kinds:
            assert one.home == Home("gradient", layer)
        # Nothing is derived that no parameter needs.
        assert name not in ("d_input", "d_target")


@pytest.mark.parametrize("told", [networks.gru, networks.lstm, networks.gru_reset_after, networks.delay])
def test_each_equation_reads_what_those_before_it_have_made(told: object) -> None:
    assert callable(told)
    every: Table = told(Sizes()).table
    made = {one.variable for one in every.equations}
    done: set[Variable] = set()
    for one in every.equations:
        assert all(
            read.variable in done or read.variable not in made or read.shift != 0 for read in one.factors()
        ), str(one)
        done.add(one.variable)


# -- products ------------------------------------------------------------------------------------------


def test_a_factor_used_twice_gives_twice() -> None:
    assert back(["C = 0.5 e[s,i] e[s,i]"], "e[s,i]") == ["d_e[s,i] = e[s,i]"]
    assert back(["C = e[i] e[i] e[i]"], "e[i]") == ["d_e[i] = 3 e[i] e[i]"]
    twice = ["v[i] = W[i,j] W[j,k] x[k]", "C = v[i] y[i]"]
    assert back(twice, "W[i,j]")[-1] == "d_W[i,j] = d_v[i] W[j,k] x[k] + d_v[k] W[k,i] x[j]"


def test_what_cancels_stays_with_the_number_0() -> None:
    assert back(["C = a[i] b[i] - b[i] a[i]"], "a[i]") == ["d_a[i] = 0 b[i]"]


def test_a_broadcast_becomes_a_sum_and_a_sum_a_broadcast() -> None:
    assert back(["z[s,i] = b[i]", "C = z[s,i] y[s,i]"], "b[i]")[-1] == "d_b[i] = d_z[s,i]"
    assert back(["m[i] = 0.25 z[s,i]", "C = m[i] y[i]"], "z[s,i]")[-1] == "d_z[s,i] = 0.25 d_m[i]"


def test_a_letter_of_another_axis_is_renamed() -> None:
    """The result has the letters of the derivative's own: `s` and `t` stay what they are."""
    way = ["z[t,s,k] = W[k,i] a[t,s,i]", "C = z[t,s,i] y[t,s,i]"]
    assert back(way, "W[k,i]", "a[t,s,i]")[1:] == [
        "d_W[k,i] = d_z[t,s,k] a[t,s,i]",
        "d_a[t,s,i] = d_z[t,s,j] W[j,i]",
    ]


def test_letters_that_are_summed_belong_to_their_own_term() -> None:
    """Two terms sum the letter i over axes of different sizes."""
    way = ["z[i] = A[i,j] q[j]", "v[i] = B[i,j] q[j]", "C = z[i] x[i] + v[i] y[i]"]
    assert back(way, "q[j]")[-1] == "d_q[j] = d_z[i] A[i,j] + d_v[i] B[i,j]"
    random = np.random.default_rng(0)
    sizes = {"A": (2, 3), "B": (4, 3), "q": (3,), "d_v": (4,), "d_z": (2,)}
    at = {Variable(name): random.normal(size=size) for name, size in sizes.items()}
    found = evaluate(equation(back(way, "q[j]")[-1]), lambda read: at[read.variable])
    expected = at[Variable("d_v")] @ at[Variable("B")] + at[Variable("d_z")] @ at[Variable("A")]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


def test_a_sum_over_shifted_times_is_refused() -> None:
    """It leaves out the last time, and no factor is left that could say so."""
    with pytest.raises(ValueError, match="which times it leaves out"):
        back(["m[i] = a[t-1,s,i]", "C = m[i] y[i]"], "a[t,s,i]")


# -- functions -----------------------------------------------------------------------------------------


def applied(partial: str) -> Equation:
    return Equation(
        factor("r[i]"),
        formula=parse("1 / sqrt(v + w)"),
        arguments=(("v", factor("v[i]")), ("w", factor("w[i]"))),
        partials=(("v", parse(partial)),),
    )


def test_a_partial_of_a_formula_is_a_helper() -> None:
    found = back([applied("-0.5 * result / (v + w)"), "C = r[i] y[i]"], "v[i]")
    assert found == [
        "d_r[i] = y[i]",
        "slope_r_v[i] = -½ result / (v + w) with result = r[i], v = v[i], w = w[i]",
        "d_v[i] = slope_r_v[i] d_r[i]",
    ]


def test_only_what_has_a_partial_is_differentiated() -> None:
    """A function may read what its derivative goes not through: a target, say."""
    assert back([applied("1"), "C = r[i] y[i]"], "w[i]")[1:] == ["d_w[i] = 0"]


# -- at random -----------------------------------------------------------------------------------------

LETTERS = {"t": 3, "s": 2, "i": 4, "j": 2, "k": 3}


class Products:
    """A sum of products at random, with q in it once or oftener, and numbers for all that it reads."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(f"products {seed}")
        self.timed = self.chance.random() < 0.6
        letters = [letter for letter in LETTERS if letter != TIME or self.timed]
        self.q = self._some(letters)
        self.shifted = self.timed and TIME in self.q and self.chance.random() < 0.6
        result = [letter for letter in letters if letter in self._some(letters) or letter == TIME]
        terms = [self._term(letters) for _ in range(self.chance.randint(1, 3))]
        terms[0] = terms[0]._replace(factors=(*terms[0].factors, self._of_q()))
        self.one = Equation(Factor(Variable("r"), tuple(result)), tuple(terms))
        weights = Factor(Variable("w"), tuple(result))
        self.root = Equation(Factor(Variable("C")), (Term(1.0, (weights, self.one.result)),))
        random = np.random.default_rng(seed)
        self.arrays: dict[Variable, Array] = {
            read.variable: random.normal(size=[LETTERS[letter] for letter in read.letters])
            for read in (*self.one.factors(), weights)
        }
        self.before = random.normal(size=[LETTERS[x] for x in self.q if x != TIME])

    def _some(self, letters: Sequence[str]) -> tuple[str, ...]:
        return tuple(letter for letter in letters if self.chance.random() < 0.6)

    def _of_q(self) -> Factor:
        return Factor(Variable("q"), self.q, -1 if self.shifted and self.chance.random() < 0.7 else 0)

    def _term(self, letters: Sequence[str]) -> Term:
        count = self.chance.randint(0, 2)
        read = [Factor(Variable(f"x{self.chance.randint(0, 9)}_"), self._some(letters)) for _ in range(count)]
        # One name is one quantity: its letters are part of it.
        read = [one._replace(variable=Variable(f"{one.variable}{''.join(one.letters)}_")) for one in read]
        read += [self._of_q() for _ in range(self.chance.randint(0, 1))]
        return Term(self.chance.choice((1.0, -1.0, 0.5, 2.0)), tuple(read))

    def read(self, factor: Factor) -> Array:
        array = self.arrays[factor.variable]
        if factor.shift < 0:
            return np.concatenate([self.before[None], array[:-1]])
        if factor.shift > 0:  # there is no time after the last
            return np.concatenate([array[1:], np.zeros_like(array[:1])])
        return array

    def total(self, q: Array) -> float:
        self.arrays[Variable("q")] = q
        made = evaluate(self.one, self.read)
        shape = [LETTERS[letter] for letter in self.one.result.letters]
        return float((np.broadcast_to(made, shape) * self.arrays[Variable("w")]).sum())

    def slope(self, direction: Array) -> float:
        q = self.arrays[Variable("q")]
        c = {by: self.total(q + by * direction) for by in (-2, -1, 1, 2)}
        self.arrays[Variable("q")] = q
        return (8.0 * (c[1] - c[-1]) - (c[2] - c[-2])) / 12.0

    def derived(self) -> Array:
        for one in transposed([self.one, self.root], [Variable("q")], Variable("C")):
            shape = [LETTERS[letter] for letter in one.result.letters]
            self.arrays[one.variable] = np.broadcast_to(evaluate(one, self.read), shape)
        return self.arrays[derivative(Variable("q"))]


@pytest.mark.parametrize("seed", range(60))
def test_products_at_random_have_the_slopes_of_their_sum(seed: int) -> None:
    case = Products(seed)
    found, random = case.derived(), np.random.default_rng(seed)
    for _ in range(3):
        direction = random.normal(size=found.shape)
        expected = case.slope(direction)
        assert float((found * direction).sum()) == pytest.approx(expected, rel=1e-9, abs=1e-9), case.one


def test_among_those_at_random_there_is_every_kind() -> None:
    cases = [Products(seed) for seed in range(60)]
    assert any(read.shift for case in cases for read in case.one.factors())
    assert any(
        sum(read.variable.name == "q" for read in term.factors) == 2
        for case in cases
        for term in case.one.terms
    )
    assert any(set(case.q) - set(case.one.result.letters) for case in cases)  # summed
    assert any(set(case.one.result.letters) - set(case.q) for case in cases)  # spread
    assert any(SAMPLE in case.q and TIME in case.q for case in cases)
