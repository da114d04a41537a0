"""Is there always a checkpoint near enough, the right one, and never more memory than allowed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from engine.run.checkpoints import Checkpoints

if TYPE_CHECKING:
    from engine.arrays import Array

SIZE = 3


def parameters(iteration: int) -> Array:
    """Parameters that tell which iteration they are before."""
    return np.array([iteration, -iteration, 0.5])


def filled(iterations: int, capacity: int, stride: int) -> Checkpoints:
    """The checkpoints of a run of so many iterations, with room for `capacity` of them."""
    kept = Checkpoints(parameters(0), budget=capacity * SIZE * 8, stride=stride)
    for iteration in range(1, iterations + 1):
        if iteration == kept.due:
            kept.add(parameters(iteration))
    return kept


@given(st.integers(0, 400), st.integers(2, 9), st.integers(1, 5), st.data())
def test_the_nearest_is_the_right_one_and_near(
    iterations: int, capacity: int, stride: int, data: st.DataObject
) -> None:
    kept = filled(iterations, capacity, stride)
    iteration = data.draw(st.integers(0, iterations))
    at, found = kept.nearest(iteration)
    assert 0 <= iteration - at < kept.stride
    assert found.tolist() == parameters(at).tolist()


@given(st.integers(0, 400), st.integers(2, 9), st.integers(1, 5))
def test_the_memory_stays_within_the_budget(iterations: int, capacity: int, stride: int) -> None:
    kept = filled(iterations, capacity, stride)
    assert kept._rows.nbytes <= max(4, capacity) * SIZE * 8
    assert len(kept._rows) <= capacity


@given(st.integers(0, 400), st.integers(2, 9), st.integers(1, 5))
def test_the_stride_doubles_only_when_it_must(iterations: int, capacity: int, stride: int) -> None:
    """Half the stride would have needed more checkpoints than there is room for."""
    kept = filled(iterations, capacity, stride)
    doublings = kept.stride // stride
    assert doublings & (doublings - 1) == 0
    assert kept.stride == stride * doublings
    assert doublings == 1 or iterations // (kept.stride // 2) + 1 > capacity
    assert iterations // kept.stride + 1 <= capacity


def test_what_is_returned_is_a_copy() -> None:
    kept = filled(10, 8, 2)
    _, found = kept.nearest(4)
    found[:] = -1.0
    assert kept.nearest(4)[1].tolist() == parameters(4).tolist()


def test_what_is_kept_is_a_copy() -> None:
    start = parameters(0)
    kept = Checkpoints(start, stride=1)
    later = parameters(1)
    kept.add(later)
    start[:] = later[:] = 9.0
    assert kept.nearest(0)[1].tolist() == parameters(0).tolist()
    assert kept.nearest(1)[1].tolist() == parameters(1).tolist()


def test_parameters_that_are_larger_than_the_budget() -> None:
    """A run can always be replayed: from the beginning, and from one place further on."""
    kept = filled(100, 0, 1)
    assert kept.nearest(100)[0] + kept.stride > 100
    assert kept.nearest(0)[0] == 0
    assert len(kept._rows) == 2
