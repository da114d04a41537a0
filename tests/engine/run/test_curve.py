"""Does the curve hold the losses of the whole run, evenly spaced, within its room?"""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.run.curve import Curve

pieces = st.lists(st.integers(0, 40), max_size=12)


def filled(pieces: list[int], capacity: int) -> Curve:
    """A curve of the losses 0, 1, 2, ..., added in pieces of these lengths."""
    curve = Curve(capacity)
    for length in pieces:
        curve.add(np.arange(curve.iterations, curve.iterations + length, dtype=float))
    return curve


@given(pieces, st.integers(1, 50))
def test_every_stride_th_loss_is_held(pieces: list[int], capacity: int) -> None:
    curve = filled(pieces, capacity)
    assert curve.iterations == sum(pieces)
    assert curve.values().tolist() == list(range(0, sum(pieces), curve.stride))
    assert len(curve) == len(curve.values()) <= capacity


@given(pieces, st.integers(1, 50))
def test_no_more_is_dropped_than_must_be(pieces: list[int], capacity: int) -> None:
    curve = filled(pieces, capacity)
    assert curve.stride & (curve.stride - 1) == 0
    assert curve.stride == 1 or len(range(0, sum(pieces), curve.stride // 2)) > capacity


@given(pieces, st.integers(1, 50), st.integers(1, 50))
def test_thinned_it_is_as_if_it_had_had_less_room(pieces: list[int], capacity: int, fewer: int) -> None:
    curve, small = filled(pieces, capacity), filled(pieces, min(capacity, fewer))
    thinned = curve.thinned(fewer)
    assert (thinned.stride, thinned.iterations, len(thinned)) == (small.stride, small.iterations, len(small))
    assert thinned.values().tolist() == small.values().tolist()


def test_a_piece_larger_than_all_there_was() -> None:
    """The room grows with the run; one large piece needs more of it than there is yet."""
    curve = filled([10, 100_000], 20_000)
    assert curve.stride == 8
    assert curve.values().tolist() == list(range(0, 100_010, 8))


def test_the_losses_held_cannot_be_changed_from_outside() -> None:
    curve = filled([5], 8)
    with pytest.raises(ValueError, match="read-only"):
        curve.values()[0] = 1.0
    curve.add(np.array([5.0]))
    assert curve.values().tolist() == [0, 1, 2, 3, 4, 5]
