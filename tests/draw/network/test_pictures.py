"""Are inputs that are pictures drawn as they are, and the weights that read them, without colour too?"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.facts.entry import Number, array_of
from engine.facts.number import Traced
from engine.looking.cursor import look_at, start
from engine.looking.known.numbers import Known
from engine.looking.ways.jumps import pick
from engine.looking.ways.moves import move
from engine.order.quantities import Reference
from tests.draw.heat.test_heat import glyph
from tests.draw.large_network import large, linked_numbers, text_of
from tests.given.shipped import shipped_run
from tui.draw.kit.rows import Linked, plain
from tui.draw.kit.signs.ascii import in_ascii
from tui.draw.network.network import network_rows

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.order.quantities import Quantity
    from engine.run.tracing import Trace

FORWARD, GRADIENT, UPDATE = 0, 6, 225


@cache
def digits() -> Trace:
    return shipped_run("digits")


def cells(step: int, size: tuple[int, int], quantity: str) -> dict[int, str]:
    """The sign of each pixel, or of its weight to the neuron that is looked at."""
    run = digits()
    cursor = look_at(look_at(start(run, step), run, 1, 2), run, 0, 63)
    return {
        style.target.index[-1]: text
        for row in network_rows(run, cursor, *size)
        for text, style in row
        if isinstance(style, Linked)
        and isinstance(style.target, Number)
        and style.target.reference.quantity == quantity
        and style.target.reference.layer in (0, 1)
        and not any(sign.isdigit() for sign in text)
    }


@pytest.mark.parametrize("size", [(100, 13), (120, 17), (200, 27)])
def test_each_pixel_is_as_dark_as_it_is_large(size: tuple[int, int]) -> None:
    run = digits()
    ink = run.scenario.data.inputs[0, 0]
    assert cells(FORWARD, size, "input") == {at: 2 * glyph(float(one), 1.0) for at, one in enumerate(ink)}
    weights = run.scenario.network.layers[0].weights[2]
    largest = float(np.abs(weights).max())
    found = cells(FORWARD, size, "weights")
    assert found == {at: 2 * glyph(float(one), largest) for at, one in enumerate(weights)}


def test_in_few_rows_a_sign_is_two_pixels() -> None:
    ink = digits().scenario.data.inputs[0, 0].reshape(4, 2, 8)
    drawn = cells(FORWARD, (80, 7), "input")
    assert len(drawn) == 32
    for at, sign in drawn.items():
        upper, lower = ink[at // 16, :, at % 8] > 0.5
        assert sign == " ▄▀█"[2 * upper + lower]
    assert len({in_ascii(sign) for sign in " ▄▀█"}) == 4
    # The gradient is δ times it, and is drawn as it is: it had shades.
    assert cells(GRADIENT, (80, 7), "weight_gradient") == drawn


@pytest.mark.parametrize("size", [(80, 7), (120, 17)])
def test_nothing_is_learnt_from_white_paper(size: tuple[int, int]) -> None:
    ink = digits().scenario.data.inputs[0, 0]
    drawn = cells(GRADIENT, size, "weight_gradient")
    assert drawn
    assert all(sign.strip() == "" for at, sign in drawn.items() if ink[at] == 0.0)
    if size != (80, 7):  # where it is drawn in halves of cells, as the paper is
        assert all(sign.strip() for at, sign in drawn.items() if ink[at])


def test_a_pixel_and_a_cell_of_a_strip_can_be_pointed_into() -> None:
    run = digits()
    target = next(one for text, one in linked_numbers(network_rows(run, start(run), 120, 17)) if text == "██")
    there = pick(start(run), run, target)
    assert f"x[{target.index[0] + 1}] " in "".join(map(plain, network_rows(run, there, 120, 17)))
    wide = large()
    for unit in (0, 39, 80):
        cursor = look_at(start(wide), wide, 0, unit)
        marked = [
            style for row in network_rows(wide, cursor, 120, 17) for _, style in row if style == "selected"
        ]
        assert [style.target.index for style in marked if isinstance(style, Linked)] == [(unit,)]  # type: ignore[union-attr]


def test_every_cell_of_a_strip_is_one_of_its_units() -> None:
    wide = large()
    values = wide.scenario.data.inputs[0, 0]
    strip = {
        number.index[0]: text
        for text, number in linked_numbers(network_rows(wide, start(wide), 200, 30))
        if number.reference.quantity == "input" and not any(sign.isdigit() for sign in text)
    }
    assert sorted(strip) == list(range(81))
    largest = float(np.abs(values).max())
    assert all(text == glyph(float(values[unit]), largest).strip() for unit, text in strip.items())
    assert (
        Traced(wide, next(iter(linked_numbers(network_rows(wide, start(wide), 200, 30))))[1]).value
        is not None
    )


@pytest.mark.parametrize(("size", "shown"), [((117, 18), 5), ((197, 31), 12), ((97, 11), 0)])
@pytest.mark.parametrize("unit", [0, 5, 11])
def test_what_each_neuron_looks_for_stands_side_by_side(size: tuple[int, int], shown: int, unit: int) -> None:
    run = digits()
    lines = list(map(plain, network_rows(run, look_at(start(run, FORWARD), run, 1, unit), *size)))
    weights = run.scenario.network.layers[0].weights
    found = {unit for unit in range(12) if is_drawn(lines, weights, unit, large=shown == 12)}
    assert len(found) == shown
    assert not found or unit in found
    text = "\n".join(lines)
    assert f"▸{unit + 1} " in text or not found
    assert ("W1 into each neuron" in text) == (shown == 12)
    assert (f"{max(found, default=0) + 1} of 12" in text) == (shown == 5)


@pytest.mark.parametrize(("size", "shown"), [((117, 18), 5), ((197, 31), 12)])
@pytest.mark.parametrize(
    ("step", "quantity", "name"), [(GRADIENT, "weight_gradient", "∂C/∂W1"), (UPDATE, "weights_change", "ΔW1")]
)
def test_the_small_pictures_are_of_what_the_head_of_the_large_one_says(
    size: tuple[int, int], shown: int, step: int, quantity: str, name: str
) -> None:
    run = digits()
    cursor = move(start(run, step), run, "layer-up") if step == UPDATE else start(run, step)
    lines = list(map(plain, network_rows(run, cursor, *size)))
    formed = next(one for one in run.flow.writes(step) if (one.quantity, one.layer) == (quantity, 1))
    matrix = array_of(run, formed)
    assert sum(is_drawn(lines, matrix, unit, large=shown == 12) for unit in range(12)) == shown
    assert f" {name}→1 " in lines[0]
    assert (f" {name} into each neuron" in lines[0]) == (shown == 12)


@pytest.mark.parametrize("size", [(80, 7), (97, 13), (117, 18), (197, 31)])
def test_between_two_pictures_stands_what_leads_from_one_to_the_other(size: tuple[int, int]) -> None:
    """The input times the weights goes into the neuron; times its delta it is the gradient of them."""
    run = digits()
    forward, gradient = (
        text_of(network_rows(run, look_at(start(run, step), run, 1, 2), *size))
        for step in (FORWARD, GRADIENT)
    )
    assert "=" not in forward
    assert forward.count("×") == gradient.count("×") == 1
    assert re.search(r" × δ(1\[3\])? = .*[^ ] *◄[━┛]", gradient)
    update = text_of(network_rows(run, move(start(run, UPDATE), run, "layer-up"), *size))
    assert "×" not in update


def is_drawn(lines: list[str], matrix: Array, unit: int, *, large: bool) -> bool:
    """Whether the weights of a neuron stand somewhere below its number: all, or the larger of two."""
    weights = matrix[unit].reshape(8, 8)
    largest, high, cell = float(np.abs(weights).max()), *((8, 2) if large else (4, 1))
    picture = []
    for down in range(high):
        pair = weights[down * 8 // high : (down + 1) * 8 // high]
        strongest = pair[np.abs(pair).argmax(axis=0), np.arange(8)]
        picture.append("".join(cell * glyph(float(one), largest) for one in strongest))
    return any(
        lines[y - 1][found.start() : found.start() + 3].strip("▸ ") == str(unit + 1)
        and all(line[found.start() :].startswith(one) for line, one in zip(lines[y:], picture, strict=False))
        for y, line in enumerate(lines)
        for found in re.finditer(re.escape(picture[0]), line)
    )


@pytest.mark.parametrize(
    ("quantity", "layer", "index", "pixel"),
    [
        ("input", 0, (41,), 41),
        ("weights", 1, (2, 30), 30),
        ("biases", 1, (2,), 63),
        ("weights", 2, (3, 5), 63),
        (None, 0, (), 63),
    ],
)
def test_the_pixel_that_is_looked_at_is_that_of_a_chosen_number_if_it_has_one(
    quantity: Quantity | None, layer: int, index: tuple[int, ...], pixel: int
) -> None:
    run = digits()
    cursor = look_at(start(run, FORWARD), run, 0, 63)
    if quantity is not None:
        sample, time = (0, 0) if layer == 0 else (None, None)
        cursor = replace(cursor, focus=Number(Reference(quantity, 0, layer, sample, time), index))
    assert Known(run, cursor).pixel == pixel


def test_a_class_stands_at_its_neuron() -> None:
    """Below the number of it, where the neuron has a second line."""
    run = shipped_run("digits")
    text = text_of(network_rows(run, start(run, 30), 135, 32))
    for unit, name in enumerate(run.scenario.names.outputs, start=1):
        assert re.search(rf" {unit} a .*\n.* \"{name}\" z ", text)


@pytest.mark.parametrize(
    ("size", "step", "label"), [((117, 17), 5, "W1[1,12]"), ((117, 17), 6, "∂C/∂W1[1,12]"), ((80, 8), 5, "W")]
)
def test_below_the_picture_of_weights_stands_which_one_is_looked_at(
    size: tuple[int, int], step: int, label: str
) -> None:
    run = shipped_run("digits")
    assert f" {label} 0.0" in text_of(network_rows(run, start(run, step), *size))
