"""Where does a record differ from what the oracle says?"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from tests.oracle.number import Number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tests.oracle.run import Step, Value

# 45 units of rounding. Each number is at the end of a chain of a few dozen operations at most,
# each of which rounds once; the size already counts every one of them (see `number`). A number
# whose size is below a hundred times itself is so held to 1e-12 of its value.
TOLERANCE = 1e-14

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
        f"{where}: {path} is {found}, expected {expected}"
        for name, value in step.items()
        for path, found, expected in unequal(name, record[name], value, tolerance, tiniest)
    ]


def unequal(
    path: str, found: object, expected: Value, tolerance: float, tiniest: float
) -> Iterator[tuple[str, object, object]]:
    """Path, found and expected of everything that is not the same."""
    if isinstance(expected, list):
        if not isinstance(found, list) or len(found) != len(expected):
            yield path, found, f"a list of {len(expected)}"
            return
        for index, part in enumerate(expected):
            assert isinstance(part, (Number, list))
            yield from unequal(f"{path}[{index}]", found[index], part, tolerance, tiniest)
    elif isinstance(expected, Number):
        if not math.isfinite(expected.value):
            if found != str(expected.value):
                yield path, found, str(expected.value)
        elif type(found) is not float or not (
            abs(found - expected.value) <= max(tolerance * expected.size, tiniest)
        ):
            yield path, found, expected
    elif type(found) is not type(expected) or found != expected:
        yield path, found, expected
