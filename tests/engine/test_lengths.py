"""Does a length neither over- nor underflow?"""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.arrays import length, lengths


def test_lengths_of_what_is_not_finite() -> None:
    rows = np.array([[3.0, 4.0], [0.0, 0.0], [np.inf, 1.0], [np.nan, 1.0], [3e-200, 4e-200], [3e200, 4e200]])
    found = lengths(rows).tolist()
    assert found[:3] == [5.0, 0.0, math.inf]
    assert math.isnan(found[3])
    assert found[4:] == pytest.approx([5e-200, 5e200])


@given(st.lists(st.floats(-1e308, 1e308), max_size=5), st.integers(-2000, 600))
def test_a_length_is_that_of_the_standard_library(values: list[float], exponent: int) -> None:
    scaled = [math.ldexp(value, min(exponent, 0)) for value in values]
    assert length(np.array(scaled, dtype=np.float64)) == pytest.approx(
        math.hypot(*scaled), rel=1e-14, abs=1e-323
    )
