"""What is made once for the tests of a module that diagnose other numbers of the same scenarios?"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from engine.diagnosis import diagnosing
from engine.diagnosis.judging.bench import Bench
from engine.diagnosis.search import answer
from tests.given.some_of import EVERY_CASE

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def each_scenario_is_worked_out_once() -> Iterator[None]:
    """An iteration, and what it is with a mistake or a pair of them."""
    with pytest.MonkeyPatch.context() as patch:
        if not EVERY_CASE:
            patch.setattr(diagnosing, "_begun", cache(diagnosing._begun))
            patch.setattr(Bench, "together", cache(Bench.together))
        yield


@pytest.fixture
def no_two_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """For what is seen of numbers that no mistake makes: hundreds of pairs would be tried in vain."""
    if not EVERY_CASE:
        monkeypatch.setattr(answer, "pairs", lambda *_: None)
