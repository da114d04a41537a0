"""Does --plain obey what is piped in, with every view, and say by its exit code how that went?"""

from __future__ import annotations

import pytest

from engine import load, trace
from engine.catalog import find
from engine.looking.cursor import Cursor, go_to, start
from engine.looking.lesson.shown import VIEWS
from engine.looking.ways.moves import repeated
from tests.commands.running import run
from tui.commands.scripted import DONE, NOT_FOUND, WRONG, Script, run_script
from tui.views import key_of


def obeyed(text: str, name: str = "mazur", step: int = 0) -> tuple[int, str]:
    said: list[str] = []
    code = run_script(trace(load(find(name))), step, text, said.append, 90)
    return code, "\n".join(said)


def test_what_is_piped_in_is_obeyed() -> None:
    done = run("mazur", "--plain", typed="# when is it good?\nuntil loss < 0.01; print\n")
    assert (done.code, done.err) == (0, "")
    assert "iteration 174 of 10,000 · step 1,560 of 90,000" in done.out
    assert done.out.count("step 1,560 of") == 1


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_printed(view: str) -> None:
    for word in (view, key_of(view)):
        code, said = obeyed(f"3n; {word}")
        assert code == DONE
        assert len(said.splitlines()) > 1


def test_moves_are_silent_and_counted() -> None:
    script = Script(trace(load(find("mazur"))), 0, 80)
    for text, step in (
        ("n", 1),
        ("12n", 13),
        ("2}", 27),
        ("3 p", 24),
        (")", 33),
        ("g i3", 18),
        ("g 50%", 44_999),
    ):
        assert list(script.obey(text)) == []
        assert script.cursor.step == step, text
    cursor = go_to(start(script.trace), script.trace, 44_999)
    assert isinstance(script.cursor, Cursor)
    assert repeated(cursor, script.trace, "next", 2).step == 45_001


def test_v_goes_through_any_two_orders() -> None:
    heads = []
    for count in range(1, 5):
        said = obeyed("; ".join(["v"] * count), "xor")[1].splitlines()
        heads.append(next(line for line in reversed(said) if "change of" in line).split())
    pairs = [(head[head.index("━") + 1], head[head.index("┃") + 1]) for head in heads]
    assert pairs == [
        ("deferred", "layerwise"),
        ("premature", "layerwise"),
        ("deferred", "premature"),
        ("deferred", "layerwise"),
    ]


def test_searches_what_if_and_findings() -> None:
    code, said = obeyed("until loss < 0.01; since loss < 0.2; find loss < 0.01; watch W1[1,2]; print")
    assert code == DONE
    assert "In 9,827 of 10,000 iterations: steps 1,560 (iteration 174)" in said
    assert "W1[1,2] = 0.3214697997155794 · least 0" in said
    code, said = obeyed("55n; set W1[1,2] += 0.1; nudge W1[1,2] 1e-3; branches; run 1; print")
    assert code == DONE
    assert "Run 2: W1[1,2] = 0.29836137609" in said
    assert "ε × ∂C/∂W1[1,2]" in said
    assert "run 2  W1[1,2] = 0.298" in said
    assert "step 56 of 90,000" in said
    code, said = obeyed("findings", "13-vanishing")
    assert code == DONE
    assert "The error vanishes on its way from time 10 to time 0 (step 33, iteration 1)" in said


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("until loss < 0", NOT_FOUND, "At no later step it begins to hold"),
        ("find loss < 0", NOT_FOUND, "In none of 10,000 iterations"),
        ("until los < 1", WRONG, "loss"),
        ("until loss < 0; zzz", WRONG, "is not a command"),
        ("set W9[1,1] = 1", WRONG, "The layers are 1 to 2"),
        ("set learning_rate = -1", WRONG, "0 or more"),
        ("2n; poke W2[1,2] = 0.9", DONE, "early W2[1,2] = by hand = 0.9"),
        ("poke x[1] = 1", WRONG, "By hand a parameter is set within an iteration"),
        ("9n; p; poke W1[1,1] = 1", WRONG, "The updates of this iteration have begun"),
        ("nudge d1[1] 1", WRONG, "nudge takes a parameter"),
        ("watch loss < 1", WRONG, "expected a number"),
        ("run 7", WRONG, "The runs are 1 to 1"),
        ("q; zzz", DONE, ""),
    ],
)
def test_the_exit_code_says_how_it_went(text: str, code: int, says: str) -> None:
    found, said = obeyed(text)
    assert found == code
    assert says in said


def test_breakpoints_stop_longer_moves_both_ways_until_they_are_off() -> None:
    script = Script(trace(load(find("mazur"))), 0, 80)
    for text, said, step in (
        ("break loss < 0.01", "Breakpoint 1: loss < 0.01", 0),
        ("break lss", "Did you mean", 0),
        ("end", "Breakpoint 1: loss < 0.01", 1559),
        ("n", "", 1560),
        ("home", "Breakpoint 1: loss < 0.01", 1559),
        ("disable 1", "Breakpoint 1 is off", 1559),
        ("breaks", "1  loss < 0.01  (off)", 1559),
        ("2}", "", 1575),
        ("enable 1", "Breakpoint 1 is on", 1575),
        ("20p", "Breakpoint 1: loss < 0.01", 1568),
        ("delete 2", "There is no breakpoint 2", 1568),
        ("delete 1", "Breakpoint 1 is gone", 1568),
        ("home", "", 0),
    ):
        assert said in "\n".join(script.obey(text)), text
        assert script.cursor.step == step, text
    assert script.code == WRONG
