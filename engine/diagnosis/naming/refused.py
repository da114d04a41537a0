"""Which numbers and names can't be taken, and what is said of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from engine.named_arrays.lists import parts_of
from engine.read.complaints import Complaint, ScenarioError
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import numpy.typing as npt

    from engine.diagnosis.naming.names import Meant


def real_arrays(numbers: Mapping[str, npt.ArrayLike], file: str) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of numbers, those of lists each by itself.

    Raises:
        ScenarioError: one is no array of real numbers.
    """
    found = {}
    every = (part for name, value in numbers.items() for part in parts_of(str(name), value).items())
    for name, value in every:
        try:
            array = np.asarray(value)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "fiu":
            raise refusal(file, f"expected real numbers, found {array.dtype.name} in {shortened(name)!r}")
        found[name] = array
    return found


def check_filled(arrays: Mapping[str, npt.NDArray[Any]], meant: Collection[str], file: str) -> None:
    """Let the arrays that are `meant` to be something have numbers.

    Raises:
        ScenarioError: one of them has none.
    """
    for name in meant:
        if not arrays[name].size:
            raise refusal(file, f"expected numbers in {shortened(name)!r}, found nothing")


def refusal(file: str, says: str, remedy: str = "") -> ScenarioError:
    """Return the error that speaks of the numbers as a whole."""
    return ScenarioError(Complaint(file, says, remedy))


def check(
    meant: Mapping[str, Meant], told: Mapping[str, str], known: Collection[str], layers: int, file: str
) -> None:
    """Let what names mean be there: that of the `told` ones, and each quantity among those `known`.

    Raises:
        ScenarioError: it isn't.
    """
    for theirs, ours in told.items():
        if theirs not in meant:
            raise refusal(
                file,
                f"{shortened(ours)!r} is no name of a quantity",
                "Such as z1, a1, slope1, error1, delta1, gW1, gU1, gb1, W1_after.",
            )
    for theirs, one in meant.items():
        if one.name in known or one.is_input:
            continue
        what = f"there is no {one.name} (from {shortened(theirs, 40)!r})"
        if not 1 <= one.layer <= layers:
            remedy = "They are counted from the first that has weights; the input is none of them."
            if one.layer == layers + 1:
                counted = f"{shortened(theirs, 40)}={one._replace(layer=layers).name}"
                remedy += f" If yours count the input, too: --name {counted}, and so each of the others."
            raise refusal(file, f"{what}: the layers are 1 to {layers}", remedy)
        raise refusal(file, f"{what} in this network", "Leave it out.")
