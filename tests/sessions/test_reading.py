"""Is a session read as it was written, and is one that is damaged refused with the reason and the remedy?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import load
from engine.catalog import find
from engine.conditions.grammar import LONGEST
from engine.read.complaints import ScenarioError
from tests.telling.states import COUNTS, STATES
from tests.telling.test_runs import CHANGES
from tui.sessions.document import Filed, Kept, Marked, Session
from tui.sessions.reading import LIMIT, session_in, session_of, text_of
from tui.telling.state import Chosen, Look, RunOf, State, look_in

if TYPE_CHECKING:
    from collections.abc import Callable

NOWHERE = Path("mine.toml")
Damage: TypeAlias = "Callable[[Path], object]"
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
LETTERS = st.lists(st.sampled_from("abcXYZ019"), unique=True, max_size=4)
RUNS = st.lists(
    st.builds(
        RunOf,
        st.builds(Chosen, st.just("adam"), st.floats(0, allow_infinity=False), st.none() | st.just("sign")),
        st.just("layerwise"),
        st.lists(st.tuples(COUNTS, COUNTS), max_size=3).map(tuple),
        st.none(),
        COUNTS,
        st.none() | CHANGES,
    ),
    max_size=3,
).map(tuple)
SESSIONS = st.builds(
    lambda looking, runs, filed, watches, kept, letters: Session(
        1,
        filed,
        State(**{**{name: getattr(looking, name) for name in State.__struct_fields__}, "runs": runs}),
        tuple(watches),
        tuple(Kept(number, text, off) for number, (text, off) in enumerate(kept, start=1)),
        tuple(Marked(letter, look_in(looking)) for letter in letters),
    ),
    STATES,
    RUNS,
    st.builds(Filed, TEXTS, st.just("0" * 64), st.just("deferred"), st.just(Chosen("sgd", 0.1)), TEXTS),
    st.lists(TEXTS, max_size=3),
    st.lists(st.tuples(TEXTS, st.booleans()), max_size=3),
    LETTERS,
)


@settings(max_examples=30)
@given(SESSIONS)
def test_a_session_is_read_as_it_was_written(session: Session) -> None:
    assert session_of(text_of(session), NOWHERE) == session


A_SESSION = Session(
    1,
    Filed("Mazur", "a" * 64, "deferred", Chosen("sgd", 0.5), "mazur"),
    State(
        "b" * 64,
        "deferred",
        Chosen("sgd", 0.5),
        6,
        units=(0, 1, 0),
        view="loss",
        runs=(
            RunOf(Chosen("sgd", 0.5), "deferred"),
            RunOf(Chosen("sgd", 0.25), "deferred", ((3, 1),), 0, 2),
        ),
        run=1,
    ),
    ("loss",),
    (Kept(1, "loss < 0.01"), Kept(2, "loss < 0.02")),
    (Marked("a", Look(6), 1), Marked("b", Look(7))),
)
TEXT = text_of(A_SESSION)


@given(st.data())
def test_a_damaged_session_is_another_or_refused_with_its_place(data: st.DataObject) -> None:
    """Never anything else: bytes that are gone, or stand where they should not."""
    begin = data.draw(st.integers(0, len(TEXT)))
    end = data.draw(st.integers(begin, min(len(TEXT), begin + 40)))
    between = data.draw(TEXTS | st.sampled_from(["-1", "[[", "nan", "'", '"', "1e999", "= 3\n", "9" * 30]))
    damaged = TEXT[:begin] + between + TEXT[end:]
    refused = ""
    try:
        session_of(damaged, NOWHERE)
    except ScenarioError as error:
        refused = str(error)
    assert refused.startswith("mine.toml") or not refused


def replaced(old: str, new: str) -> Damage:
    assert old in TEXT, old
    return lambda file: file.write_text(TEXT.replace(old, new, 1))


BAD: dict[str, tuple[Damage, str]] = {
    "missing": (lambda _: None, "there is no such file"),
    "a directory": (Path.mkdir, "expected a file, found a directory"),
    "huge": (lambda file: file.write_text("#" * (LIMIT + 1)), "the file is larger than 1 MiB No session is"),
    "bytes": (lambda file: file.write_bytes(b"session = \xff"), "expected UTF-8 text"),
    "nothing": (
        lambda file: file.write_text(""),
        "it has no key session `:save FILE` in the app writes one.",
    ),
    "a scenario": (
        lambda file: file.write_bytes(find("mazur").read_bytes()),
        "this is a scenario, not a session `bp-tui FILE` opens it.",
    ),
    "newer": (replaced("session = 1", "session = 2"), "newer than this bp-tui, which reads session 1"),
    "older": (replaced("session = 1", "session = 0"), "expected 1, found the number 0"),
    "no version": (replaced("session = 1", 'session = "1"'), 'expected 1, found the text "1"'),
    "not TOML": (replaced("view =", "view ="[:-1]), "this is not TOML"),
    "unknown key": (replaced("[scenario]", "[scenario]\nfoo = 1"), "scenario.foo: unknown key"),
    "misspelled": (replaced("watches", "watchs"), 'Did you mean "watches"?'),
    "missing key": (replaced("step = 6", ""), "looking.step: this key is missing"),
    "wrong type": (replaced("step = 6", 'step = "6"'), 'found the text "6"'),
    "negative": (replaced("step = 6", "step = -6"), "found the number -6"),
    "not finite": (replaced("= 0.25", "= inf"), "learning_rate: expected a finite number"),
    "no such view": (replaced('"loss"\nrun', '"los"\nrun'), 'Did you mean "loss"?'),
    "no such order": (replaced('order = "deferred"\nst', 'order = "late"\nst'), "there is no such order"),
    "no such run": (replaced("run = 1", "run = 2"), "looking.run: there is no such run"),
    "a run of later ones": (replaced("parent = 0", "parent = 1"), "one of those before it, found 1"),
    "one letter twice": (replaced('"b"', '"a"'), "expected a letter or a digit of its own"),
    "two breakpoints 1": (replaced("number = 2", "number = 1"), "there are two breakpoints 1"),
    "no file and no name": (replaced('name = "mazur"', ""), "expected name or file, and not both"),
    "a long text": (replaced("loss < 0.01", "x" * (LONGEST + 1)), "a text of at most 1,000 characters"),
    "a step and no layer": (replaced("[3, 1]", "[3]"), "expected a list of 2, found a list of 1"),
}


def test_who_opens_a_session_as_a_scenario_is_told_how_to_go_on(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(TEXT)
    with pytest.raises(
        ScenarioError, match="this is a session, not a scenario\n  `bp-tui --resume FILE` goes"
    ):
        load(file)


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_reason_and_remedy(name: str, tmp_path: Path) -> None:
    make, said = BAD[name]
    file = tmp_path / "mine.toml"
    make(file)
    with pytest.raises(ScenarioError) as refused:
        session_in(file)
    text = " ".join(re.sub(r"\n  line .*\n.*\^", "", str(refused.value)).split())
    assert said in text
    assert "mine.toml" in text
