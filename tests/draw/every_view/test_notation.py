"""Has each number of a screen one notation? On every screen, of networks at random.

Read as a user reads it: no two forms of a number, no sign before a positive one, no minus but one, no zero
that says nothing, and no sum that goes on with a minus behind its plus.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine import trace
from engine.looking.along import Along
from engine.looking.cursor import go_to, look_at, start
from tests.draw.every_view.whole_screen import SIZES, screen_rows
from tests.given.scenarios_at_random import Wanted, scenario_at_random
from tests.given.shipped import scenario_of
from tests.given.some_of import EVERY_CASE, in_turns
from tests.golden.runs import layer, scenario
from tui.draw.kit.rows import plain
from tui.views import PRESENTER, VIEWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.run.tracing import Trace
    from engine.scenario import Order

# A number with a point or a power of ten: those without are counts, places and names, too.
NUMERAL = re.compile(r"(?<![\w.,\[@])-?\d[\d,]*(?:\.\d+)?(?:e[-+]?\d+)?(?![\w.\]])")
STRANGE = re.compile(
    r"−|(?<![\w.,\]) ])\+ ?\d|\+ -\d|- -\d|\d\.(?!\d)(?= [a-z0-9])|\de[+0]|e-0|(?<!\w)\.\d|-0(?![.\d])"
)
SOME = ("mazur", "elman", "iris", "16-adam", "saturated")
LEAST, BEYOND = 1e-4, 999_999.5
"""From where to where a number has no power of ten."""


def odd_numbers(text: str) -> Iterator[str]:
    """Return what has a power of ten though it has place without, or the other way round."""
    for found in NUMERAL.findall(text):
        size = abs(float(found.replace(",", "")))
        if "." not in found and "e" not in found:
            continue
        mantissa, e, _ = found.partition("e")
        if bool(e) == (LEAST <= size < BEYOND) or (e and not re.match(r"-?[1-9](?:\.|$)", mantissa)):
            yield found


def faults(run: Trace, step: int, view: str, size: tuple[int, int]) -> list[str]:
    cursor = look_at(go_to(start(run), run, step), run, step % (run.shapes.layers + 1), step % 3)
    rows = [
        plain(row) for row in screen_rows(run, cursor, *size, view, along=Along(logarithmic=bool(step % 2)))
    ]
    odd = [(one, row.strip()) for row in rows for one in odd_numbers(row)]
    strange = [(one, row.strip()) for row in rows for one in STRANGE.findall(row)]
    return [f"{view} {size} step {step + 1}: {one}" for one in (*odd, *strange)]


def of_some_screens(run: Trace, chance: int) -> list[str]:
    """Look at each view at a step and in a size that are its turn."""
    run.advance(min(3, run.iterations))
    last = min(len(run), run.schedule.first_step(1) * 2)
    found: list[str] = []
    for turn, view in enumerate((VIEWS[0], *VIEWS, PRESENTER)):
        step = (chance * 7 + turn * 5) % last
        found += faults(run, step, view, SIZES[(chance + turn) % len(SIZES)])
    return found


@pytest.mark.parametrize("seed", range(12 if EVERY_CASE else len(SIZES)))  # each view in each size
def test_a_number_has_one_notation_on_any_screen(seed: int) -> None:
    wanted = Wanted(recurrent=seed % 3 == 0, samples=1 + seed % 3, iterations=3, steps=80)
    assert of_some_screens(trace(scenario_at_random(seed, wanted)), seed) == []


@pytest.mark.parametrize("name", SOME)
def test_a_number_has_one_notation_on_the_screens_of_a_scenario(name: str) -> None:
    run = trace(scenario_of(name))
    # Of the sizes of each view one run has one, the next another.
    chances = in_turns(range(4), SOME.index(name), 4)
    found = [fault for chance in chances for fault in of_some_screens(run, chance)]
    assert found == []


@pytest.mark.parametrize(
    "text",
    [
        "a = 0.00001234",
        "a = 1.2e-05",
        "a = 1.5e+3",
        "a = .5",
        "a = 0.3 + -0.2",
        "a = −0.2",
        "a = 1234567.5",
        "a = -0",
    ],
)
def test_another_notation_is_found(text: str) -> None:
    assert [*odd_numbers(text), *STRANGE.findall(text)]


@pytest.mark.parametrize(
    "text",
    ["a = 0.03810", "a = 5.870e-8", "0.5 × (-0.03810)", "3.000 - 0.2", "step 49,696 of 67,800", "in 1.5 %"],
)
def test_the_notation_itself_is_not(text: str) -> None:
    assert not [*odd_numbers(text), *STRANGE.findall(text)]


@pytest.mark.parametrize("order", ["deferred", "premature"])
def test_what_is_counted_has_commas_in_every_view(order: Order) -> None:
    """The names of samples and of their columns have none, and no number of an equation has."""
    many = 1234
    layers = [layer("tanh", [[0.5], [0.1]]), layer("identity", [[0.3, -0.2]])]
    run = trace(scenario(layers, [[at / many] for at in range(many)], [[0.5]] * many, order=order))
    for step in (4, len(run) // 2, len(run) - 1):
        for view in ("network", "chain", "gradient", "heat", "cost", "compare", "time", "loss"):
            for size in ((80, 24), (120, 40)):
                for row in screen_rows(run, start(run, step), *size, view):
                    told = re.sub(r"\(1/1234\)|s\d+(?!\w)|^.*▾.*$", "", plain(row))
                    assert not re.search(r"(?<![\d.,])[1-9]\d{3}(?![\d.])", told), (view, step, told)
