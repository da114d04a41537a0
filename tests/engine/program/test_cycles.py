"""Are equations put in the order in which they read one another, and is it told what depends on itself?"""

from __future__ import annotations

import pytest

from engine.equations.equation import Equation, factor, product_sum
from engine.program.cycles import CircularError, cycles, direction


def equations(*texts: str) -> list[Equation]:
    sides = (text.split(" = ") for text in texts)
    return [Equation(factor(left), product_sum(right)) for left, right in sides]


def names(groups: list[list[Equation]]) -> list[list[str]]:
    return [[str(one.variable) for one in group] for group in groups]


def test_each_comes_after_what_it_reads() -> None:
    found = cycles(equations("c[t,i] = b[t,i]", "b[t,i] = a[t,i]", "d[t,i] = c[t,i] a[t,i]"))
    assert names(found) == [["b"], ["c"], ["d"]]
    assert [direction(group) for group in found] == [0, 0, 0]


@pytest.mark.parametrize(("shift", "way"), [("t-1", -1), ("t+1", 1)])
def test_what_reads_another_time_is_a_loop_in_the_order_of_one_time(shift: str, way: int) -> None:
    (group,) = cycles(equations("a[t,i] = z[t,i]", f"z[t,i] = a[{shift},i] + x[t,i]"))
    assert names([group]) == [["z", "a"]], "a reads z of the same time"
    assert direction(group) == way


def test_what_depends_on_itself_at_one_time_is_refused() -> None:
    with pytest.raises(CircularError):
        cycles(equations("a[t,i] = z[t,i]", "z[t,i] = a[t,i] + a[t-1,i]"))


def test_loops_that_share_an_equation_are_one_group_and_another_is_its_own() -> None:
    one = equations("a[t,i] = b[t,i]", "b[t,i] = c[t-1,i]", "c[t,i] = a[t,i] + d[t,i] + e[t,i]")
    other = equations("d[t,i] = b[t-1,i]", "e[t,i] = f[t,i]", "f[t,i] = e[t-1,i]")
    assert [sorted(group) for group in names(cycles([*one, *other]))] == [["e", "f"], ["a", "b", "c", "d"]]


def test_equations_may_read_one_another_in_a_row_of_any_length() -> None:
    row = [f"z{place}[t,i] = z{place + 1}[t,i]" for place in range(1, 2001)]
    found = cycles(equations(*row))
    assert [len(group) for group in found] == [1] * 2000
    assert names([found[0], found[-1]]) == [["z2000"], ["z1"]]
