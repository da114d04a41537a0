"""What follows when a scenario has been read: is every step, explanation and picture there?"""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, get_args

from rich.cells import cell_len

from engine.facts.broken.breaking import break_rule, why_not
from engine.facts.explain import explain
from engine.facts.number import Traced
from engine.looking.along import Along
from engine.looking.cursor import go_to, start
from engine.looking.selection import explained, known, numbers_of_step
from engine.looking.ways.moves import Command, move
from engine.run.tracing import trace
from engine.update_orders import ORDERS
from tests.fuzz.wrong import Wrong, judge_text
from tui.commands.plain import page
from tui.draw.frame.footer import footer_row
from tui.draw.frame.status import facts_row, status_row
from tui.draw.frame.timeline import timeline_row
from tui.draw.kit.panels import ruled
from tui.draw.kit.rows import plain
from tui.draw.kit.signs.ascii import in_ascii
from tui.draw.reasons.equation import equation_panel, equation_rows
from tui.draw.reasons.remark import harm_panel, note_panel
from tui.draw.reasons.waiting import waiting_rows
from tui.keys import KEYS
from tui.palette import LOOKS
from tui.views import PRESENTER, VIEWS, Chosen, view_rows
from tui.walking.nothing import why_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from random import Random

    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from engine.scenario import Scenario
    from tui.draw.kit.panels import Panel
    from tui.draw.kit.rows import Row

    Act = Callable[[], object]

WIDTH, MAIN_HEIGHT, TALL_HEIGHT = 80, 12, 17  # of the main pane at 80x24
REACH = 300  # steps from the start among which some are looked at; the app runs the rest beside
_COMMANDS = get_args(Command)


def follow(scenario: Scenario, chance: Random) -> Iterator[tuple[str, Act]]:
    """Yield each thing to do with a scenario, with its name."""
    judge_texts(scenario)
    steps = trace(scenario)
    last = min(len(steps), REACH) - 1
    for number in sorted({0, chance.randint(0, last)}):
        yield f"record of step {number + 1}", partial(judge_record, steps, number)
        cursor = go_to(start(steps), steps, number)
        yield f"explanations of step {number + 1}", partial(judge_explanations, steps, cursor)
        yield from pictures(steps, cursor, chance.choice((MAIN_HEIGHT, TALL_HEIGHT)))
    yield "moves", partial(wander, steps, start(steps, last), chance)
    if chance.random() < 0.3:
        yield "break", partial(judge_break, steps, chance)


def judge_texts(scenario: Scenario) -> None:
    """Raise `Wrong` unless the texts of a scenario are clean."""
    for text in (scenario.title, scenario.about, scenario.source, *(note.text for note in scenario.notes)):
        judge_text(text.replace("\t", " "))
    if "\n" in scenario.title or not scenario.title:
        raise Wrong(f"the title is {scenario.title!a}")


def judge_record(steps: Trace, number: int) -> None:
    """Raise `Wrong` unless the record of a step is a line of strict JSON."""

    def refuse(word: str) -> None:
        raise Wrong(f"{word} in a trace record")

    line = json.JSONEncoder(allow_nan=False).encode(steps[number].record())
    if json.loads(line, parse_constant=refuse)["step"] != number or "\n" in line:
        raise Wrong(f"the record of step {number} is {line[:200]}")


def judge_explanations(steps: Trace, cursor: Cursor) -> None:
    """Explain each number that a step makes."""
    for number in numbers_of_step(steps, cursor):
        equation = explain(steps, number)
        value = Traced(steps, number).value
        if not equation.words or (equation.result.value != value and value == value):
            raise Wrong(f"the explanation of {number} says {equation.result.value}, it is {value}")


def pictures(steps: Trace, cursor: Cursor, height: int) -> Iterator[tuple[str, Act]]:
    """Yield the drawing of every pane and view, and the lines of `--plain`."""
    for name in (*VIEWS, PRESENTER):
        yield f"view {name}", partial(judge_rows, partial(view, name, steps, cursor, height), height)
    panes: dict[str, Callable[[], list[Row]]] = {
        "status": lambda: [status_row(steps, cursor, WIDTH), facts_row(steps, cursor, WIDTH, "run 10%")],
        "note": lambda: panel_rows(note_panel(steps, cursor, WIDTH, 3)),
        "harm": lambda: panel_rows(harm_panel(steps, cursor, WIDTH, 3)),
        "equation": lambda: panel_rows(equation_panel(steps, cursor, WIDTH, 6)),
        "waiting": lambda: waiting_rows(steps, cursor, WIDTH, 4),
        "timeline": lambda: [timeline_row(steps, cursor, WIDTH), footer_row(KEYS, (), WIDTH)],
    }
    for name, draw in panes.items():
        yield f"pane {name}", partial(judge_rows, draw, 7)
    yield "plain", lambda: judge_text("\n".join(page(steps, cursor, 100)).replace("\t", " "))


def panel_rows(panel: Panel | None) -> list[Row]:
    """Return a panel below its rule, if there is one."""
    return [] if panel is None else ruled(panel, WIDTH)


def view(name: str, steps: Trace, cursor: Cursor, height: int) -> list[Row]:
    """Draw a view as the main pane does."""
    orders = ORDERS if name == "compare" and steps.scenario.training.clip_norm is None else ()
    others = [trace(steps.scenario, order) for order in orders]
    along = Along(height == TALL_HEIGHT)
    return view_rows(name, steps, cursor, WIDTH, height, Chosen(others=others, along=along))


def judge_rows(draw: Callable[[], list[Row]], height: int) -> None:
    """Raise `Wrong` unless rows fit their place and hold nothing that steers a terminal."""
    rows = draw()
    if len(rows) > height:
        raise Wrong(f"{len(rows)} rows where {height} fit")
    for row in rows:
        text = plain(row)
        judge_text(text)
        if cell_len(text) > WIDTH:
            raise Wrong(f"a row of {cell_len(text)} cells: {text!a}")
        if "\n" in text or "\t" in text:
            raise Wrong(f"a line end in the row {text!a}")
        if not in_ascii(text).isascii() and text.isascii():
            raise Wrong(f"not ASCII: {text!a}")
        for _, style in row:
            if style not in LOOKS:
                raise Wrong(f"there is no style {style!r}")


def wander(steps: Trace, cursor: Cursor, chance: Random) -> None:
    """Type commands, and look at what is explained then."""
    for _ in range(12):
        command = chance.choice(_COMMANDS)
        if command in ("last", "next-iteration") and steps.iterations > REACH:
            continue
        after = move(cursor, steps, command)
        if after == cursor:
            judge_text(why_nothing(steps, cursor, command, steps.scenario))
        elif steps.schedule.site(after.step).iteration <= REACH:
            cursor = after
        number = explained(steps, cursor)
        if known(steps, cursor, number):
            explain(steps, number)
        judge_rows(lambda: equation_rows(steps, cursor, WIDTH, 6), 6)  # noqa: B023  called at once


def judge_break(steps: Trace, chance: Random) -> None:
    """Break the rule somewhere in the first iteration, and look at the harm."""
    step = chance.randrange(steps.schedule.first_step(1))
    layer = chance.randint(1, steps.shapes.layers)
    if why_not(steps, step, layer) is not None:
        return
    broken = break_rule(steps, step, layer)
    cursor = go_to(start(broken), broken, step + 1)
    judge_record(broken, step + 1)
    for name in ("network", "compare"):
        judge_rows(partial(view, name, broken, cursor, MAIN_HEIGHT), MAIN_HEIGHT)
    judge_rows(lambda: panel_rows(harm_panel(broken, cursor, WIDTH, 3)), 4)
