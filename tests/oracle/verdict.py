"""Where does a record differ from what the oracle says?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.number import TOLERANCE, Number
from tests.oracle.run import printed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tests.oracle.run import Step

# Below this float64 itself runs out of digits.
TINIEST = 1e-300


def differences(
    record: Mapping[str, object], step: Step, tolerance: float = TOLERANCE, tiniest: float = TINIEST
) -> list[str]:
    """Each difference between an engine's record and an oracle's step, in words.

    Numbers agree if they differ by no more than `tolerance` times their size, or by less than
    `tiniest`.
    """
    if list(record)[:6] != list(step)[:6] or set(record) != set(step):
        return [f"step {step['step']}: keys {list(record)}, expected {list(step)}"]
    where = f"step {step['step']} ({step['kind']}, layer {step['layer']})"
    return [
        f"{where}: {name} is {record[name]}, expected {printed(value)}"
        for name, value in step.items()
        if not agree(record[name], value, tolerance, tiniest)
    ]


def agree(found: object, expected: object, tolerance: float, tiniest: float) -> bool:
    """Whether a value of a record is what the oracle expects; types and lengths too."""
    if isinstance(expected, Number):
        value = expected.value
        if not math.isfinite(value):
            return found == str(value)
        return type(found) is float and abs(found - value) <= max(tolerance * expected.size, tiniest)
    if isinstance(expected, list):
        return (
            isinstance(found, list)
            and len(found) == len(expected)
            and all(agree(f, e, tolerance, tiniest) for f, e in zip(found, expected, strict=True))
        )
    return type(found) is type(expected) and found == expected
