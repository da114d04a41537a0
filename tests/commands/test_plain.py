"""Does --plain explain the same as the screen, through a pipe and typed line by line?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pexpect  # type: ignore[import-untyped]
import pytest

from engine import load, trace
from engine.catalog import find
from engine.looking.cursor import Cursor, start
from engine.looking.ways.moves import move
from tests.commands.running import on_a_terminal, run
from tui.commands.plain import HELP, obey, page
from tui.commands.scripted import converse
from tui.keys import KEYS

if TYPE_CHECKING:
    from pathlib import Path


def test_one_step_through_a_pipe() -> None:
    done = run("mazur", "--plain", "--step", "6")
    assert done.code == 0
    assert "step 6 of 90,000" in done.out
    assert "δ1[1] = f'(z1[1]) × ∂C/∂a1[1] = 0.2413 × 0.03635 = 0.008771" in done.out
    assert "last read now · safe after this step" in done.out
    assert "step 7 of " not in done.out
    assert "\x1b" not in done.out


def test_every_step_through_a_pipe() -> None:
    done = run("premature", "--plain")
    steps = len(trace(load(find("premature"))))
    assert [f"step {step:,} of {steps:,}" in done.out for step in (1, 2, steps)] == [True] * 3
    assert done.out.count(f" of {steps:,}") >= steps


def test_a_target_is_called_by_its_class(tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text("a,kind\n1,cat\n2,dog\n3,emu\n", encoding="utf-8")
    run("new", "made.toml", "--data", "rows.csv", "--hidden", "0", "--iterations", "1", cwd=tmp_path)
    lines = run("made.toml", "--plain", cwd=tmp_path).lines
    assert [line for line in lines if line.startswith("target:")] == [
        "target: cat",
        "target: dog",
        "target: emu",
    ]


def test_ascii() -> None:
    done = run("mazur", "--plain", "--step", "6", "--ascii")
    assert done.out.isascii()
    assert "delta1[1] = f'(z1[1]) * dC/da1[1] = 0.2413 * 0.03635 = 0.008771" in done.out


@pytest.mark.parametrize(("arguments", "said"), [
    (("--plain",), "needs a scenario"),
    (("mazur", "--plain", "--step", "90001"), "there is no step 90001"),
    (("nowhere", "--plain"), "nowhere"),
])  # fmt: skip
def test_wrong_usage(arguments: tuple[str, ...], said: str) -> None:
    done = run(*arguments)
    assert done.code == 2
    assert said in done.err
    assert "Traceback" not in done.err


@pytest.mark.parametrize("columns", [80, 132, 60])
def test_as_wide_as_the_terminal(columns: int) -> None:
    child = on_a_terminal("13", "--plain", TERM="dumb", dimensions=(24, columns))
    seen = ""
    for word in ("c", "c", "j", "?", "2", "5", "8", "g 40", "q"):
        child.expect_exact("> ")
        seen += child.before or ""
        child.sendline(word)
    child.expect(pexpect.EOF)
    child.close()
    widths = [len(line) for line in seen.splitlines()]
    assert max(widths) <= min(columns, 100)
    assert max(widths) > min(columns, 100) - 8


def test_a_pipe_is_as_wide_for_everybody() -> None:
    done = run("deep", "--plain", "--step", "9", COLUMNS="64")
    assert done == run("deep", "--plain", "--step", "9", COLUMNS="")
    assert 90 < max(map(len, done.lines)) <= 100


@pytest.mark.parametrize("words", [("mazur", "--plain", "--step", "6"), ("explain", "mazur", "d1[1]")])
def test_signs_that_a_locale_does_not_have(words: tuple[str, ...]) -> None:
    """Those of --ascii, and never a question mark that stands for any of them."""
    done = run(*words, PYTHONIOENCODING="latin-1")
    assert done.code == 0
    assert done.out.isascii()
    assert "?" not in done.out
    assert "delta1[1] = f'(z1[1]) * dC/da1[1] = 0.2413 * 0.03635 = 0.008771" in " ".join(done.out.split())


def test_typed_on_a_dumb_terminal() -> None:
    child = on_a_terminal("mazur", "--plain", TERM="dumb")
    child.expect_exact("step 1 of 90,000")
    for typed, expected in (
        ("n", "step 2 of 90,000"),
        ("", "step 3 of 90,000"),
        ("g 6", "step 6 of 90,000"),
        ("t", "W2[1,1] = 0.4"),
        ("esc", "step 6 of 90,000"),
        ("/ d2[2]", "where"),
        ("zzz", "is not a command"),
        ("q", pexpect.EOF),
    ):
        child.sendline(typed)
        if expected == "where":
            expected = "δ2[2]"
        child.expect_exact(expected) if isinstance(expected, str) else child.expect(expected)
    child.close()
    assert child.exitstatus == 0


def test_every_key_that_moves_can_be_typed() -> None:
    """As on the screen, or by its name where it has no sign."""
    steps = trace(load(find("mazur")))
    here = Cursor(5, (0, 0, 0))
    names = {"enter": "enter", "escape": "esc", "shift+tab": "previous-part"}
    for key in KEYS:
        if not key.action.startswith("move("):
            continue
        command = key.action[len("move('") : -2]
        shown = key.on_screen.split()[0]
        word = names.get(key.keys[0], {"↓": "j", "↑": "k"}.get(shown, shown))
        assert obey(steps, here, word) == move(here, steps, command), key  # type: ignore[arg-type]


def test_the_page_is_what_the_screen_says() -> None:
    steps = trace(load(find("mazur")))
    lines = page(steps, start(steps), 100)
    assert "step 1 of 90,000  FORWARD" in lines[0]
    assert any(line.startswith("▸ z1[1] = ") for line in lines)
    assert "q quits" in HELP


def test_the_view_of_time_has_all_its_pages() -> None:
    steps, said = trace(load(find("elman"))), list[str]()
    converse(steps, 41, ["<", "5", "q"], said.append, 80)
    text = "\n".join(said)
    for part in ("the one made at @4", "adds up what every error", "way back", "One update of U1"):
        assert part in text
