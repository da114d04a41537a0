"""What does each view owe, whatever its size: its facts, whole, and a sign where more would not fit?

The facts are worked out by the engine, apart from what draws them. A view that leaves something out may have
no line that is empty.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.facts.cost import cost
from engine.facts.entry import Number
from engine.facts.gradient import gradient_vector
from engine.facts.gradient import largest as largest_components
from engine.facts.losses import bounds, loss_of_iteration
from engine.facts.number import Traced
from engine.facts.samples import samples_at
from engine.facts.slopes.slope import number_at, place_of, slope_at, slopes
from engine.facts.two_orders.chosen import choices
from engine.facts.two_orders.compare import compare
from engine.facts.two_orders.parting import both_equations, parting
from engine.facts.unrolled.layers import reached
from engine.looking.known.asked import Asked
from engine.looking.known.contributions import comes_back
from engine.looking.known.matrices import matrix_of
from engine.looking.known.numbers import Known
from engine.looking.sorting import Sorting, sorted_rows
from engine.looking.weights import layer_looked_at
from engine.numerals import counted, numeral
from engine.order.quantities import PARAMETER_LETTERS
from engine.update_orders import ONLY_WAITING
from engine.words.gradients import gathered as of_gradients
from engine.words.numbers import slope as of_slopes
from engine.words.numbers.chain import price_of_one, record_of, reuse_title, served, sum_title
from engine.words.numbers.unrolled import through_the_layers
from engine.words.runs.compared import sentence, why
from engine.words.runs.losses import each_tenth_costs, first_below
from engine.words.runs.samples import heading, score
from tui.draw.kit.numbers import count
from tui.draw.network.layout import lay_out
from tui.draw.network.plan import MOST_WEIGHT
from tui.draw.time.story import Teller

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace


def words_of(text: str) -> str:
    """All words of a view in one line; what stands beside a curve is read after it, as a column."""
    lines = text.split("\n")
    beside = max(line.find(" = f(z) = ") for line in lines) - 1
    if beside > 0:
        lines = [lines[0], *(line[:beside] for line in lines[1:]), *(line[beside:] for line in lines[1:])]
    return " ".join(" ".join(lines).split())


def of_compare(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    if not choices(run, 0):
        yield ONLY_WAITING
        return
    found = compare(run, 0)
    yield sentence(found)
    yield from (*found.names, "change of", "ratio", "sign", "measured", "loss after this", "loss after all")
    yield "angle to -∇C all" if found.plain else "angle between all"
    yield "▸W"
    there = parting(run, found, cursor.units)
    if there is None:
        return
    yield why(run, found, there)
    if both_equations(run, there) is not None and room[1] >= 23:
        yield f"where the two part: step {there.step + 1:,}, {Traced(run, there.number).symbol}"
    listed = sum(pair.first.size for layer in found.layers for pair in layer.pairs)
    shown = len(re.findall(r"^.[WUb]\d+\[", text, re.MULTILINE))
    hidden = shown < listed and " more, " not in text
    assert bool(re.search(r"change of +[↑↓]", text)) == hidden
    if hidden:
        assert text.count("\n") + 1 == room[1]


def of_cost(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    found = cost(run.scenario, run.schedule, cursor.step)
    price = found.price
    wide = room[0] > 99
    yield from (
        "so far this iteration",
        f"multiply-adds{' × as many' * wide} + forward × as many",
        "(deltas + gradients) / forward",
    )
    each = count(price.whole.forward + price.whole.backward)
    yield f"backpropagation, with reuse {count(price.whole.backward)}{' 1' * wide} {each} 1"
    yield f"each layer anew from the loss {count(price.each_layer)}"
    yield f"each path on its own {count(price.each_path)}"
    yield f"each weight by a nudge {count(price.each_weight)}"
    yield f"{count(price.held_sample.total)} number"
    yield "Not counted: biases, activations, slopes, the loss, updates."
    rows = text.count("\n") + 1
    assert f"layer {len(price.layers)}" in text or rows + 2 + len(price.layers) > room[1]


def of_loss(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    loss = loss_of_iteration(run, run.schedule.site(cursor.step).iteration)
    assert loss is not None
    yield from (f"loss {numeral(loss)}", "iteration 1", "▲", f"{run.iterations:,}", "scale", "< >")
    if run.computed < run.iterations:
        yield f"computed: {run.computed:,} of {run.iterations:,}"
    if room[1] < 23:
        yield first_below(bounds(run))
        return
    yield from ("what C is made of at iteration 1", "first iteration below")
    yield each_tenth_costs(bounds(run))[: len("Each tenth took")]
    for one in bounds(run)[-3:]:
        yield f"{numeral(one.loss)} {'' if one.iteration is None else f'at {one.iteration + 1:,}'}".strip()


def of_time(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    if not run.shapes.sequences:
        yield through_the_layers(run, cursor.step)
        told = text.replace("≠ ", "")
        for one in reached(run, cursor.step):
            size = "·" if one.size is None else numeral(one.size)
            left = "·" if one.left is None else f"{numeral(100.0 * one.left)} %"
            right = "(?: +[\\d.]+)?"  # what it should be
            assert re.search(rf"δ{one.layer} +{re.escape(size)}{right} +{re.escape(left)}", told)
        whole = (*(f"δ{layer} " for layer in range(1, run.shapes.layers + 1)), "neuron by neuron")
    else:
        teller = Teller(run, cursor, room[0])
        yield " ".join(f"▼@{time}" if time == teller.columns.present else f"@{time}" for time in range(6))
        yield teller.words
        yield from ("heard x[1]", "should say y[1]", "said a2[1]")
        if teller.story is not None:
            part, made = teller.story.part, teller.story.made
            columns = (teller.columns.run(part.at(time))[0].strip() for time in range(made + 1))
            yield f"part of δ1[1] {' ← '.join(columns)}"
        whole = ("error made at", "a share from each time", "way ") if teller.goes_back else ("way forward",)
        yield "5 again:"
    said = " ".join(text.split())
    if not all(" ".join(one.split()) in said for one in whole):
        assert text.count("\n") + 1 >= room[1] - 3  # what is left out has no room, all of it


def of_chain(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    asked = Asked(run, cursor)
    yield f"{asked.gradient.symbol} along"
    yield "× so far"
    unfolded = 0
    for place in range(len(asked.path)):
        factor = asked.path.factor(place)
        row = re.search(rf"^ [ ×!] {re.escape(factor.symbol)} .*$", text, re.MULTILINE)
        if row is None:
            continue
        unfolded += 1
        value, product = asked.shown(factor.number), asked.product(place)
        number = f"by step {(factor.made or 0) + 1:,}" if value is None else f" {numeral(value)} "
        assert number in row[0]
        assert f" {'·' if product is None else numeral(product)} " in f"{row[0]} "
    folded = re.search(r"… (\d+) more factors", text)
    assert unfolded + (int(folded[1]) if folded else 0) == len(asked.path)
    yield sum_title(asked.chain)
    recorded = asked.shown(asked.gradient)
    yield record_of(asked.gradient, None, product=False) if recorded is None else numeral(recorded)
    future = asked.chain.from_future(asked.unit) is not None
    yield reuse_title(asked.chain, future=future)
    told = " ".join(text.split())
    price = price_of_one(asked.chain, asked.delta)
    listed = asked.path_is_known and re.search(r"other paths (?!through)", text)
    hidden = folded or listed or re.search(r"more of layer|added up", text) or price not in told
    if hidden or served(asked.chain, asked.delta) not in told:
        assert "" not in text.split("\n")
        assert text.count("\n") + 1 >= room[1] - 1


def of_slope(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    layer = layer_looked_at(run, cursor)
    place = place_of(run, cursor.step, layer, cursor.units[layer])
    yield of_slopes.heading(place)
    yield of_slopes.formulas(place)[0]
    slope = slope_at(place)
    if place.z is None or place.a is None or slope is None:
        yield of_slopes.coming(run, cursor.step, place)
        return
    yield of_slopes.formulas(place)[1]
    yield f"z {numeral(place.z)} {place.name[0]} {numeral(place.a)} f'(z) {numeral(slope)}"
    yield of_slopes.meaning(place, slope)
    if place.delta is not None:
        one = number_at(run, cursor.step, "delta", layer, place.unit)
        yield f"{one.symbol} = "
        yield f"= {numeral(one.value)}"
    if place.coupled and room[1] >= 23:
        listed, outputs = len(re.findall(r"output \d", text)), len(slopes(place))
        assert listed >= min(outputs, 3)
        yield f"{outputs - listed} others" if listed < outputs else "all"


def of_gradient(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    vector = gradient_vector(run, cursor.step)
    yield of_gradients.what_it_is(vector)
    yield of_gradients.sentence(vector)
    if not vector.parts:
        return
    yield f"{counted(vector.components, 'component')}, length {numeral(vector.length)}"
    for part in vector.parts:
        yield f"{PARAMETER_LETTERS[part.parameter]}{part.reference.layer} {numeral(part.length)}"
    for missing, parameter in vector.missing:
        yield f"{PARAMETER_LETTERS[parameter]}{missing} ·"
    shown = len(re.findall(r"^[ ▸]\S+\[[\d,]+\]", text, re.MULTILINE))
    for one in largest_components(vector, shown):
        yield f"{one.symbol} {f'{one.named} ' if one.named else ''}{numeral(one.value)}"
    if shown < vector.components:
        yield f"and {vector.components - shown:,} more"
        assert text.count("\n") + 1 == room[1]


def of_heat(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    yield "size ░▒▓█ positive ◦◇○□ negative in quarters of the largest; blank is 0"
    reference, index = matrix_of(Known(run, cursor))
    here = Traced(run, Number(reference, index))
    yield f"at ▸ ▾ {here.symbol} {f'({here.named}) ' if here.named else ''}= {numeral(here.value)}"
    listed = text[text.index("largest ") :] if "largest  " in text else ""
    matrix = Known(run, cursor).at(reference)
    assert matrix is not None
    shown = listed.count("[")
    assert shown or not listed
    written = sum(numeral(value, 10) in text for value in matrix.flat) == matrix.size and not listed
    if hidden := (shown < matrix.size and not written):
        yield f"and {matrix.size - shown:,} more"
    if hidden or re.search(r"a cell is|· \d+×\d", text):
        assert text.count("\n") + 1 == room[1]


def of_network(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    known, site = Known(run, cursor), run.schedule.site(cursor.step)
    if site.kind == "update" and len(run.shapes.batch(site.iteration)) > 1:
        yield from ("gathered", "old", "change", "new")
        return
    plan = lay_out(known, *room)
    first, last = plan.columns[0].layer, plan.columns[-1].layer
    yield from ("‹" if first else "input", "" if last >= run.shapes.layers else "›")
    for column in plan.columns:
        layer = column.layer
        if not 0 < layer <= run.shapes.layers:
            continue
        kind = run.scenario.network.layers[layer - 1].activation
        yield next(
            (form for form in (f"{layer} · {kind}", f"{layer} {kind}") if form in text), f"layer {layer}"
        )
        if len(column.units) < column.size:
            few = f"{column.units[0] + 1:,} to {column.units[-1] + 1:,} of {count(column.size)}"
            yield f"{column.size - len(column.units)} more" if column.ranked else few
        values = known.array("delta" if known.shows_delta(layer) else "activation", layer)
        # A column that is sorted as the equation of what comes back shows the largest of it alone.
        assert cursor.units[layer] in column.units or comes_back(known, layer)
        if values is not None and cursor.units[layer] in column.units:
            letter = "δ" if known.shows_delta(layer) else "h" if run.shapes.recurrent[layer - 1] else "a"
            number = numeral(float(values[cursor.units[layer]]), 9)
            assert re.search(rf"{letter} ≠?{re.escape(number)}", text)
    for gap in plan.gaps:
        matrix = known.array("weights", gap.layer) if gap.layer <= run.shapes.layers else None
        if gap.whole and matrix is not None and site.layer != gap.layer:
            for value in matrix.flat:
                yield f" {numeral(float(value), min(MOST_WEIGHT, gap.join - gap.number - 1))}"
    if last >= run.shapes.layers and run.shapes.has_target[known.sample, known.time]:
        target = known.array("target", None)
        assert target is not None
        column = next(one for one in plan.columns if one.layer == run.shapes.layers)
        for unit in column.units:
            yield f"y {numeral(float(target[unit]))}"


def of_samples(run: Trace, cursor: Cursor, text: str, room: tuple[int, int]) -> Iterator[str]:
    found = samples_at(run, run.schedule.site(cursor.step).iteration)
    order = sorted_rows(found, Sorting())
    yield heading(found, order, Sorting().which)
    yield from ("sample", "C↓")
    yield from ("is", "said") if found.classes else ("y[1]",)
    table = text.partition(" ↑ ↓ · enter")[0]
    shown = re.findall(r"^[▸ ][! ] +(\d+)(?:@\d+)? ", table, re.MULTILINE)
    assert [int(one) - 1 for one in shown] == found.samples[order[: len(shown)]].tolist()
    if len(shown) < len(order):
        yield f"1 to {len(shown)} of {len(order)}"
        assert text.count("\n") + 1 == room[1]
    head = text.split("\n")[1]
    if found.classes:
        yield score(found, order)
        confused = re.search(r"^ is +said", text, re.MULTILINE)
        if confused and room[0] < 110:
            below = text[confused.end() :]
            assert all(re.search(rf"^ {name} ", below, re.MULTILINE) for name in found.classes)
    if found.classes and len(found.classes) > 2:
        assert all(name in head for name in found.classes) or "…" in head


OWED: dict[str, Callable[[Trace, Cursor, str, tuple[int, int]], Iterator[str]]] = {
    "network": of_network,
    "samples": of_samples,
    "compare": of_compare,
    "cost": of_cost,
    "loss": of_loss,
    "time": of_time,
    "chain": of_chain,
    "slope": of_slope,
    "gradient": of_gradient,
    "heat": of_heat,
}
