"""Are arrays taken with their axes in any order, and weights with their biases in one array?"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import diagnose
from tests.engine.diagnosis.in_numpy import numbers
from tests.engine.diagnosis.programs.test_samples import scenario
from tests.given.some_of import each_of

if TYPE_CHECKING:
    import numpy.typing as npt

    from engine.scenario import Scenario

    Arrays = dict[str, npt.NDArray[Any]]

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

PEOPLE = {"z": "Z", "a": "A", "delta": "dZ", "gW": "dW", "gU": "dU", "gb": "db"}
TOTALS = "gradients as totals of the batch, which the updates of this scenario divide by"
LAYOUTS = ["".join(letters) for letters in permutations("stu")]
UNLIKE = scenario(4, 4, 5)
"""4 samples, 5 times, 3 units."""
SIZES = [
    UNLIKE,
    scenario(3, 3, 3),
    scenario(5, 5, 3),
    scenario(3, 3, 5),
    scenario(2, 1, 4),
    scenario(3, 2, 2),
]


def people(one: Scenario, layout: str = "stu", kind: type[np.floating[Any]] = np.float64) -> Arrays:
    """A right program's arrays by other names than ours, what is of each sample with its axes in an order."""
    found = {}
    for name, array in numbers(one, kind).items():
        letters = name.rstrip("0123456789")
        if letters in PEOPLE:
            of_each = array.ndim == 3
            made = array.transpose(["stu".index(letter) for letter in layout]) if of_each else array
            found[PEOPLE[letters] + name[-1]] = made
    return found


@pytest.mark.parametrize(("one", "layout"), each_of(SIZES, LAYOUTS))
def test_every_order_of_axes_is_taken(one: Scenario, layout: str) -> None:
    mine = people(one, layout, np.float32)
    found = diagnose(one, mine)
    assert (found.wrong, found.left, len(found.agrees)) == ((), (), len(mine))
    few = {name: np.round(mine[name], 4) for name in ("dZ1", "A2")}
    assert diagnose(one, few).first_wrong is None


def test_how_they_are_read_is_said() -> None:
    totals = f"{TOTALS} 4"
    assert diagnose(UNLIKE, people(UNLIKE, "tsu")).read_as == ("[time, sample, unit]", totals)
    assert diagnose(UNLIKE, people(UNLIKE, "uts")).read_as == ("[unit, time, sample]", totals)
    assert diagnose(UNLIKE, people(UNLIKE)).read_as == (totals,)
    means = {
        name: array / 4 if name[:2] in ("dW", "db", "dU") else array for name, array in people(UNLIKE).items()
    }
    assert diagnose(UNLIKE, means).read_as == ("gradients as means over the batch",)


@pytest.mark.parametrize(("one", "layout"), each_of(SIZES[:2], LAYOUTS[1::2]))
def test_a_mistake_is_found_in_any_of_them(one: Scenario, layout: str) -> None:
    mine = people(one, layout)
    mine |= {name: -mine[name] for name in mine if name[0] == "d"}
    found = diagnose(one, mine)
    assert (found.first_wrong, found.mistakes[0]) == ("delta2", "target-first")


def test_one_array_that_stands_otherwise_than_the_rest_accuses_nobody() -> None:
    for one in SIZES[:3]:
        found = diagnose(one, people(one, "tsu") | {"dZ1": people(one, "uts")["dZ1"]})
        assert found.wrong == ()
        totals = f"{TOTALS} {one.data.samples}"
        assert found.read_as == ("[time, sample, unit]", "dZ1 as [unit, time, sample]", totals)
    flat = scenario(4, 4)
    turned = {"Z1": numbers(flat, np.float64)["z1"].T, "dZ2": numbers(flat, np.float64)["delta2"]}
    assert diagnose(flat, turned).wrong == ()


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_has_one_meaning_by_its_sizes_is_compared_so() -> None:
    mine = people(UNLIKE, "tsu")
    found = diagnose(UNLIKE, mine | {"dZ1": np.zeros((3, 4, 5))})  # [unit, sample, time]
    assert found.wrong == ("delta1",)
    assert found.remarks == ("every number of delta1 is 0",)


def test_our_own_names_mean_what_they_say() -> None:
    one = scenario(3, 3, 5)
    turned = {
        name: array.transpose(1, 0, 2) for name, array in numbers(one, np.float64).items() if name == "a1"
    }
    assert diagnose(one, turned).wrong == ("a1",)


# -- weights and biases in one array -----------------------------------------------------------------------

JOINED = [scenario(4, 4), scenario(6, 2, 3), scenario(5, 5, hidden=2)]
SIDES = [(False, False), (False, True), (True, False), (True, True)]


def joined(one: Scenario, *, last: bool, turned: bool) -> Arrays:
    """Parameters before and after, and gradients, each with its biases in a column or row."""
    every = numbers(one, np.float64)
    found = {}
    for number, layer in enumerate(one.network.layers, start=1):
        for name, weights, biases in (
            (f"Theta{number}", layer.weights, layer.biases),
            (f"Theta{number}_grad", every[f"gW{number}"], every[f"gb{number}"]),
            (f"Theta{number}_new", every[f"W{number}_after"], every[f"b{number}_after"]),
        ):
            both = np.column_stack([weights, biases] if last else [biases, weights])
            found[name] = both.T if turned else both
    return found


@pytest.mark.parametrize(("last", "turned"), SIDES)
@pytest.mark.parametrize("one", JOINED)
def test_weights_with_their_biases_are_both(one: Scenario, *, last: bool, turned: bool) -> None:
    mine = joined(one, last=last, turned=turned)
    found = diagnose(one, mine)
    assert (found.wrong, found.left, len(found.agrees)) == ((), (), 2 * len(mine))
    gradients = {name: mine[name] for name in mine if "grad" in name}
    assert diagnose(one, gradients).agrees == ("gW2", "gb2", "gW1", "gb1")
    means = {name: array / one.training.batch_size for name, array in gradients.items()}
    assert diagnose(one, means).wrong == ()


@pytest.mark.parametrize(("last", "turned"), SIDES[1:3])
def test_what_is_known_tells_where_the_biases_are(*, last: bool, turned: bool) -> None:
    """All gradients are wrong: Theta1 and Theta2 are the scenario's own."""
    one = JOINED[0]
    mine = joined(one, last=last, turned=turned)
    gradients = {name: -mine[name] for name in mine if "grad" in name}
    found = diagnose(one, {"Theta1": mine["Theta1"], "Theta2": mine["Theta2"], **gradients})
    assert found.agrees == ("W1", "b1", "W2", "b2")
    assert found.mistakes == ("target-first",)


@pytest.mark.usefixtures("no_two_are_tried")
def test_where_nothing_tells_it_is_said_what_to_do() -> None:
    one = JOINED[0]
    found = diagnose(one, {"Theta1_grad": np.zeros((3, 3))})
    assert (
        "Theta1_grad is read with the biases in its first column: if they are in its last, give both apart, "
        "gW1 = Theta1_grad[:, :-1] and gb1 = Theta1_grad[:, -1]"
    ) in found.remarks


def test_printed_and_single_ones_are_taken() -> None:
    one = JOINED[0]
    mine = joined(one, last=False, turned=False)
    for kept in (
        {name: array.astype(np.float32) for name, array in mine.items()},
        {name: np.round(array, 4) for name, array in mine.items()},
    ):
        assert diagnose(one, kept).first_wrong is None


def test_activations_with_a_1_beside_them_are_taken() -> None:
    for one in JOINED:
        mine = people(one)
        ones = np.ones((*mine["A1"].shape[:-1], 1))
        for both in ([ones, mine["A1"]], [mine["A1"], ones]):
            found = diagnose(one, mine | {"A1": np.concatenate(both, axis=-1)})
            assert (found.wrong, "a1" in found.agrees) == ((), True)
        ours = numbers(one, np.float64)["a1"]
        assert diagnose(one, {"a1": np.concatenate([ones, ours], axis=-1)}).wrong == ()
    flat = people(JOINED[0])
    turned = {name: array.T for name, array in flat.items() if name[0] in "ZA"}
    turned["A1"] = np.vstack([np.ones(4), turned["A1"]])
    assert diagnose(JOINED[0], turned).wrong == ()
