"""Does every equation that is shown come out of the numbers that it shows? Over networks at random.

The rows of the equations are read as they stand on the screen (`tests.readers.equation_reader`), at every
width: what is computed from the operands is the shown result, within half of its last digit and what the
digits of the operands leave open.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.facts.explain import explain
from engine.facts.explain.expression import Leaf, evaluate
from engine.facts.explain.shown import digits_of, rounded, shortened
from engine.looking.cursor import start
from engine.looking.selection import explained, numbers_of_step
from engine.numerals import DIGITS, MOST, numeral, shown
from tests.given.scenarios_at_random import (
    LOSSES,
    MISTAKES,
    OPTIMIZERS,
    ORDERS,
    OUTPUTS,
    Wanted,
    in_turn,
    scenario_at_random,
)
from tests.given.shipped import scenario_of
from tests.given.some_of import in_turns
from tests.readers.equation_reader import numeral_of, value_of
from tui.draw.kit.rows import plain
from tui.draw.page import presenter_rows
from tui.draw.reasons.equation import equation_panel, explanation_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.run.tracing import Trace

WIDTHS = (60, 80, 120)
PANES = ((60, 6), (80, 4), (77, 10), (97, 14))
NUMERAL = re.compile(r"(?<![\w.@\[,])-?\d[\d.]*(?:e-?\d+)?(?![\w.\],])")


def sides(rows: list[str]) -> list[str]:
    """What stands between the signs of equality of an equation; a line may be broken anywhere."""
    text = re.sub(r"\s+", " ", " ".join(rows))
    return [side.strip() for side in re.split(r" = ", text)]


def faults(rows: list[str]) -> Iterator[str]:
    """What is wrong with an equation, its rows without the sentence below it."""
    if any("…" in row for row in rows):
        yield f"something is cut: {rows}"
        return
    found = sides(rows)
    if len(found) < 4:  # a number that is another, or is given
        return
    numbers, result = found[-2], found[-1].partition(" ≠")[0].strip()
    expected, value = numeral_of(result), value_of(numbers)
    if not (math.isfinite(expected.value) and math.isfinite(value.value)):
        return
    half = 0.5 * 10.0 ** (
        int(result.partition("e")[2] or 0) - len(result.partition("e")[0].partition(".")[2])
    )
    if abs(value.value - expected.value) > (half + value.off) * (1 + 1e-9) + 1e-12 * abs(expected.value):
        yield f"{numbers} is {value.value}, not {result}"


def every_fault(run: Trace) -> list[str]:
    found: list[str] = []
    turns = count()
    for step in range(len(run)):
        numbers = numbers_of_step(run, start(run, step))
        # Of as many numbers, and of their equations' widths, each step has its share.
        for number in in_turns(numbers, step, 4) or numbers[:1]:
            for width in in_turns(WIDTHS, next(turns), len(WIDTHS)):
                rows = explanation_rows(run, number, width)
                found += faults([plain(row) for row in rows if {style for _, style in row} != {"words"}])
    return found


def equations_in(rows: list[str], words: str) -> Iterator[list[str]]:
    """The rows of each equation of a pane, where numbers may stand below their symbols."""
    block: list[str] = []
    for row in [*rows, "  x = "]:
        if re.match(r"[ ▸] (?:new |early )?\S+ +=", row) or row.strip(" …") in words:
            if block:
                yield block
            block = []
        if row.strip() and row.strip(" …") not in words:
            block.append(row)


def faults_of_panes(run: Trace) -> list[str]:
    found: list[str] = []
    for step in range(len(run)):
        cursor = start(run, step)
        for width, height in in_turns(PANES, step, 4):
            rows = equation_panel(run, cursor, width, height).rows
            words = "\n".join(plain(row) for row in rows if {style for _, style in row} == {"words"})
            blocks = list(equations_in([*map(plain, rows)], words))
            assert blocks
            found += [fault for block in blocks for fault in (*faults(block), *far_off(block))]
    return found


def far_off(rows: list[str]) -> Iterator[str]:
    """The result comes out of the digits that are shown, unless they are as many as there can be."""
    found = sides(rows)
    if len(found) < 4:
        return
    numbers, result = found[-2], found[-1].partition(" ≠")[0].strip()
    value = value_of(numbers).value
    if max(map(digits_in, NUMERAL.findall(numbers)), default=0) == MOST or not math.isfinite(value):
        return
    digits = max(DIGITS, digits_in(result))
    if float(result) != shown(value, digits):
        yield f"{numbers} is {numeral(value, digits=digits)}, not {result}"


def digits_in(text: str) -> int:
    return len(re.sub(r"\D", "", text.partition("e")[0]).lstrip("0"))


def few_digits(run: Trace) -> Iterator[str]:
    """The operands have as many digits as the result needs, and no more."""
    for step in range(len(run)):
        numbers = numbers_of_step(run, start(run, step))
        for number in in_turns(numbers, step + 1, 4) or numbers[:1]:  # the others than those of `every_fault`
            equation = explain(run, number)
            expression, value = shortened(equation.expression, 8), equation.result.value
            if isinstance(expression, Leaf) or not math.isfinite(value):
                continue
            digits = digits_of(expression, value)
            exact = shown(evaluate(rounded(expression, digits))) == shown(value)
            if not exact and digits < MOST:
                yield f"{equation.result.symbol} has {digits} digits"


@pytest.mark.parametrize("output", OUTPUTS)
def test_each_output_with_each_loss(output: str) -> None:
    for loss in LOSSES:
        turn = in_turn(output, loss)
        wanted = Wanted(output=output, loss=loss, order=ORDERS[turn % len(ORDERS)], iterations=1, steps=18)
        run = trace(scenario_at_random(turn, wanted))
        assert every_fault(run)[:3] == []
        assert list(few_digits(run))[:3] == []


@pytest.mark.parametrize("seed", range(6))
def test_what_stands_in_the_pane_comes_out_too(seed: int) -> None:
    wanted = Wanted(recurrent=seed % 2 == 0, optimizer=OPTIMIZERS[seed], samples=2, iterations=1, steps=24)
    assert faults_of_panes(trace(scenario_at_random(seed, wanted)))[:3] == []


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_each_optimizer(optimizer: str) -> None:
    wanted = Wanted(optimizer=optimizer, samples=2, iterations=2, steps=40, settings=True)
    assert every_fault(trace(scenario_at_random(6, wanted)))[:3] == []


@pytest.mark.parametrize("mistake", MISTAKES)
def test_each_mistake(mistake: str) -> None:
    wanted = Wanted(mistake=mistake, recurrent=True, samples=2, iterations=1, steps=40)
    assert every_fault(trace(scenario_at_random(8, wanted)))[:3] == []


def test_a_result_that_four_digits_do_not_give_is_found() -> None:
    assert list(faults(["z = a - b", "  = 5 - 5 = 0.0002765"]))
    assert not list(faults(["z = a - b", "  = 5.0002765 - 5 = 0.0002765"]))


def test_a_number_has_one_notation_on_the_page() -> None:
    """What is put in, the values of the terms and the result: each number is written in one form."""
    run = trace(scenario_of("mazur"))
    for step in range(run.schedule.first_step(1)):
        for part in range(len(numbers_of_step(run, start(run, step)))):
            cursor = replace(start(run, step), part=part)
            text = "\n".join(plain(row) for row in presenter_rows(run, cursor, 100, 30))
            value = explain(run, explained(run, cursor)).result.value
            for found in NUMERAL.findall(text):
                assert found in {numeral(float(found), digits=digits) for digits in range(1, 18)} | {
                    # Of a number that is not exact zeros at the end are digits, too.
                    found.rstrip("0").rstrip(".") and found
                }
            assert "+-" not in text
            assert "+ -" not in text
            assert value == value
