"""Does the softmax of a row keep its digits, near the ends of the range of exp and beyond?"""

from __future__ import annotations

from decimal import Decimal, localcontext

import numpy as np
import pytest

from engine.program.rows import NUMPY, of_rows


def shares(z: list[float]) -> list[float]:
    """The softmax of a row, with more digits than floats have."""
    with localcontext(prec=60):
        powers = [Decimal(one).exp() for one in z]
        return [float(power / sum(powers)) for power in powers]


@pytest.mark.parametrize("by", [0.0, 340.0, -340.0, 590.0, -590.0, 708.0, -708.0, 1e4, -1e4])
def test_a_row_keeps_its_digits_wherever_it_lies(by: float) -> None:
    rows = [[by, by + 1.0, by - 30.0], [0.0, 3.0, by]]
    with np.errstate(all="ignore"):
        found = of_rows(NUMPY["softmax"], np.array(rows))
    for row, shown in zip(rows, found.tolist(), strict=True):
        assert shown == pytest.approx(shares(row), rel=4e-13, abs=1e-300)
