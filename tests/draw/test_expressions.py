"""Of a sum of very many terms, is only made what is shown?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.looking.cursor import start
from engine.looking.moves import Command, move
from engine.replay import numbers
from tests.wide_layer import wide
from tui.draw.equation import equation_rows
from tui.draw.presenter import presenter_rows

if TYPE_CHECKING:
    import pytest

    from engine.replay.numbers import Number
    from engine.replay.tracing import Trace

COMMANDS: tuple[Command, ...] = (
    "next-part",
    "previous-part",
    "next-term",
    "previous-term",
    "previous-term",
)


def test_very_many_terms_are_made_only_where_they_are_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    run, named = wide(20_000), 0
    honest = numbers.symbol_of

    def counted(whole: Trace, number: Number) -> str:
        nonlocal named
        named += 1
        return honest(whole, number)

    monkeypatch.setattr("engine.explain.source.symbol_of", counted)
    cursor = start(run)
    for command in COMMANDS:
        cursor = move(cursor, run, command)
        for width, height in ((80, 12), (200, 30)):
            assert "more" in str(equation_rows(run, cursor, width, height))
            presenter_rows(run, cursor, width, height)
    assert 0 < named < 5_000
