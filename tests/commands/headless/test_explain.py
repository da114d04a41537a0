"""Does `explain` print where the numbers that are named come from, as text and as LaTeX?"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from engine import load, trace
from engine.catalog import find
from engine.facts.entry import Number
from engine.facts.explain import explain
from engine.facts.explain.latex import latex
from engine.order.quantities import Reference
from tests.commands.running import ROOT, call
from tests.commands.scenarios import BAD, MINI_BATCHES, SEQUENCES, write
from tests.given.scenarios_at_random import MISTAKES

if TYPE_CHECKING:
    from pathlib import Path


def test_as_text(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "explain", "mazur", "delta1[2]", "gb2[1]")
    assert (done.code, done.err) == (0, "")
    assert done.lines == [
        "δ1[2] = f'(z1[2]) × ∂C/∂a1[2] = 0.2406 × 0.04137 = 0.009954",
        "The error that arrives, times the slope of this neuron's activation.",
        "",
        "∂C/∂b2[1] = δ2[1] = 0.1385",
        "A bias adds straight to z: its gradient is the delta itself.",
    ]


@pytest.mark.parametrize("mistake", [one for one in MISTAKES if not one.startswith("mean-")])
def test_nothing_is_cut_where_there_is_no_terminal(mistake: str, capsys: pytest.CaptureFixture[str]) -> None:
    for step in (3, 4, 5, 7, 8):
        done = call(capsys, "explain", "mazur", "--mistake", mistake, "--step", str(step))
        assert done.code == 0
        assert "…" not in done.out


def test_as_latex(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "explain", "mazur", "d1[2]", "--latex")
    assert (done.code, done.err) == (0, "")
    run = trace(load(find("mazur")))
    number = Number(Reference("delta", 0, 1, 0, 0), (1,))
    assert done.out == latex(explain(run, number)).display() + "\n"


def test_the_example_of_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"`bp-tui (explain [^`]* --latex)`.*?```latex\n(.*?)```", readme, re.DOTALL)
    assert shown is not None
    assert call(capsys, *shown[1].replace('"', "").split()).out == shown[2]


def test_options_may_stand_between_the_numbers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, SEQUENCES)
    one = call(capsys, "explain", path, "--order", "premature", "z1[2]@1", "--latex", "W2[1,1]")
    other = call(capsys, "explain", path, "z1[2]@1", "W2[1,1]", "--order", "premature", "--latex")
    assert one.code == 0
    assert one == other
    assert one.out.count("aligned") == 4


def test_without_a_number_those_of_the_step(capsys: pytest.CaptureFixture[str]) -> None:
    lines = call(capsys, "explain", "mazur", "--step", "6").lines
    assert [line.partition(" = ")[0] for line in lines[::3]] == ["∂C/∂a1[1]", "δ1[1]"]


def test_with_another_optimizer_or_a_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "explain", "mazur", "d1[2]", "--mistake", "no-slope")
    assert done.lines[0] == "δ1[2] = ∂C/∂a1[2] = 0.04137  ≠ 0.009954"
    done = call(capsys, "explain", "mazur", "--step", "8", "--optimizer", "momentum", "--latex")
    assert r"\Delta W^{(2)}_{1,1}" in done.out
    assert r"v_{W^{(2)}_{1,1}}" in done.out


def test_so_many_terms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, MINI_BATCHES)
    for terms, left in (("1", "3"), ("3", "1")):
        out = call(capsys, "explain", path, "z2[1]", "--latex", "--terms", terms).out
        assert out.count(rf"_{{{left}\ \text{{more}}}}") == 2
    assert "more" not in call(capsys, "explain", path, "z2[1]", "--latex").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["d1[3]"], "3 is not a unit: 1 to 2"),
        (["q1[1]"], "no number's name"),
        (["d1[1]", "--step", "2"], "d1[1] is not computed yet at step 2: step 6 makes it"),
        (["d1[1]", "--terms", "3"], "--terms is for --latex"),
    ],
)
def test_what_is_refused(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "explain", "mazur", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_a_bad_scenario(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    done = call(capsys, "explain", write(tmp_path, BAD), "d1[1]")
    assert (done.code, done.out) == (2, "")
    assert "learning_rate" in done.err
