"""Of a sum of very many terms, is only made what is shown?"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.facts import number as numbers
from engine.facts.explain import explain
from engine.facts.explain.latex import latex
from engine.looking.cursor import start
from engine.looking.selection import explained
from engine.looking.ways.moves import Command, move
from tests.given.shipped import shipped_run
from tests.given.wide_layer import wide
from tui.draw.kit.rows import plain
from tui.draw.page import presenter_rows
from tui.draw.reasons.equation import equation_rows

if TYPE_CHECKING:
    import pytest

    from engine.facts.entry import Number
    from engine.run.tracing import Trace

COMMANDS: tuple[Command, ...] = (
    "next-part",
    "previous-part",
    "next-term",
    "previous-term",
    "previous-term",
)


def test_a_negative_number_after_a_sign_stands_in_brackets_in_a_ratio_too() -> None:
    run = shipped_run("16-adam")
    first = start(run, run.schedule.first_step(1) - 1)
    chosen = next(
        cursor
        for part in range(12)
        if explained(run, cursor := replace(first, part=part)).reference.quantity == "weights_change"
    )
    rows = [plain(row) for row in equation_rows(run, chosen, 120, 30)]
    assert any("= -0.1 ×" in row for row in rows)


def test_very_many_terms_are_made_only_where_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    run, named = wide(20_000), 0
    honest = numbers._symbol

    def counted(whole: Trace, number: Number) -> str:
        nonlocal named
        named += 1
        return honest(whole, number)

    monkeypatch.setattr("engine.facts.number._symbol", counted)
    cursor = start(run)
    for command in COMMANDS:
        cursor = move(cursor, run, command)
        for width, height in ((80, 12), (200, 30)):
            assert "the other" in str(equation_rows(run, cursor, width, height))
            presenter_rows(run, cursor, width, height)
    assert 0 < named < 5_000


def test_a_0_has_no_minus() -> None:
    """-y × ln(a) of a class that the sample is not."""
    run = shipped_run("iris")
    rows = [plain(row) for row in equation_rows(run, start(run, 2), 118, 6)]
    text = "\n".join(rows)
    assert "-y[1] × ln(a2[1])" in text.replace("  ", " ")
    assert not re.search(r"-\s*0 ×", text)
    assert "-0" not in latex(explain(run, explained(run, start(run, 2)))).numbers
