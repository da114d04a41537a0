"""Does a short run find nothing, and would it find what is wrong?"""

from __future__ import annotations

import gc
from random import Random
from typing import TYPE_CHECKING

import pytest

from engine.read import build
from tests.fuzz import follow, judge
from tests.fuzz.__main__ import judged
from tests.fuzz.make import case_of
from tests.fuzz.worker import verdict_on
from tests.fuzz.wrong import Wrong, judge_text
from tests.given.some_of import EVERY_CASE
from tests.read.files import PLAIN, write

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


# So few reach most of what many do: of 180 cases these are the runs of 16 that reach the most for their time.
@pytest.mark.parametrize(("seed", "first"), [(1, 1), (4, 23)])
def test_a_short_run_finds_nothing(seed: int, first: int) -> None:
    cases = 100 if EVERY_CASE else 16
    verdicts = [verdict for _, verdict in judged(seed, first, first + cases)]
    assert [verdict for verdict in verdicts if not verdict.good] == []
    outcomes = {verdict.outcome for verdict in verdicts}
    assert (len(verdicts), outcomes) == (cases, {"loaded", "refused"})


@pytest.mark.parametrize(
    ("seed", "number"), [(1, 34), (4, 46)], ids=["sequences without inputs", "a file for unknown units"]
)
def test_a_case_that_reaches_what_few_do(seed: int, number: int, tmp_path: Path) -> None:
    assert verdict_on(seed, number, tmp_path).outcome == "refused"


def test_a_number_always_makes_the_same_files() -> None:
    assert all(case_of(3, number) == case_of(3, number) for number in range(20))
    assert len({str(case_of(3, number)) for number in range(20)}) == 20


def test_a_case_that_ends_the_process_is_named_and_the_rest_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONMALLOC", "no such allocator")
    numbers = [(number, verdict.outcome) for number, verdict in judged(1, 0, 2)]
    assert numbers == [(0, "the process ended with 1"), (1, "the process ended with 1")]


@pytest.fixture
def little_to_collect() -> Iterator[None]:
    """Where a fault is placed, garbage is collected: not among what thousands of tests hold."""
    gc.freeze()
    yield
    gc.unfreeze()


def busy() -> None:
    while True:
        pass


def greedy() -> None:
    bytearray(2 * judge.MEMORY)


def faulty() -> None:
    raise ZeroDivisionError


def rows_with(text: str) -> None:
    follow.judge_rows(lambda: [((text, ""),)], 1)


def test_a_good_file_is_loaded(tmp_path: Path) -> None:
    assert judge.judge(write(tmp_path, PLAIN), Random(1)).outcome == "loaded"


@pytest.mark.usefixtures("little_to_collect")
@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        (busy, "more than 0.1 s"),
        (greedy, "more than 200 MiB"),
        (faulty, "ZeroDivisionError"),
        (lambda: rows_with("\x1b"), "the character '\\x1b' in '\\x1b'"),
        (lambda: rows_with("漢" * 41), "a row of 82 cells"),
        (lambda: judge_text("a\u202eb"), "the character '\\u202e'"),
    ],
)
def test_a_fault_in_reading_or_in_what_follows_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], None], outcome: str
) -> None:
    path = write(tmp_path, PLAIN)
    monkeypatch.setattr(follow, "pictures", lambda *_: ())  # so that what follows is there soon
    for module, name in ((build, "_shaped"), (follow, "wander")):
        with monkeypatch.context() as patch:
            patch.setattr(module, name, lambda *_: fault())
            patch.setattr(judge, "SECONDS", 0.1 if fault is busy else judge.SECONDS)
            assert judge.judge(path, Random(1)).outcome.startswith(outcome), name


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x:1: unknown key", "not named"),
        ("scenario.toml: \x9b31m", "character"),
        ("scenario.toml: " + "x" * 1000, "a line of"),
        ("data.npz: damaged: Unable to allocate 8 GiB", "memory"),
    ],
)
def test_a_bad_refusal_is_found(text: str, words: str) -> None:
    with pytest.raises(Wrong, match=words):
        judge.judge_refusal(text)
