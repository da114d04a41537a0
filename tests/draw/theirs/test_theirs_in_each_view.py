"""Does each view mark what it shows of the user's own numbers, where they differ and nowhere else?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from engine.facts.beside.theirs import hold, theirs_of
from engine.facts.number import Traced
from engine.facts.samples import samples_at
from engine.facts.two_orders.chosen import choices
from engine.looking.choosing import look_at_number
from engine.looking.cursor import go_to, start
from engine.looking.sorting import Sorting
from tests.draw.every_view.whole_screen import SIZES
from tests.draw.fitting import check_rows, check_without_colours
from tests.draw.theirs.planted_theirs import plant, run_of
from tests.given.shipped import NAMES
from tests.given.some_of import in_turns
from tui.draw.kit.numbers import WRONG
from tui.draw.kit.rows import Canvas, plain
from tui.draw.kit.signs.ascii import in_ascii
from tui.draw.legend.legend import legend
from tui.draw.legend.signs import SIGNS
from tui.views import PRESENTER, VIEWS, Chosen, framed_rows

if TYPE_CHECKING:
    from engine.facts.entry import Number
    from engine.run.tracing import Trace
    from tests.draw.theirs.planted_theirs import Planted
    from tui.draw.kit.rows import Row, Style

MARKING: dict[Planted, tuple[str, ...]] = {
    "output": ("network", "loss", "heat", "samples", PRESENTER),
    "delta": ("network", "time", "chain", "heat", PRESENTER),
    "gradient": ("compare", "gradient", "heat", PRESENTER),
    "after": ("network", "compare", "heat", PRESENTER),
}
"""The views that show what is wrong, or what is worked out of it, at the step that makes it."""
HIS: dict[str, Planted] = {"compare": "gradient", "loss": "output", "samples": "output"}
"""The views that have had only our number."""
(MEANING,) = (sign.meaning for sign in SIGNS if sign.example == WRONG)


def rows_of(view: str, run: Trace, number: Number, size: tuple[int, int]) -> list[Row]:
    """A view at the step that makes a number, which is looked at; the first sample is chosen."""
    width, height = size
    step = Traced(run, number).maker or 0
    cursor = look_at_number(go_to(start(run), run, step), run, number)
    if view in ("compare", "chain", "time"):  # the one of its weights; all errors along a sequence
        page = int(view == "time" and run.shapes.sequences)
        cursor = replace(start(run, step), units=(0,) * (run.shapes.layers + 1), page=page)
    samples = samples_at(run, 0)
    rows = (samples.samples == 0) & (samples.times == (number.reference.time or 0))
    chosen = Chosen(sorting=Sorting(row=int(rows.argmax())))
    return framed_rows(view, run, cursor, width, height - 5, chosen, boxes=width >= 100)


def marks(rows: list[Row]) -> int:
    return sum(plain(row).count(WRONG) for row in rows)


@pytest.mark.parametrize(
    ("name", "what"),
    [(name, what) for place, name in enumerate(NAMES) for what in in_turns(tuple(MARKING), place, 4)],
)
def test_what_differs_is_marked_where_it_is_shown(name: str, what: Planted) -> None:
    run = run_of(name)
    number = plant(run, what)
    # With as many runs a third of the views of each is enough.
    shown = in_turns(MARKING[what], NAMES.index(name), 3)
    views = [view for view in shown if view != "compare" or choices(run, 0)]
    found = {view: rows_of(view, run, number, SIZES[0]) for view in views}
    for rows in found.values():
        assert MEANING in {entry.kind for entry in legend([row for row in rows if WRONG in plain(row)])}
    hold(run, None)
    missing = [view for view in views if marks(found[view]) <= marks(rows_of(view, run, number, SIZES[0]))]
    assert not missing


@pytest.mark.parametrize("name", NAMES)
def test_what_agrees_is_not_marked(name: str) -> None:
    run, views = run_of(name), in_turns((*VIEWS, PRESENTER), NAMES.index(name), 5)
    number = plant(run, "nothing")
    assert theirs_of(run) is not None
    found = [rows_of(view, run, number, SIZES[0]) for view in views]
    hold(run, None)
    assert found == [rows_of(view, run, number, SIZES[0]) for view in views]


def test_a_sample_of_another_class_and_one_that_differs_are_told_apart() -> None:
    run = run_of("iris")
    plant(run, "output")
    cursor, chosen = start(run), Chosen(sorting=Sorting(by="sample", falling=False))
    rows = framed_rows("samples", run, cursor, 80, 19, chosen, boxes=False)
    told = {entry.meaning: in_ascii(entry.shown) for entry in legend(rows)}
    assert told[next(one for one in told if "another class" in one)] == told[MEANING] == "!"
    lines = [in_ascii(plain(row)) for row in rows]
    assert any(re.match(r" !  +\d+  ", line) for line in lines)  # before a sample, or a number
    assert any(re.match(r">[ !]  +\d+  .* !\d\.\d+", line) for line in lines)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        (name, size)
        for place, name in enumerate(("mazur", "iris", "digits", "elman", "16-adam", "deep"))
        for size in in_turns(SIZES, place, 2)
    ],
)
def test_the_users_own_number_stands_beside_ours_whole(
    name: str, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    lost: list[str] = []
    write = Canvas.write

    def watched(canvas: Canvas, x: int, y: int, text: str, style: Style = "") -> int:
        lost.append(text[max(0, canvas.width - x) :].strip() if 0 <= y < canvas.height else text.strip())
        return write(canvas, x, y, text, style)

    monkeypatch.setattr(Canvas, "write", watched)
    run = run_of(name)
    for view, what in HIS.items():
        rows = rows_of(view, run, plant(run, what), size)
        check_rows(rows, *size)
        for row in rows:
            check_without_colours(row)
        text = "\n".join(map(plain, rows))
        assert re.search(rf"{WRONG} (with )?yours:? (\S+ )*-?\d", text), text
    assert not any(lost), lost
