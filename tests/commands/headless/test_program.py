"""Does `program` print a program that prints what `trace` does, and refuse what is too large?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from engine.update_orders import ORDERS
from tests.commands.running import call, run, strict
from tests.commands.scenarios import BAD, DIVERGING, MINI_BATCHES, SEQUENCES, write
from tests.engine.listing.printed import line, output

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("text", [MINI_BATCHES, SEQUENCES, DIVERGING])
def test_the_program_prints_what_trace_does(
    text: str, order: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path, text)
    done = call(capsys, "program", path, "--order", order)
    assert (done.code, done.err) == (0, "")
    traced = call(capsys, "trace", path, "--order", order, "--iterations", "0:1")
    lines = output(done.out).splitlines()
    assert lines[:-1] == [line(strict(one)) for one in traced.lines]
    assert lines[-1].startswith("iteration 0  loss ")


def test_the_scenarios_own_order_is_the_default(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, MINI_BATCHES + 'order = "premature"\n')
    own = call(capsys, "program", path).out
    assert own == call(capsys, "program", path, "--order", "premature").out
    assert own != call(capsys, "program", path, "--order", "deferred").out


def test_the_source_is_in_the_letters_that_python_reads(tmp_path: Path) -> None:
    """Whatever the locale: a title is a comment, and Python reads UTF-8."""
    path = write(tmp_path, MINI_BATCHES.replace("Three samples", "Gr\u00f6\u00dfe \u03b4: three samples"))
    done = run("program", path, PYTHONIOENCODING="latin-1")
    assert done.code == 0
    assert done.out.startswith("# Gr\u00f6\u00dfe \u03b4: three samples")


def test_a_scenario_that_is_too_large(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wide = DIVERGING.replace("weights = [[2.0]]", f"weights = {[[1.0]] * 6000}")
    path = write(tmp_path, wide.replace("targets = [[1.0]]", f"targets = {[[1.0] * 6000]}"))
    done = call(capsys, "program", path)
    assert (done.code, done.out) == (2, "")
    assert "18,001 numbers" in done.err
    assert "10,000" in done.err
    assert "bp-tui trace" in done.err


def test_a_bad_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "program", write(tmp_path, BAD))
    assert (done.code, done.out) == (2, "")
    assert "learning_rate" in done.err
