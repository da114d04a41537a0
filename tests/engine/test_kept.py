"""Is what was made kept, and no more of it than there is room for?"""

from __future__ import annotations

import gc
import weakref

from engine import load, trace
from engine.catalog import find
from engine.facts.samples import samples_at
from engine.kept import Kept


class Owner:
    """Someone of whom something is made."""


def kept(most: int) -> tuple[Kept[Owner, str], list[str]]:
    """Return what keeps texts, a byte each letter, and the texts that were made for it."""
    return Kept(most, len), []


def test_what_is_asked_again_is_made_once_and_the_oldest_goes_first() -> None:
    texts, made = kept(10)
    one, other = Owner(), Owner()

    def ask(owner: Owner, text: str) -> None:
        def make() -> str:
            made.append(text)
            return text

        assert texts.of(owner, text, make) == text

    for owner, text in ((one, "four"), (other, "four"), (one, "four"), (other, "threes"), (one, "four")):
        ask(owner, text)
    assert made == ["four", "four", "threes"]  # the other's four has gone, unlike the one asked since
    assert texts.nbytes == 10
    ask(other, "four")
    assert made == ["four", "four", "threes", "four"]
    assert texts.nbytes == 8


def test_the_latest_stays_whatever_it_takes() -> None:
    texts, _ = kept(3)
    owner = Owner()
    for text in ("abc", "a long one"):
        texts.of(owner, text, lambda text=text: text)  # type: ignore[misc]
    assert texts.nbytes == len("a long one")
    assert texts.of(owner, "a long one", lambda: "made anew") == "a long one"
    assert texts.of(owner, "abc", lambda: "made anew") == "made anew"


def test_what_is_of_someone_who_is_gone_goes_with_him() -> None:
    held: Kept[Owner, Owner] = Kept(100, lambda _: 10)
    one, other = Owner(), Owner()
    gone = weakref.ref(held.of(one, "", Owner))
    assert held.nbytes == 10
    assert gone() is not None
    del one
    assert gone() is None
    assert held.nbytes == 0
    held.of(other, "", Owner)
    assert held.nbytes == 10


def test_a_run_that_is_left_is_not_kept_by_its_table_of_samples() -> None:
    gc.freeze()  # all that there is already: to go through it takes long
    run = trace(load(find("xor")))
    assert samples_at(run, 0) is samples_at(run, 0)
    left = weakref.ref(run)
    del run
    gc.collect()
    gc.unfreeze()
    assert left() is None
