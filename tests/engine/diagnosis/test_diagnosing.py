"""Is it told what agrees, what is wrong, how his arrays are read, and what else is seen?"""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import ROUND_DOWN, Context
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

import engine
from engine import diagnose, load, trace
from engine.arrays import frozen, sealed
from engine.catalog import find
from engine.diagnosis.judging.bench import Bench
from engine.diagnosis.quantities import quantities
from engine.diagnosis.search.answer import Answer, answer
from engine.diagnosis.words import verdict
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.equations.table import table_of
from engine.equations.updates import new
from engine.read import ScenarioError
from engine.read.fitting import why_unfit
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis import in_numpy
from tests.engine.diagnosis.planted import in_layers, of_scenario
from tests.given.some_of import each_of, in_turns

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from engine.arrays import Array
    from engine.diagnosis.judging.ways import Way, Ways
    from engine.diagnosis.layouts.given import Given
    from engine.diagnosis.search.begun import Begun
    from engine.run.tracing import Trace

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")

MAZUR = load(find("mazur"))
CHANCE = np.random.default_rng(5)


def layer(activation: str, units: int, below: int) -> Layer:
    return Layer(activation, frozen(CHANCE.normal(size=(units, below))), frozen(CHANCE.normal(size=units)))


def network(*, reduction: str = "sum", hidden: int = 3) -> Scenario:
    """Three layers, the weights of the second square, and four samples."""
    layers = (layer("tanh", hidden, 2), layer("sigmoid", hidden, hidden), layer("tanh", 2, hidden))
    return Scenario(
        "three layers",
        Network(2, "half-squared-error", layers),
        Data(
            frozen(CHANCE.normal(size=(4, 1, 2))),
            frozen(CHANCE.uniform(-0.9, 0.9, (4, 1, 2))),
            sealed(np.ones((4, 1), dtype=np.bool_)),
        ),
        Training(0.1, 3, 4, reduction=reduction),  # type: ignore[arg-type]
    )


THREE = network()
RIGHT = of_scenario(THREE)


def remarks(name: str, array: Array, **others: Array) -> str:
    found = diagnose(THREE, {**{key: RIGHT[key] for key in others}, **others, name: array})
    assert found.first_wrong == name
    return "; ".join(found.remarks)


def test_it_is_a_function_of_the_engine() -> None:
    assert engine.diagnose is diagnose
    found = engine.diagnose(MAZUR, {"dW1": of_scenario(MAZUR)["gW1"].tolist()})
    assert found.agrees == ("gW1",)
    assert found.first_wrong is None


def test_quantities_stand_in_the_order_in_which_they_depend() -> None:
    found = diagnose(THREE, dict(reversed(RIGHT.items())))
    names = list(found.agrees)
    assert len(names) == len(RIGHT)
    for before, after in [
        ("z1", "a1"),
        ("a1", "z2"),
        ("a3", "error3"),
        ("error3", "delta3"),
        ("delta3", "gW3"),
    ]:
        assert names.index(before) < names.index(after)
    for before, after in [
        ("delta3", "error2"),
        ("delta1", "gW1"),
        ("gW1", "W3_after"),
        ("W3_after", "W1_after"),
    ]:
        assert names.index(before) < names.index(after)


# -- how he writes his arrays ------------------------------------------------------------------------------


def people(
    numbers: dict[str, Array], *, turned: bool, from_first: bool, share: float = 1.0
) -> dict[str, Array]:
    theirs = {"z": "Z", "a": "A", "delta": "dZ", "gW": "dW", "gb": "db"}
    found = {}
    for name, array in numbers.items():
        kind = name.rstrip("0123456789")
        if kind in theirs:
            of_batch = kind in ("z", "a", "delta")
            made = array.T if (turned if of_batch else from_first) else array
            found[theirs[kind] + name[-1]] = made * (share if kind in ("gW", "gb") else 1.0)
    return found


@pytest.mark.parametrize("share", [1.0, 0.25])
@pytest.mark.parametrize("from_first", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_arrays_are_read_as_he_writes_them(*, turned: bool, from_first: bool, share: float) -> None:
    found = diagnose(THREE, people(RIGHT, turned=turned, from_first=from_first, share=share))
    assert found.first_wrong is None
    assert bool(found.read_as) == (turned or from_first or share != 1.0)


@pytest.mark.usefixtures("no_two_are_tried")
def test_one_way_of_writing_holds_for_all_arrays() -> None:
    mixed = people(RIGHT, turned=False, from_first=False)
    mixed["dW2"] = mixed["dW2"].T  # square: it would fit
    found = diagnose(THREE, mixed)
    assert found.wrong == ("gW2",)
    assert "turned over" in found.remarks[0]


@pytest.mark.usefixtures("no_two_are_tried")
def test_the_names_of_the_contract_mean_exactly_that() -> None:
    assert diagnose(THREE, {"gW2": RIGHT["gW2"].T}).first_wrong == "gW2"
    assert diagnose(THREE, {"gW1": RIGHT["gW1"] / 4}).first_wrong == "gW1"
    found = diagnose(THREE, {"z1": RIGHT["z1"].T})
    assert found.first_wrong == "z1"
    assert "turned over" in " ".join(found.remarks)


@pytest.mark.usefixtures("no_two_are_tried")
def test_beside_other_names_ours_stand_as_the_others_do() -> None:
    mine = {name: RIGHT[name].T for name in ("z1", "a1", "z2", "delta2")}
    found = diagnose(THREE, mine | {"dW1": RIGHT["gW1"], "dW2": -RIGHT["gW2"]})
    assert found.wrong == ("gW2",)
    assert found.read_as == ("[unit, sample]",)
    assert diagnose(THREE, mine | {"gW1": RIGHT["gW1"]}).first_wrong == "z1"  # all by our names


def test_parameters_without_a_mark_are_those_before_or_after() -> None:
    before = {"W1": THREE.network.layers[0].weights, "dW1": RIGHT["gW1"]}
    assert diagnose(THREE, before).agrees == ("W1", "gW1")
    assert diagnose(THREE, {"W1": RIGHT["W1_after"]}).agrees == ("W1_after",)


def test_a_column_is_a_vector() -> None:
    assert diagnose(MAZUR, {"dZ1": of_scenario(MAZUR)["delta1"].reshape(-1, 1)}).first_wrong is None
    assert diagnose(THREE, {"gb1": RIGHT["gb1"].reshape(-1, 1)}).first_wrong is None


# -- rounding ------------------------------------------------------------------------------------------------


def in_bfloat16(array: Array) -> npt.NDArray[np.float32]:
    """As numbers of torch's bfloat16 are when they are made those of numpy: half of float32, the nearest."""
    bits = np.asarray(array, dtype=np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16 << 16).astype(np.uint32).view(np.float32)


def in_digits(array: Array, rounding: str) -> Array:
    short = Context(prec=4, rounding=rounding)
    return np.array([float(short.create_decimal(float(x))) for x in array.flat]).reshape(array.shape)


@pytest.mark.parametrize(
    ("cut", "words"),
    [
        (lambda array: array, ""),
        (lambda array: array.astype(np.float32), "in float32"),
        (lambda array: array.astype(np.float32).astype(np.float64), "in float32"),
        (lambda array: array.astype(np.float16), "in float16"),
        (lambda array: array.astype(np.float16).astype(np.float32), "in float16"),
        (lambda array: in_bfloat16(array), "in bfloat16"),
        (lambda array: in_bfloat16(array).astype(np.float64), "in bfloat16"),
        (lambda array: np.round(array, 4), "printed to 4 decimals"),
        (lambda array: np.trunc(array * 1e4) / 1e4, "printed to 4 decimals, the others cut off"),
        (lambda array: in_digits(array, ROUND_DOWN), "printed to 4 digits, the others cut off"),
        (lambda array: np.vectorize(lambda x: float(f"{x:.3e}"))(array), "printed to 4 digits"),
        (lambda array: array * (1 + 3e-8), "in float64, but with the rounding of float32"),
    ],
)
def test_rounding_is_told_from_a_mistake(cut: object, words: str) -> None:
    found = diagnose(THREE, {name: cut(array) for name, array in RIGHT.items()})  # type: ignore[operator]
    assert found.first_wrong is None
    assert found.rounding == words


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_mistake_is_found_in_bfloat16() -> None:
    wrong = {name: in_bfloat16(array) for name, array in of_scenario(THREE, "no-slope").items()}
    found = diagnose(THREE, wrong)
    assert (found.first_wrong, found.rounding) == ("delta2", "in bfloat16")
    assert "no-slope" in found.mistakes


def test_a_mistake_is_found_in_what_was_cut_off() -> None:
    wrong = of_scenario(THREE, "no-slope")
    found = diagnose(THREE, {name: np.trunc(array * 1e4) / 1e4 for name, array in wrong.items()})
    assert (found.first_wrong, found.mistakes) == ("delta2", ("no-slope",))
    assert found.rounding == "printed to 4 decimals, the others cut off"


def test_what_was_rounded_is_not_taken_for_cut_off() -> None:
    """One number is off by one in its last decimal: that is wrong, for others are rounded up."""
    numbers = {name: np.round(RIGHT[name], 4) for name in ("z1", "a1", "z2", "gW1")}
    numbers["gW1"][0, 0] += 1e-4 if numbers["gW1"][0, 0] < RIGHT["gW1"][0, 0] else -1e-4
    assert diagnose(THREE, numbers).wrong == ("gW1",)


def printed(array: Array) -> Array:
    return np.array([float(f"{np.float32(x):.5e}") for x in array.ravel()]).reshape(array.shape)


def test_the_rounding_of_float32_and_of_printing_add_up() -> None:
    off = {name: printed(np.asarray(RIGHT[name]) * (1.0 + 3e-7)) for name in ("z1", "a1", "z2")}
    found = diagnose(THREE, {**off, "dW2": printed(RIGHT["gW2"] / 4.0)})  # of which the means must be seen
    assert found.first_wrong is None
    assert found.rounding == "printed to 6 digits, but with the rounding of float32"


@pytest.mark.usefixtures("no_two_are_tried")
def test_of_a_wrong_program_in_float32_only_what_is_wrong_is_wrong() -> None:
    wrong = {name: printed(array * (1.0 + 3e-7)) for name, array in of_scenario(THREE, "no-slope").items()}
    found = diagnose(THREE, {name: wrong[name] for name in ("z1", "a1", "z2", "delta3", "gW1")})
    assert found.wrong == ("gW1",)
    assert found.mistakes == ("no-slope",)
    odd = diagnose(THREE, {"z1": wrong["z1"], "delta3": printed(np.asarray(RIGHT["delta3"]) ** 2)})
    assert odd.wrong == ("delta3",)


def test_each_array_is_printed_as_it_was() -> None:
    found = diagnose(THREE, {"gW1": np.round(RIGHT["gW1"], 4), "gW2": RIGHT["gW2"]})
    assert found.first_wrong is None
    assert found.rounding.startswith("printed to 4")


@pytest.mark.usefixtures("no_two_are_tried")
def test_parameters_that_are_left_as_they_were_are_not_printed_short() -> None:
    first, *others = THREE.network.layers
    short = replace(first, weights=frozen(np.round(first.weights, 4)))
    slow = replace(
        THREE,
        network=replace(THREE.network, layers=(short, *others)),
        training=replace(THREE.training, learning_rate=3e-4),
    )
    given = {"W1_after": np.asarray(short.weights), "gW2": of_scenario(slow)["gW2"]}
    assert diagnose(slow, given).wrong == ("W1_after",)


def test_samples_that_stand_as_they_should_are_in_no_other_order() -> None:
    off = np.vectorize(lambda x: float(f"{x:.3e}"))(RIGHT["z1"])
    off.ravel()[np.argmin(np.abs(off))] += 2e-4  # more than its own digits, less than those of the largest
    assert "order" not in remarks("z1", off)


def test_a_number_that_any_format_holds_makes_no_float32_of_an_array() -> None:
    found = diagnose(THREE, RIGHT | {"gb3": np.full(2, 2.0**-59)})
    assert found.wrong == ("gb3",)
    assert found.rounding == ""


def test_a_small_mistake_is_no_rounding() -> None:
    slow = replace(THREE, training=replace(THREE.training, learning_rate=1e-7))
    found = diagnose(slow, of_scenario(slow, "layerwise"))
    assert found.mistakes == ("layerwise",)
    assert diagnose(slow, {name: np.round(x, 4) for name, x in of_scenario(slow).items()}).first_wrong is None


def one_off(by: Array | float) -> dict[str, Array]:
    """The numbers of a right program in float64, one matrix of which is off by a share of its numbers."""
    return {**RIGHT, "W2_after": np.asarray(RIGHT["W2_after"]) * (1.0 + by)}


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("by", [3e-8, 1e-6])
def test_one_array_alone_is_not_off_by_the_rounding_of_float32(by: float) -> None:
    """Where a program rounds so, what it makes in the same way is off as well."""
    found = diagnose(THREE, one_off(by))
    assert found.wrong == ("W2_after",)
    assert found.rounding == ""
    assert found.told == ""


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_agrees_to_many_digits_but_too_few_is_said_to() -> None:
    odd = CHANCE.uniform(-1e-5, 1e-5, RIGHT["W2_after"].shape)
    assert "all numbers of W2_after agree to 5 digits, but they are" in " ".join(
        diagnose(THREE, one_off(odd)).remarks
    )


def test_gradients_of_difference_quotients_are_told_from_float32() -> None:
    """Central differences of the loss, by moved weights: much nearer than float32 comes, if not exact."""
    scenario = with_output("tanh", "log-cosh")
    numbers = {}
    for number, one in enumerate(scenario.network.layers):
        numbers[f"gW{number + 1}"] = found = np.zeros(one.weights.shape)
        for place in np.ndindex(found.shape):
            sides = []
            for step in (1e-5, -1e-5):
                moved = one.weights.copy()
                moved[place] += step
                layers = list(scenario.network.layers)
                layers[number] = replace(one, weights=frozen(moved))
                a = scenario.data.inputs[:, 0]
                for other in layers:
                    a = in_numpy.activation(other.activation, a @ other.weights.T + other.biases)[0]
                sides.append(float(np.log(np.cosh(a - scenario.data.targets[:, 0])).sum()))
            found[place] = (sides[0] - sides[1]) / 2e-5
    rounding = "in float64, but only as exact as difference quotients are"
    assert (diagnose(scenario, numbers).wrong, diagnose(scenario, numbers).rounding) == ((), rounding)
    short = {name: array.astype(np.float32).astype(np.float64) for name, array in numbers.items()}
    single = {name: array * (1.0 + 1e-12) for name, array in short.items()}
    assert diagnose(scenario, single).rounding == "in float64, but with the rounding of float32"


def test_a_rate_in_float32_is_no_mistake() -> None:
    single = replace(THREE, training=replace(THREE.training, learning_rate=float(np.float32(0.1))))
    found = diagnose(THREE, of_scenario(single))
    assert found.first_wrong is None
    assert found.rounding == "in float64, but with the rounding of float32"


@pytest.mark.usefixtures("no_two_are_tried")
def test_an_epsilon_at_its_wrong_place_is_no_rounding() -> None:
    """√(s + ε) for √s + ε, of gradients that are exact."""
    adam = replace(THREE, training=replace(THREE.training, optimizer="adam"))
    right = of_scenario(adam)
    wrong = dict(right)
    for name in ("W3", "W2", "W1"):
        g, ours = np.asarray(right[f"g{name}"]), np.asarray(right[f"{name}_after"])
        wrong[f"{name}_after"] = ours + 0.1 * g / (np.abs(g) + 1e-8) - 0.1 * g / np.sqrt(g**2 + 1e-8)
    assert diagnose(adam, wrong).first_wrong == "W3_after"


# -- places, pairs, orders -----------------------------------------------------------------------------------


def test_a_mistake_in_one_layer_is_found_there() -> None:
    for layers in ([1], [2], [1, 2]):
        found = diagnose(THREE, in_layers(THREE, "no-slope", layers))
        assert found.where == {"no-slope": layers}


def test_a_mistake_of_one_group_of_parameters_is_found() -> None:
    wrong = RIGHT | {name: of_scenario(THREE, "sign")[name] for name in ("b1_after", "b2_after", "b3_after")}
    (cause,) = diagnose(THREE, wrong).causes
    assert (cause.name, cause.where, cause.groups) == ("sign", (1, 2, 3), ("biases",))


def test_two_mistakes_are_found_together() -> None:
    one, other = of_scenario(THREE, "z-for-activation"), of_scenario(THREE, "bias-of-last-sample")
    wrong = {name: one[name] if name.startswith("gW") else other[name] for name in RIGHT if name[0] == "g"}
    found = diagnose(THREE, wrong)
    assert found.mistakes == ()
    assert {cause.name for cause in found.pair} == {"z-for-activation", "bias-of-last-sample"}


def test_two_mistakes_that_twist_the_same_numbers_are_found() -> None:
    signed = replace(THREE, training=replace(THREE.training, learning_rate=-0.1))
    wrong = of_scenario(signed, "no-slope")
    found = diagnose(THREE, {name: wrong[name] for name in wrong if name.endswith("_after")})
    assert {cause.name for cause in found.pair} == {"no-slope", "sign"}


def by_places(scenario: Scenario, *wanted: tuple[str, list[int], list[str]]) -> dict[str, Array]:
    """The totals and new parameters of a program that makes some mistakes, each in its layers and groups."""
    bench = Bench(scenario, 0)
    chosen = [
        next(
            one.candidate
            for one in bench.tried()
            if (one.candidate.name, one.candidate.layers, one.candidate.groups) == places
        )
        for places in wanted
    ]
    altered = bench.candidates.altered(*chosen)
    assert altered is not None
    values = bench._with(altered)
    every = quantities(scenario, table_of(scenario)).values()
    return {one.name: values.of(one.variable) for one in every if one.name[0] == "g" or "_after" in one.name}


@pytest.mark.parametrize(("kept", "one", "other"), [
    ("_after", ("mean-missing", [1, 2, 3], ["weights"]), ("gradient-of-error", [1, 2, 3], [])),
    ("_after", ("gradient-twice", [1, 2, 3], []), ("rate-twice", [3], ["weights"])),
    ("g", ("gradient-of-last-sample", [3], ["weights"]), ("gradient-twice", [3], ["weights"])),
    ("", ("slope-of-sigmoid-by-a", [3], []), ("z-for-activation", [3], ["weights"])),
])  # fmt: skip
def test_two_that_are_made_in_some_places_are_found(
    kept: str, one: tuple[str, list[int], list[str]], other: tuple[str, list[int], list[str]]
) -> None:
    numbers = by_places(MEAN, one, other)
    found = diagnose(MEAN, {name: numbers[name] for name in numbers if kept in name})
    assert (*found.causes, *found.further) == ()
    told = sorted((cause.name, list(cause.where), list(cause.groups)) for cause in found.pair)
    assert told == sorted([one, other])


def causes(scenario: Scenario, numbers: dict[str, Array]) -> tuple[str, ...]:
    found = diagnose(scenario, numbers)
    assert found.wrong
    return tuple(one.name for one in (*found.causes, *found.further, *found.pair))


@pytest.mark.parametrize("name", ["gW1", "gb2", "delta1", "W2_after"])
def test_zeros_accuse_nobody(name: str) -> None:
    """They are what any two make that take each other away."""
    numbers = {one: RIGHT[one] for one in RIGHT if one[0] == "g" and one != name}
    before = THREE.network.layers[1].weights if name == "W2_after" else np.zeros(RIGHT[name].shape)
    assert causes(THREE, numbers | {name: before}) == ()


@cache
def nothing_from_the_last_sample() -> Scenario:
    """The scenario whose last sample is met exactly: its gradient alone is 0."""
    targets = THREE.data.targets.copy()
    targets[-1, 0] = RIGHT["a3"][-1]
    return replace(THREE, data=replace(THREE.data, targets=frozen(targets)))


def test_a_mistake_of_the_table_that_makes_zeros_is_named() -> None:
    exact = nothing_from_the_last_sample()
    wrong = of_scenario(exact, "bias-of-last-sample")
    assert causes(exact, {name: wrong[name] for name in ("gb1", "gb2", "gb3")}) == ("bias-of-last-sample",)


def test_of_two_mistakes_none_is_there_for_the_zeros_alone() -> None:
    exact = nothing_from_the_last_sample()
    right = of_scenario(exact)
    assert causes(exact, {"gb3": 2 * right["gb3"], "gW1": right["gW1"]}) == ("gradient-twice",)
    assert causes(exact, {"gb3": 2 * right["gb3"], "gW1": right["gW1"], "gb1": 0 * right["gb1"]}) == ()


IN_TIME = Scenario(
    "in time",
    Network(
        2, "half-squared-error", (replace(layer("tanh", 3, 2), recurrent_weights=frozen(np.eye(3) / 2)),)
    ),
    Data(
        frozen(CHANCE.normal(size=(7, 5, 2))),
        frozen(CHANCE.normal(size=(7, 5, 3))),
        sealed(np.ones((7, 5), dtype=np.bool_)),
    ),
    Training(0.3, 1, 7),
)
"""7 samples, 5 times, 3 units."""
MEAN = network(reduction="mean")
OF_MEAN = of_scenario(MEAN)


def test_one_factor_is_not_made_of_two() -> None:
    """Of 4 samples, 2 outputs and a rate of 0.1: 8 would be two factors together, and so would 0.2."""
    assert causes(MEAN, {"dW1": 2 * OF_MEAN["gW1"], "dW2": OF_MEAN["gW2"] / 4}) == ()  # 8 times the mean
    after = {}
    for name in ("W2_after", "b3_after"):
        one = MEAN.network.layers[int(name[1]) - 1]
        before = one.weights if name[0] == "W" else one.biases
        after[name] = before + 0.2 * (OF_MEAN[name] - before)
    assert causes(MEAN, after) == ()
    assert diagnose(MEAN, after).remarks[0] == "the change of b3 is 1/5 times the right one"


def means(numbers: dict[str, Array]) -> dict[str, Array]:
    """Gradients as their means, by names of one's own; the others as they are."""
    own = {f"d{name[1:]}": np.asarray(array) / 4 for name, array in numbers.items() if name[0] == "g"}
    return own | {name: array for name, array in numbers.items() if name[0] != "g"}


@pytest.mark.parametrize("kept", ["g", ""])
def test_two_that_reach_all_gradients_are_found_where_these_are_means(kept: str) -> None:
    numbers = by_places(MEAN, ("target-first", [3], []), ("z-for-activation", [2, 3], []))
    found = diagnose(MEAN, means({name: numbers[name] for name in numbers if name.startswith(kept)}))
    assert {cause.name for cause in found.pair} == {"target-first", "z-for-activation"}
    assert found.read_as == ("gradients as means over the batch",)


def test_no_right_mean_is_accused_where_biases_are_sums() -> None:
    numbers = of_scenario(MEAN, "no-slope")
    mine = means(numbers)
    for place, one in enumerate(MEAN.network.layers, start=1):
        mine[f"db{place}"] = 4 * mine[f"db{place}"]
        mine[f"b{place}_after"] = one.biases - 0.1 * mine[f"db{place}"]
    found = diagnose(MEAN, mine)
    assert {"gW3", "W3_after"} <= set(found.agrees)
    assert {cause.name for cause in found.pair} == {"mean-missing", "no-slope"}
    assert found.first_wrong == "gb3"


def test_where_the_first_is_told_how_it_comes_what_is_wrong_without_it_is_named() -> None:
    mine = means({"gb3": 4 * OF_MEAN["gb3"], "gW3": OF_MEAN["gW3"], "gW1": OF_MEAN["gW1"] ** 2})
    found = diagnose(MEAN, mine)
    assert found.told.startswith("every number of gb3 is m times the right one")
    assert found.remarks[-1] == "that is not all: gW1 is wrong without it, too"


def test_totals_are_called_so_where_updates_apply_their_mean() -> None:
    totals = ("gradients as totals of the batch, which the updates of this scenario divide by 4",)
    mine = {"dW3": OF_MEAN["gW3"], "db3": OF_MEAN["gb3"]}
    assert (diagnose(MEAN, mine).wrong, diagnose(MEAN, mine).read_as) == ((), totals)
    assert diagnose(MEAN, {"gW3": OF_MEAN["gW3"]}).read_as == totals
    assert diagnose(THREE, {"dW3": RIGHT["gW3"]}).read_as == ()


def test_a_mean_that_is_taken_in_each_layer_is_one_mistake() -> None:
    mine = {f"dW{place}": OF_MEAN[f"gW{place}"] / 4 ** (4 - place) for place in (3, 2, 1)}
    found = diagnose(MEAN, mine)
    (cause, *_) = found.further
    assert (cause.name, cause.where) == ("mean-in-each-layer", (1, 2))


def test_two_factors_of_two_quantities_are_two_mistakes() -> None:
    wrong = {name: OF_MEAN[f"g{name[1:]}"] / 4 for name in ("dW1", "dW2", "dW3", "db3")}
    wrong |= {"dW1": 4 * wrong["dW1"], "db3": 2 * wrong["db3"]}
    assert sorted(causes(MEAN, wrong)) == ["gradient-twice", "mean-missing"]


def test_one_mistake_in_one_layer_stands_before_the_same_in_all() -> None:
    """2 (a - y) makes every gradient twice as large."""
    twice = {name: 2 * RIGHT[name] for name in RIGHT if name[0] == "g"}
    first, *_, last = diagnose(THREE, twice).further
    assert (first.name, first.where) == ("loss-doubled", (3,))
    assert (last.name, last.where) == ("gradient-twice", (1, 2, 3))


def test_those_of_the_table_stand_in_its_order() -> None:
    wrong = of_scenario(THREE, "sign")
    after = {name: wrong[name] for name in wrong if name.endswith("_after")}
    assert diagnose(THREE, after).mistakes == ("sign", "target-first")


def test_right_is_the_scenario_without_its_mistake_and_in_the_order_that_waits() -> None:
    wrong = replace(THREE, training=replace(THREE.training, mistake="no-slope", order="premature"))
    assert diagnose(wrong, RIGHT).first_wrong is None


@pytest.mark.parametrize(
    ("mistake", "iteration"), each_of(["gradient-kept", "no-slope", "premature", "sign"], [1, 2])
)
def test_a_mistake_is_made_from_the_first_iteration_on(mistake: str, iteration: int) -> None:
    found = diagnose(THREE, of_scenario(THREE, mistake, iteration), iteration)
    assert found.mistakes == (mistake,)


def test_only_in_one_iteration_too() -> None:
    before = of_scenario(THREE, None, 1)
    moved = replace(
        THREE,
        network=replace(
            THREE.network,
            layers=tuple(
                replace(
                    one, weights=frozen(before[f"W{place}_after"]), biases=frozen(before[f"b{place}_after"])
                )
                for place, one in enumerate(THREE.network.layers, start=1)
            ),
        ),
    )
    found = diagnose(THREE, of_scenario(moved, "no-slope"), 2)
    assert found.mistakes == ("no-slope",)


def test_the_numbers_of_the_next_iteration_are_no_mistake() -> None:
    for iteration in (1, 2):
        found = diagnose(THREE, of_scenario(THREE, None, iteration), 0)
        assert found.remarks[0] == (
            f"these are the right numbers of iteration {iteration} (they are counted from 0)"
        )
        assert found.told == found.remarks[0]
        assert found.remarks[1].endswith(f"--iteration {iteration}")
    assert (*found.causes, *found.further, *found.pair) == ()


def test_a_run_is_trained_once_for_all_iterations_that_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    runs: list[Scenario] = []

    def counted(scenario: Scenario) -> Trace:
        runs.append(scenario)
        return trace(scenario)

    monkeypatch.setattr("engine.diagnosis.judging.bench.trace", counted)
    long = replace(THREE, training=replace(THREE.training, iterations=30))
    found = diagnose(long, of_scenario(long, None, 28), 0)
    assert "iteration 28" in found.told
    assert len(runs) == 1


def test_further_mistakes_are_none_of_the_contract() -> None:
    wrong = {**RIGHT, **{name: 2 * RIGHT[name] for name in RIGHT if name[0] == "g"}}
    found = diagnose(THREE, {name: wrong[name] for name in wrong if not name.endswith("_after")})
    assert found.mistakes == ()
    assert [cause.name for cause in found.further] == ["gradient-twice"]
    record = found.record()
    assert record["mistakes"] == []
    assert record["causes"] == [{"name": "gradient-twice", "where": [1, 2, 3], "listed": False}]


# -- what is seen of it --------------------------------------------------------------------------------------


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_ratio_is_named_by_what_it_may_come_from() -> None:
    assert remarks("gW1", RIGHT["gW1"] / 4).startswith(
        "every number of gW1 is 1/m times the right one, with m = "
    )
    assert remarks("gb2", -RIGHT["gb2"]) == "every number of gb2 is the right one with the other sign"
    assert "5/3 times" in remarks("gW1", RIGHT["gW1"] * 5 / 3)
    assert "1.2346 times" in remarks("gW1", RIGHT["gW1"] * 1.2346)


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_else_is_wrong_is_told_where_it_is_not_made_of_the_first() -> None:
    """Three mistakes are named by nobody: each is told by what it looks like."""
    chance = np.random.default_rng(3)
    odd = {"gW3": RIGHT["gW3"] * chance.uniform(1, 2, RIGHT["gW3"].shape), "W3_after": RIGHT["W3_after"] + 1}
    like = {"gW2": 4 * RIGHT["gW2"], "gb2": 4 * RIGHT["gb2"], "gb1": -RIGHT["gb1"], "gW1": RIGHT["gW1"]}
    found = diagnose(THREE, odd | like)
    assert found.first_wrong == "gW3"
    assert found.remarks == (
        "every number of gW2 is m times the right one, with m = the 4 samples of the batch; the same of gb2",
        "every number of gb1 is the right one with the other sign",
    )
    found = diagnose(THREE, like)
    assert "every number of gW2" in found.remarks[0]
    assert found.remarks[-2:] == (
        "the same of gb2",
        "every number of gb1 is the right one with the other sign",
    )
    found = diagnose(THREE, odd | {"delta3": -3 * RIGHT["delta3"], "gW2": 4 * RIGHT["gW2"]})
    assert len(found.remarks) == 1, "all else is made of delta3"


@pytest.mark.usefixtures("no_two_are_tried")
def test_one_sample_alone_is_seen_in_a_mean() -> None:
    numbers = {f"d{name[1:]}": OF_MEAN[name] / 4 for name in OF_MEAN if name[0] == "g"}
    alone = OF_MEAN["delta1"][1] / 4
    assert "gb1 is that of sample 2 alone" in diagnose(MEAN, numbers | {"db1": alone}).remarks
    lacking = diagnose(MEAN, numbers | {"db1": numbers["db1"] - alone})
    assert "gb1 lacks the share of sample 2" in lacking.remarks


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize(("kept", "words"), [(0.8, "1.25 times the right one"), (1.0, "the right one")])
def test_units_that_were_dropped_are_seen(kept: float, words: str) -> None:
    some = np.arange(12).reshape(4, 3) % 3 != 1
    assert f"every number of a1 is 0 or {words}" in remarks("a1", RIGHT["a1"] * some / kept)
    assert "dropout" not in remarks("a1", RIGHT["a1"] * some * kept - 1e-3)
    assert "dropout" not in remarks("error1", RIGHT["error1"] * some / kept)


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_shape_is_named() -> None:
    assert "turned over" in remarks("gW1", RIGHT["gW1"].T)
    assert "turned over" in remarks("gW2", RIGHT["gW2"].T)
    assert "sum over all" in remarks("gb1", np.array(RIGHT["gb1"].sum()))
    assert "isn't summed over the samples" in remarks("gb1", RIGHT["delta1"])
    found = diagnose(THREE, {"gb1": RIGHT["delta1"]})
    assert found.told == "gb1 is delta1 of every sample: it isn't summed over the samples"
    assert verdict(found) == (
        "∂C/∂b1 is the first that is wrong: it is δ1 of every sample: it isn't summed over the samples."
    )


@pytest.mark.usefixtures("no_two_are_tried")
def test_the_sum_over_all_is_named_in_every_unit() -> None:
    every = np.full_like(RIGHT["gb1"], RIGHT["gb1"].sum())
    assert "gb1 is the sum over all of the right ones" in remarks("gb1", every)
    before = THREE.network.layers[0].biases
    change = RIGHT["b1_after"] - before
    shown = remarks("b1_after", before + np.full_like(change, change.sum()))
    assert "the change of b1 is the sum over all of the right ones" in shown
    assert "by an axis" in remarks("b1_after", np.tile(RIGHT["b1_after"][:, None], 4))


def test_deltas_with_a_share_of_the_mean_in_them_have_a_name_of_their_own() -> None:
    given = {name: RIGHT[name] for name in ("gW2", "gb2")}
    shares = {"delta3": RIGHT["delta3"] / 4, "error2": RIGHT["error2"] / 4, "delta2": RIGHT["delta2"] / 4}
    found = diagnose(THREE, given | shares)
    assert found.wrong == tuple(shares)
    hint = (
        "all else agrees: if delta3, error2, delta2 have 1/B in them on purpose, with B the 4 samples of the "
        "batch, call them dZ3, dA2, dZ2"
    )
    assert hint in found.remarks
    names = ("dZ3", "dA2", "dZ2")
    renamed = dict(zip(names, shares.values(), strict=True))
    assert diagnose(THREE, given | renamed).wrong == ()
    # Not where a gradient has it, too, or where none is there to tell.
    for other in ({"gW2": RIGHT["gW2"] / 4}, {"z1": RIGHT["z1"]}):
        assert not any("on purpose" in remark for remark in diagnose(THREE, other | shares).remarks)


def test_what_cancels_is_0_and_no_ratio() -> None:
    tiny = np.spacing(np.abs(RIGHT["gW1"]).max()) * np.sign(RIGHT["gW1"])
    assert remarks("gW1", tiny) == "every number of gW1 is 0 but for rounding"


def test_a_sign_that_the_update_takes_back_is_told_with_it() -> None:
    """y - a, and W + η Δ: the parameters are right, and a known pair is it."""
    names = [name for name in RIGHT if name.startswith(("delta", "gW", "gb"))]
    after = {name: RIGHT[name] for name in RIGHT if name.endswith("_after")}
    found = diagnose(THREE, {name: -RIGHT[name] for name in names} | after)
    assert [one.name for one in found.pair] == ["target-first", "sign"]


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_makes_the_first_alone_is_said_but_named_by_nobody() -> None:
    """Two mistakes that no pair has: no slope in the second layer, and something odd below it."""
    delta = RIGHT["error2"]
    odd = RIGHT["delta1"] * np.linspace(0.7, 1.4, 3)
    numbers = {"delta3": RIGHT["delta3"], "delta2": delta, "gW2": delta.T @ RIGHT["a1"], "delta1": odd}
    found = diagnose(THREE, numbers)
    assert (found.first_wrong, *found.causes, *found.further, *found.pair) == ("delta2",)
    assert found.remarks[0] == (
        "no-slope in layer 2 makes delta2 (δ = ∂C/∂a in every layer but the last), but not all that is wrong"
    )
    unknown = {"delta3": RIGHT["delta3"], "delta2": RIGHT["delta2"] * odd[:1], "delta1": odd}
    assert "makes delta2" not in " ".join(diagnose(THREE, unknown).remarks)


@pytest.mark.parametrize(("name", "slope"), [
    ("slope-at-a-below", RIGHT["a1"] * (1 - RIGHT["a1"])),
    ("slope-at-z-below", 1 / (2 + np.exp(RIGHT["z1"]) + np.exp(-RIGHT["z1"]))),
])  # fmt: skip
def test_its_own_slope_at_another_layer_is_named(name: str, slope: Array) -> None:
    delta = RIGHT["error2"] * slope
    found = diagnose(THREE, {"delta3": RIGHT["delta3"], "delta2": delta, "gb2": delta.sum(axis=0)})
    assert found.first_wrong == "delta2"
    assert [(one.name, one.where) for one in found.further] == [(name, (2,))]


@pytest.mark.parametrize(("name", "slope"), [
    ("slope-of-softplus", lambda z, _: 1 / (1 + np.exp(-z))),
    ("slope-of-sigmoid", lambda z, _: 1 / (2 + np.exp(z) + np.exp(-z))),
    ("slope-of-relu", lambda z, _: np.where(z > 0, 1.0, 0.0)),
    ("slope-of-sigmoid-by-a", lambda _, a: a * (1 - a)),
])  # fmt: skip
def test_the_slope_of_another_activation_is_named(name: str, slope: Callable[[Array, Array], Array]) -> None:
    delta = RIGHT["error1"] * slope(RIGHT["z1"], RIGHT["a1"])  # a tanh
    found = diagnose(THREE, {"error1": RIGHT["error1"], "delta1": delta, "gb1": delta.sum(axis=0)})
    assert (name, (1,)) in [(one.name, one.where) for one in found.further]


@pytest.mark.usefixtures("no_two_are_tried")
def test_biases_that_are_left_as_they_were_are_no_sum() -> None:
    """Those of a softmax get what adds up to 0."""
    last = layer("softmax", 3, 3)
    classes = frozen(np.eye(3)[[0, 2, 1, 1]][:, None])
    soft = replace(
        THREE,
        network=Network(2, "cross-entropy", (*THREE.network.layers[:2], last)),
        data=replace(THREE.data, targets=classes),
    )
    right = of_scenario(soft)
    left = {f"b{place}_after": one.biases for place, one in enumerate(soft.network.layers, start=1)}
    found = diagnose(soft, {"gb3": right["gb3"], "W3_after": right["W3_after"], **left})
    assert found.wrong == ("b3_after", "b2_after", "b1_after")
    assert found.remarks == ("b3_after is what it was before the update", "the same of b2_after, b1_after")
    assert found.told == found.remarks[0]
    assert verdict(found) == "new b3 is the first that is wrong: it is what it was before the update."


@pytest.mark.usefixtures("no_two_are_tried")
def test_two_numbers_that_add_up_to_0_are_in_any_ratio() -> None:
    soft = replace(
        THREE,
        network=Network(2, "cross-entropy", (*THREE.network.layers[:2], layer("softmax", 2, 3))),
        data=replace(THREE.data, targets=frozen(np.eye(2)[[0, 1, 1, 1]][:, None])),
    )
    assert diagnose(soft, {"db3": 1.37 * np.asarray(of_scenario(soft)["gb3"])}).remarks == ()
    assert "1.37 times" in diagnose(THREE, {"db3": 1.37 * np.asarray(RIGHT["gb3"])}).remarks[0]


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize(("by", "words"), [
    (1 / 25, "1/T² is nothing"),
    (1 / 5, "1/T times the right one, with T = the 5 times: the mean over the times, not the sum"),
    (1 / 35, "1/(mT) times the right one, with m = the 7 samples of the batch and T = the 5 times"),
    (1 / 7, "1/m times the right one, with m = the 7 samples of the batch: the mean over the samples"),
    (1 / 6, "1/(m-1) times the right one, with m = the 7 samples of the batch"),
    (0.3 / 7, "η/m times the right one, with η = the learning rate 0.3 and m = the 7 samples of the batch"),
    (0.3, "η times the right one, with η = the learning rate 0.3: the rate is in the gradient already"),
    (1 / 29, "1/29 times the right one"),
    (-1 / 49, "-1/m² times the right one, with m = the 7 samples of the batch"),
])  # fmt: skip
def test_a_ratio_is_told_by_what_people_divide_by(by: float, words: str) -> None:
    right = of_scenario(IN_TIME)
    found = diagnose(IN_TIME, {"gW1": right["gW1"] * by, "gU1": right["gU1"] * by})
    if words == "1/T² is nothing":
        assert found.remarks[0] == "every number of gW1 is 1/25 times the right one"
        assert found.told == ""
        return
    assert f"every number of {found.first_wrong} is {words}" in found.remarks[0]
    assert bool(found.told) == ("with" in words)


@pytest.mark.usefixtures("no_two_are_tried")
def test_another_quantity_is_named() -> None:
    assert "delta1 is error1" in remarks("delta1", RIGHT["error1"])
    assert "is that of sample 2 alone" in remarks(
        "gW1", np.outer(RIGHT["delta1"][1], THREE.data.inputs[1, 0])
    )
    assert "lacks the share of sample 4" in remarks("gb3", RIGHT["gb3"] - RIGHT["delta3"][3])


@pytest.mark.usefixtures("no_two_are_tried")
def test_of_a_wrong_z_it_is_said_whether_it_makes_the_right_a() -> None:
    softmax, relu = with_output("softmax", "cross-entropy"), with_output("identity", "huber", hidden="relu")
    z2, z1 = of_scenario(softmax)["z2"], of_scenario(relu)["z1"]
    cases = [
        (
            softmax,
            "z2",
            z2 - z2.max(axis=-1, keepdims=True),
            "the right one less the largest of its layer, and",
        ),
        (
            softmax,
            "z2",
            z2 + np.array([[0.5], [-1.0], [3.0]]),
            "too small, by the same, and make the right a2",
        ),
        (relu, "z1", np.where(z1 < 0.0, z1 - CHANCE.normal(size=z1.shape) ** 2, z1), "z1 makes the right a1"),
        (relu, "z1", z1 + CHANCE.normal(size=z1.shape), ""),
    ]
    for scenario, name, wrong, words in cases:
        found = diagnose(scenario, {name: wrong})
        assert found.wrong == (name,)
        said = "; ".join(found.remarks)
        assert words in said if words else "the right a" not in said


def test_another_order_of_the_data_is_named() -> None:
    assert "another order: 3, 1, 4, 2" in remarks("z1", RIGHT["z1"][[2, 0, 3, 1]])


@pytest.mark.usefixtures("no_two_are_tried")
def test_data_in_another_order_are_a_cause() -> None:
    order = [2, 0, 3, 1]
    numbers = {name: RIGHT[name][order] for name in ("z1", "a2", "delta2", "delta1")}
    numbers["gW1"] = RIGHT["gW1"]  # the same in any order
    found = diagnose(THREE, numbers)
    (cause,) = found.further
    assert (cause.name, cause.where) == ("data-in-another-order", ())
    assert cause.instead == "the samples in the order 3, 1, 4, 2"
    assert found.remarks[0].startswith("this does no harm")
    assert found.entry is not None
    assert found.entry.worked[0].theirs is None
    assert verdict(found).endswith("; data-in-another-order makes exactly your numbers.")
    assert diagnose(THREE, numbers | {"a2": RIGHT["a2"]}).further == ()  # one in the right order
    assert diagnose(THREE, numbers | {"gW1": 2 * RIGHT["gW1"]}).further == ()
    kept = [0, 1, 2, 2]
    assert diagnose(THREE, {"z1": RIGHT["z1"][kept]}).further == ()  # none twice


@pytest.mark.usefixtures("no_two_are_tried")
def test_numbers_of_one_unit_are_told_by_it() -> None:
    wrong = RIGHT["z1"].copy()
    wrong[:, 1] += [0.1, 0.3, 0.7, 1.1]
    assert remarks("z1", wrong) == "4 of 12 numbers of z1 differ, all of unit 2"


@pytest.mark.usefixtures("no_two_are_tried")
def test_few_numbers_are_named() -> None:
    wrong = RIGHT["gW1"].copy()
    wrong[1, 0] += 0.3
    assert remarks("gW1", wrong) == "only 1 number differs of 6 in gW1: [2,1]"


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize(
    ("by", "words"),
    [(-1.0, "the right one with the other sign"), (1.1, "11/10 times the right one"), (0.25, "1/m times")],
)
def test_by_what_all_that_differ_are_multiplied_is_seen(by: float, words: str) -> None:
    wrong = RIGHT["z1"].copy()
    wrong[:, 1] *= by
    assert f"4 of 12 numbers of z1 differ, all of unit 2: each is {words}" in remarks("z1", wrong)
    wrong = RIGHT["gW1"].copy()
    wrong[1] *= by
    assert f"2 of 6 numbers of gW1 differ, all in row 2: each is {words}" in remarks("gW1", wrong)
    wrong[1, 0] += 0.3
    assert "only 2 numbers differ of 6 in gW1: [2,1], [2,2]" in remarks("gW1", wrong)


@pytest.mark.usefixtures("no_two_are_tried")
def test_decay_is_seen() -> None:
    wrong = RIGHT["gW1"] + 0.01 * THREE.network.layers[0].weights
    assert "0.01 times W1" in remarks("gW1", wrong)


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_is_right_excludes_what_it_is_made_of() -> None:
    """W2 is square and tanh one-to-one; of gW3 four samples may make the same as four others."""
    wrong = {"gW1": RIGHT["gW1"] + 1}
    assert diagnose(THREE, {"z2": RIGHT["z2"]} | wrong).excluded == ("z1", "a1")
    assert diagnose(THREE, {"error1": RIGHT["error1"]} | wrong).excluded == ("delta2",)
    assert diagnose(THREE, {"W3_after": RIGHT["W3_after"]} | wrong).excluded == ("gW3",)
    assert diagnose(THREE, {"gW3": RIGHT["gW3"]} | wrong).excluded == ()


def excluded(scenario: Scenario, *given: str) -> set[str]:
    """What is said to be right, too, where these are, and b1 after the update is wrong without a cause."""
    right = of_scenario(scenario)
    numbers = {name: right[name] for name in given} | {"b1_after": right["b1_after"] + CHANCE.normal(size=3)}
    found = diagnose(scenario, numbers)
    assert set(given) <= set(found.agrees)
    return set(found.excluded)


def with_output(activation: str, loss: str, hidden: str = "tanh") -> Scenario:
    """Two layers over three samples, the targets of which are classes where the loss asks for them."""
    layers = (layer(hidden, 3, 2), layer(activation, 3, 3))
    aims = np.eye(3)[[0, 2, 2]] if "entropy" in loss else CHANCE.uniform(-3.0, 3.0, (3, 3))
    inputs = frozen(np.array([[1.0, 2.0], [-1.0, 0.5], [0.3, -2.0]])[:, None])
    data = Data(inputs, frozen(aims[:, None]), sealed(np.ones((3, 1), dtype=np.bool_)))
    return replace(THREE, network=Network(2, loss, layers), data=data, training=Training(0.1, 1, 3))


def is_one_to_one(function: Callable[[Array], Array], x: Array, low: float, high: float) -> bool:
    """Whether no other number between two makes the same, as a scan tells: the sign changes there once."""
    scan = np.linspace(low, high, 20_001).reshape(-1, *(1,) * x.ndim)
    apart = function(np.broadcast_to(scan, (len(scan), *x.shape))) - function(x)
    apart = np.where(np.abs(apart) < 1e-13, 0.0, np.sign(apart))
    return bool(
        np.all((apart[1:] != apart[:-1]).sum(axis=0) <= 1 + (apart == 0.0).sum(axis=0))
        and np.all((apart == 0.0).sum(axis=0) <= 1)
    )


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_tells_of_its_z_as_far_as_it_is_one_to_one(name: str) -> None:
    scenario = with_output("identity", "half-squared-error", hidden=name)
    z = of_scenario(scenario)["z1"]
    assert (z < 0.0).any()
    told = excluded(scenario, "a1")
    one = not ACTIVATIONS[name].coupled  # which is the same for z and z + 1
    one = one and is_one_to_one(lambda x: in_numpy.activation(name, x)[0], z, -9.0, 9.0)
    assert ("z1" in told) == one
    if not ACTIVATIONS[name].coupled:  # slopes of 0 and 1 tell of no number, nor do those that are even
        slope = is_one_to_one(lambda x: in_numpy.activation(name, x)[1], z, -9.0, 9.0)
        assert slope or not {"z1", "a1"} & excluded(scenario, "slope1")


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("loss", LOSSES)
def test_an_error_tells_of_its_output_as_far_as_it_is_one_to_one(loss: str) -> None:
    scenario = with_output("sigmoid" if "entropy" in loss else "identity", loss)
    right, y = of_scenario(scenario), scenario.data.targets.transpose(1, 0, 2)
    told = excluded(scenario, "error2")
    low, high = (1e-6, 1.0 - 1e-6) if "entropy" in loss else (-9.0, 9.0)
    one = is_one_to_one(lambda a: in_numpy.error(loss, a, y), right["a2"], low, high)
    assert one or not {"z1", "a1", "z2", "a2"} & told
    assert ("a2" in told) == one or "entropy" in loss  # there others are tried beyond 0 and 1, too


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_an_update_tells_of_its_gradient_unless_it_hides_it(name: str) -> None:
    """Clipping hides any factor, a rate of 0 everything, and so does one below the digits of the weights."""
    plain = replace(THREE, training=replace(THREE.training, optimizer=name))
    told = excluded(plain, "W2_after", "W3_after")
    assert told == ({"gW2", "gW3"} if name in ("sgd", "momentum") else set())
    hiding = ({"clip_norm": 0.01}, {"learning_rate": 0.0}, {"learning_rate": 1e-14})
    for change in in_turns(hiding, [*OPTIMIZERS].index(name), 3):
        hidden = replace(plain, training=replace(plain.training, **change))  # type: ignore[arg-type]
        assert not excluded(hidden, "W2_after", "W3_after"), change


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_a_gradient_tells_of_deltas_if_no_others_make_the_same(samples: int) -> None:
    every = THREE.data
    data = Data(frozen(every.inputs[:samples]), frozen(every.targets[:samples]), every.has_target[:samples])
    one = replace(THREE, data=data, training=replace(THREE.training, batch_size=samples))
    activations = of_scenario(one)["a2"].reshape(samples, -1)
    determined = bool(np.linalg.matrix_rank(activations) == samples)
    assert ("delta3" in excluded(one, "gW3", "a2")) == determined


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_sum_over_one_sample_excludes_what_it_is_made_of_over_more_it_does_not() -> None:
    """Nobody knows a mistake here: it is the sum alone that tells too little."""
    for samples in (1, 4):
        every = THREE.data
        data = Data(
            frozen(every.inputs[:samples]),
            frozen(every.targets[:samples]),
            sealed(every.has_target[:samples].copy()),
        )
        one = replace(THREE, data=data, training=replace(THREE.training, batch_size=samples))
        right = of_scenario(one)
        found = diagnose(one, {"gb3": right["gb3"], "gW1": right["gW1"] + 1})
        assert ("delta3" in found.excluded) == (samples == 1)


def test_what_is_not_a_number_differs() -> None:
    assert diagnose(THREE, {"gb1": np.full(3, np.nan)}).first_wrong == "gb1"


def beyond_all_numbers() -> tuple[Scenario, Array]:
    """A layer whose first sum is infinite, and all its sums."""
    inputs = np.array([[10.0, 1.0], [0.0, 2.0], [0.0, 3.0], [0.0, 4.0]])
    one = Layer("identity", frozen(np.array([[1e308, 0.5]])), frozen(np.zeros(1)))
    data = Data(frozen(inputs[:, None]), frozen(np.ones((4, 1, 1))), sealed(np.ones((4, 1), dtype=np.bool_)))
    scenario = Scenario(
        "beyond", Network(2, "half-squared-error", (one,)), data, Training(0.1, 1, 4), "right at infinity"
    )
    return scenario, np.array([[np.inf], [1.0], [1.5], [2.0]])


def test_numbers_agree_where_both_are_infinite() -> None:
    scenario, right = beyond_all_numbers()
    assert diagnose(scenario, {"z1": right}).agrees == ("z1",)
    wrong = right + np.array([[0.0], [0.5], [0.0], [0.0]])
    found = diagnose(scenario, {"z1": wrong})
    assert found.remarks == ("only 1 number differs of 4 in z1: [1] of sample 2",)
    assert found.entry is not None
    assert (found.entry.place, found.entry.theirs, found.entry.ours) == ((0, 1, 0), 1.5, 1.0)


@pytest.mark.parametrize("instead", [np.nan, -np.inf, 1e300])
def test_what_should_be_infinite_agrees_to_no_digits(instead: float) -> None:
    scenario, wrong = beyond_all_numbers()
    wrong[0] = instead
    found = diagnose(scenario, {"z1": wrong})
    assert found.remarks == ("only 1 number differs of 4 in z1: [1] of sample 1",)
    assert found.entry is not None
    assert found.entry.place == (0, 0, 0)


EXTREMES = (np.nan, np.inf, -np.inf, np.finfo(np.float64).max, 5e-324)


@pytest.mark.usefixtures("no_two_are_tried")
@pytest.mark.parametrize("name", RIGHT)
def test_one_number_may_be_any_that_a_computer_has(name: str) -> None:
    """It is told, and nobody is warned of it by numpy."""
    for number in EXTREMES:
        wrong = np.array(RIGHT[name])
        wrong.flat[-1] = number
        found = diagnose(THREE, {name: wrong})
        assert found.wrong == (name,)
        assert found.entry is not None
        np.testing.assert_equal(found.entry.theirs, number)


# -- what can't be read --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("numbers", "names", "says"),
    [
        ({"foo": [1.0]}, {}, "none of the arrays has a name"),
        ({"gW4": [[1.0]]}, {}, "the layers are 1 to 3"),
        ({"gU1": [[1.0]]}, {}, "no gU1"),
        ({"dW1": ["x"]}, {}, "expected real numbers"),
        ({"dW1": [[1], [1, 2]]}, {}, "expected real numbers"),
        ({"gW1": np.zeros((0, 2))}, {}, "expected numbers in 'gW1', found nothing"),
        ({"mine": []}, {"mine": "gb1"}, "expected numbers in 'mine', found nothing"),
        ({"foo": [1.0]}, {"bar": "gW1"}, "there is no array 'bar'"),
        ({"foo": [1.0]}, {"foo": "bar"}, "no name of a quantity"),
    ],
)
def test_bad_numbers_get_a_sentence(numbers: dict[str, object], names: dict[str, str], says: str) -> None:
    with pytest.raises(ScenarioError, match=says):
        diagnose(THREE, numbers, names=names)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", RIGHT)
def test_an_array_without_numbers_is_none_of_a_quantity(name: str) -> None:
    shape = np.shape(RIGHT[name])
    for axis in range(len(shape)):
        nothing = np.zeros((*shape[:axis], 0, *shape[axis + 1 :]))
        with pytest.raises(ScenarioError, match=f"expected numbers in '{name}', found nothing"):
            diagnose(THREE, {name: nothing})
        found = diagnose(THREE, {"z1": RIGHT["z1"], "history": nothing})
        assert (found.agrees, found.left) == (("z1",), ("history",))


def test_an_iteration_that_is_not_there() -> None:
    with pytest.raises(ScenarioError, match="the run has 3, from 0 to 2"):
        diagnose(THREE, RIGHT, 3)


def test_what_is_not_known_is_told() -> None:
    found = diagnose(THREE, {"dW1": RIGHT["gW1"], "accuracy": np.array(0.5)})
    assert "accuracy" in found.not_looked_at


def test_numbers_beyond_every_ratio_are_compared_in_silence() -> None:
    found = diagnose(load(find("mazur")), {"dW1": np.full((2, 2), 1e308)})
    assert found.first_wrong is not None


# -- what is looked at ---------------------------------------------------------------------------------------


def test_of_two_arrays_for_one_quantity_both_are_judged() -> None:
    wrong = of_scenario(THREE, "no-slope")["gW1"]
    found = diagnose(THREE, {"dW1": RIGHT["gW1"], "grad_W1": wrong})
    assert (found.wrong, found.mistakes[0]) == (("gW1",), "no-slope")
    assert found.remarks[0] == "gW1 is given 2 times: grad_W1 is wrong, dW1 is right"
    both = {"dW1": wrong, "grad_W1": RIGHT["gW1"] + 1.0}
    assert "dW1 and grad_W1 are wrong; what follows is of dW1" in diagnose(THREE, both).remarks[0]
    assert diagnose(THREE, {"dW1": RIGHT["gW1"], "grad_W1": RIGHT["gW1"]}).remarks == ()


def test_an_array_that_is_left_aside_is_none_of_those_that_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    ways: list[Way] = []

    def answered(begun: Begun, every: Ways, some: Sequence[Given], way: Way) -> Answer:
        ways.append(way)
        return answer(begun, every, some, way)

    monkeypatch.setattr("engine.diagnosis.diagnosing.answer", answered)
    wrong = of_scenario(THREE, "no-slope")["gW1"]
    found = diagnose(THREE, {"dW1": wrong, "grad_W1": RIGHT["gW1"] + 1.0})
    assert (found.wrong, found.mistakes[0]) == (("gW1",), "no-slope")
    assert [way.wrong for way in ways] == [frozenset({"dW1"})]


def test_what_is_told_wins() -> None:
    wrong = np.asarray(RIGHT["gW1"]) + 1.0
    found = diagnose(THREE, {"mine": RIGHT["gW1"], "dW1": wrong}, names={"mine": "gW1"})
    assert (found.agrees, found.wrong, found.left) == (("gW1",), (), ("dW1",))
    assert found.not_looked_at == "Not looked at, for --name says that mine is gW1: dW1."
    assert found.record()["not_looked_at"] == ["dW1"]


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_name_of_several_meanings_is_only_taken_where_it_fits() -> None:
    for name in ("output", "D3", "o3"):
        found = diagnose(THREE, {"gb3": RIGHT["gb3"], name: np.ones((4, 3))})
        assert (found.wrong, found.left) == ((), (name,))
    assert diagnose(THREE, {"output": RIGHT["a3"]}).agrees == ("a3",)
    assert diagnose(THREE, {"output": RIGHT["a3"] + 1.0}).wrong == ("a3",)
    assert diagnose(THREE, {"dW3": np.ones((4, 3))}).wrong == ("gW3",)


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_module_is_the_layer_that_it_fits() -> None:
    wrong = np.asarray(RIGHT["gW3"]) + 1.0
    found = diagnose(THREE, {"gb1": RIGHT["gb1"], "fc.weight.grad": wrong, "fc.bias.grad": RIGHT["gb3"]})
    assert (found.agrees, found.wrong, found.left) == (("gb3", "gb1"), ("gW3",), ())
    assert diagnose(THREE, {"gb1": RIGHT["gb1"], "exp_avg.fc.weight": wrong}).left == ("exp_avg.fc.weight",)


def test_a_name_without_a_layer_is_that_of_the_only_one_unless_it_has_a_state() -> None:
    only = replace(THREE, network=replace(THREE.network, layers=(layer("tanh", 2, 2),)))
    assert diagnose(only, {"dW": of_scenario(only)["gW1"]}).agrees == ("gW1",)
    state = replace(only.network.layers[0], recurrent_weights=frozen(np.eye(2)))
    wound = replace(only, network=replace(only.network, layers=(state,)))
    right = of_scenario(wound)
    found = diagnose(wound, {"gb1": right["gb1"], "dU": right["gW1"], "dW": right["gU1"]})
    assert (found.wrong, found.left) == ((), ("dU", "dW"))


def test_a_gradient_under_the_name_of_its_parameter_accuses_nobody() -> None:
    grads = {"out/kernel:0": RIGHT["gW3"].T, "out/bias:0": RIGHT["gb3"], "gb1": RIGHT["gb1"]}
    found = diagnose(THREE, grads)
    assert (found.wrong, found.left) == ((), ("out/kernel:0", "out/bias:0"))
    after = {"out/kernel:0": RIGHT["W3_after"].T, "out/bias:0": RIGHT["b3_after"]}
    assert diagnose(THREE, after).agrees == ("W3_after", "b3_after")


@pytest.mark.parametrize("hidden", [2, 3])
@pytest.mark.parametrize(
    ("pattern", "turned", "mark"),
    [
        ("dense{}/kernel", True, "_after"),
        ("sequential/dense{}/kernel", True, "_after"),
        ("dense{}/kernel:0", True, "_after"),
        ("dense{}/kernel_grad", True, "g"),
        ("grads/dense{}/kernel", True, "g"),
        ("fc{}.weight.grad", False, "g"),
        ("linear{}.weight", False, "_after"),
    ],
)
def test_modules_are_counted_from_one_without_a_number(
    pattern: str, mark: str, hidden: int, *, turned: bool
) -> None:
    """As Keras calls them. Where all layers are of one size the numbers alone tell them apart."""
    one = network(hidden=hidden)
    right = of_scenario(one)
    numbers = [("", "_1", "_2")]
    if "dense" in pattern:  # beside another that is the first by its name
        numbers.append(("input", "", "_1"))
    for some in numbers:
        given, ours = {}, set()
        for layer, number in ((3, some[2]), (1, some[0]), (2, some[1])):
            theirs = pattern.format(number).replace("denseinput", "input")
            for letter, word in (("W", None), ("b", "bias")):
                name = f"g{letter}{layer}" if mark == "g" else f"{letter}{layer}_after"
                array = right[name].T if turned else right[name]
                given[re.sub("kernel|weight", word, theirs) if word else theirs] = array
                ours.add(name)
        found = diagnose(one, given)
        assert (set(found.agrees), found.wrong, found.left) == (ours, (), ())


def test_of_what_is_not_known_the_likeliest_is_the_example() -> None:
    square = network(hidden=2)
    gradient = of_scenario(square)["gW1"]
    for theirs, ours in (("dense/kernel_grad", "gW"), ("dense/kernel", "W"), ("dstack/kernel", "W")):
        for others in ({}, {"gW1": gradient, "gW2": gradient, "gW3": gradient}):
            words = diagnose(square, {"gb1": RIGHT["gb1"][:2], **others, theirs: gradient}).not_looked_at
            assert re.search(rf"--name {theirs}={ours}[1-3]\.$", words)


def test_a_module_that_fits_several_layers_is_not_guessed() -> None:
    odd = {"a.bias.grad": RIGHT["gb1"], "b.bias.grad": RIGHT["gb2"]}
    assert diagnose(THREE, {"gb3": RIGHT["gb3"], **odd}).left == tuple(odd)
    named = {"head.bias.grad": RIGHT["gb3"], "c.bias.grad": RIGHT["gb2"], "gb1": RIGHT["gb1"]}
    assert diagnose(THREE, named).agrees == ("gb3", "gb2", "gb1")


@pytest.mark.parametrize(
    ("name", "like", "ours"),
    [
        ("mine", "a3", "a3"),
        ("g_out.grad", "gW3", "gW3"),
        ("syn2_delta", "gW3", "gW3"),
        ("errors", "a3", "error3"),
    ],
)
def test_what_is_not_looked_at_may_be_something_of_its_shape(name: str, like: str, ours: str) -> None:
    found = diagnose(THREE, {"z1": RIGHT["z1"], name: RIGHT[like]})
    assert found.left == (name,)
    assert f"--name {name}={ours}." in found.not_looked_at
    none = diagnose(THREE, {"z1": RIGHT["z1"], "accuracy": np.array(0.5)})
    assert none.not_looked_at.endswith("accuracy; none of them has the shape of a quantity.")


def test_how_layers_are_counted_is_said() -> None:
    with pytest.raises(ScenarioError, match="there is no delta4") as raised:
        diagnose(THREE, {"delta4": RIGHT["delta3"]})
    assert "counted from the first that has weights" in str(raised.value)
    assert "--name delta4=delta3, and so each of the others" in str(raised.value)


def test_a_list_is_that_of_all_layers() -> None:
    lists = {
        "nabla_w": [RIGHT[f"gW{layer}"] for layer in (1, 2, 3)],
        "zs": [RIGHT[f"z{layer}"] for layer in (1, 2, 3)],
        "activations": [THREE.data.inputs[:, 0], *(RIGHT[f"a{layer}"] for layer in (1, 2, 3))],
        "as": 0.5,
    }
    found = diagnose(THREE, lists)  # type: ignore[arg-type]
    assert (len(found.agrees), found.wrong, found.left) == (9, (), ("as",))
    without = diagnose(THREE, {"activations": lists["activations"][1:]})  # type: ignore[index]
    assert without.agrees == ("a1", "a2", "a3")
    backwards = diagnose(THREE, {"db": [RIGHT[f"gb{layer}"] for layer in (3, 2, 1)]})
    assert (backwards.agrees, backwards.left) == (("gb3",), ("db[1]", "db[2]"))  # which fits one layer only
    short = diagnose(THREE, {"gb1": RIGHT["gb1"], "deltas": [RIGHT["delta2"], RIGHT["delta3"]]})
    assert (short.wrong, short.left) == ((), ("deltas[0]", "deltas[1]"))
    assert "--name deltas[0]=delta" in short.not_looked_at


def test_an_array_of_one_more_axis_is_that_of_all_layers() -> None:
    square = replace(THREE, network=replace(THREE.network, layers=THREE.network.layers[1:2] * 2, inputs=3))
    data = replace(square.data, inputs=frozen(np.ones((4, 1, 3))), targets=frozen(np.ones((4, 1, 3)) / 2))
    square = replace(square, data=data)
    right = of_scenario(square)
    both = np.stack([right["gb1"], right["gb2"]])
    assert diagnose(square, {"db": both}).agrees == ("gb2", "gb1")
    assert diagnose(square, {"db": both * [[1.0], [2.0]]}).wrong == ("gb2",)
    assert diagnose(square, {"gb1": right["gb1"], "some": both}).left == ("some",)


def test_of_weights_with_their_biases_it_is_said_how_to_part_them() -> None:
    joined = np.column_stack([RIGHT["gb3"], RIGHT["gW3"]])
    found = diagnose(THREE, {"gW3": joined})  # which means exactly the weights' own
    assert "gW3 = gW3[:, 1:] and gb3 = gW3[:, 0]" in found.remarks[-1]
    assert "gW3 = gW3[1:] and gb3 = gW3[0]" in diagnose(THREE, {"gW3": joined.T}).remarks[-1]
    assert "apart" not in remarks("gW3", joined[:, :2])


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_is_no_number_is_said() -> None:
    bad = np.asarray(RIGHT["gW1"]).copy()
    bad[0] = np.nan, np.inf
    assert remarks("gW1", bad) == "2 of 6 numbers of gW1 are nan or infinite"
    bad[0, 1] = RIGHT["gW1"][0, 1]
    assert remarks("gW1", bad) == "1 of 6 numbers of gW1 is nan or infinite"


# -- what is trained, number by number ---------------------------------------------------------------------


def number_by_number(one: Scenario, *, some: bool) -> Scenario:
    """A scenario that says of each number whether it is trained: all are, or all but the first of each."""

    def told(array: Array) -> npt.NDArray[np.bool_]:
        trained = np.ones(array.shape, dtype=np.bool_)
        trained.flat[0] = not some
        return sealed(trained)

    layers = tuple(
        replace(each, train_weights=told(each.weights), train_biases=told(each.biases))
        for each in one.network.layers
    )
    return replace(one, network=replace(one.network, layers=layers))


@pytest.mark.parametrize("some", [False, True])
@pytest.mark.parametrize("mistake", [name for name in MISTAKES if not why_unfit(MEAN, name)])
def test_a_mistake_is_named_where_each_number_is_told_whether_it_is_trained(
    mistake: str, *, some: bool
) -> None:
    scenario = number_by_number(MEAN, some=some)
    right, wrong = of_scenario(scenario), of_scenario(scenario, mistake)
    if any(np.any(wrong[name] != right[name]) for name in right):
        left = {name: wrong[name] for name in wrong if name.endswith("_after")}
        assert mistake in diagnose(scenario, wrong).mistakes
        assert mistake in diagnose(scenario, left).mistakes


@pytest.mark.parametrize(("weight_decay", "optimizer"), [(0.0, "sgd"), (0.1, "sgd"), (0.0, "adam")])
def test_to_say_of_each_number_that_it_is_trained_changes_no_mistake(
    weight_decay: float, optimizer: str
) -> None:
    """What is the same scenario has the same mistakes in the same places, and they make the same."""
    training = replace(MEAN.training, weight_decay=weight_decay, optimizer=optimizer)
    plain = replace(MEAN, training=training)
    first, second = (made_by_all(one) for one in (plain, number_by_number(plain, some=False)))
    assert first.keys() == second.keys()
    for key, numbers in first.items():
        np.testing.assert_allclose(second[key], numbers, rtol=1e-12, atol=1e-15, err_msg=str(key))


def made_by_all(one: Scenario) -> dict[tuple[object, ...], Array]:
    """What every mistake makes of all parameters in each of its places; of one name they are counted."""
    bench = Bench(one, 0)
    found: dict[tuple[object, ...], Array] = {}
    for tried in bench.tried():
        values = bench.kept(tried)
        numbers = np.concatenate([values.of(new(each)).ravel() for each in table_of(one).parameters])
        place = tried.candidate.name, tried.candidate.places
        found[(*place, sum(key[:2] == place for key in found))] = numbers
    return found


# -- a mistake, and what rounding makes of its numbers -------------------------------------------------------


def with_nothing_before(seed: int) -> tuple[Scenario, dict[str, Array]]:
    """A recurrent layer at one time alone, and what a program makes of it that reads the state of that time.

    The gradient of its recurrent weights should be 0: there is no time before.
    """
    chance = np.random.default_rng(seed)
    x, y, w, u = (chance.normal(size=size) for size in ((2, 3), (2, 2), (2, 3), (2, 2)))
    inside = replace(Layer("tanh", frozen(w), frozen(np.zeros(2))), recurrent_weights=frozen(u))
    data = Data(frozen(x[:, None]), frozen(y[:, None]), sealed(np.ones((2, 1), dtype=np.bool_)))
    network = Network(3, "half-squared-error", (inside,))
    a = np.tanh(np.einsum("sj,ij->si", x, w))
    delta = (a - y) / np.cosh(np.arctanh(a)) ** 2
    gradient = sum(np.outer(one, other) for one, other in zip(delta, a, strict=True))
    return Scenario("one time", network, data, Training(0.1, 1, 2)), {"gU1": np.asarray(gradient)}


def test_a_mistake_is_named_where_the_right_numbers_are_zeros() -> None:
    for seed in range(20):
        scenario, wrong = with_nothing_before(seed)
        found = diagnose(scenario, wrong)
        assert found.mistakes == ("state-of-same-time",), seed
        assert "digits" not in " ".join(found.remarks)


@pytest.mark.usefixtures("no_two_are_tried")
def test_where_the_right_numbers_are_zeros_another_wrong_one_is_no_rounding() -> None:
    scenario, wrong = with_nothing_before(0)
    off = wrong["gU1"] * (1.0 + 1e-11 * np.array([[1.0, 0.0], [0.0, 0.0]]))
    found = diagnose(scenario, {"gU1": off})
    assert found.mistakes == ()
    assert "digits" not in " ".join(found.remarks)


def near_1(mistake: str = "") -> tuple[Scenario, dict[str, Array]]:
    """A sigmoid that is nearly saturated, whose delta a program makes of slope and error; they cancel there.

    The slope is exact, and the error is the one of a textbook, (a - y) / (a (1 - a)).
    """
    x = np.array([[0.5], [1.0], [-0.7]])
    y = np.array([[0.3], [0.4], [1.0]])
    w1, b1 = np.array([[1.5], [-0.5]]), np.array([0.2, 0.1])
    w2, b2 = np.array([[6.0, -2.0]]), np.zeros(1)
    layers = (Layer("tanh", frozen(w1), frozen(b1)), Layer("sigmoid", frozen(w2), frozen(b2)))
    data = Data(frozen(x[:, None]), frozen(y[:, None]), sealed(np.ones((3, 1), dtype=np.bool_)))
    a1 = np.tanh(x @ w1.T + b1)
    z2 = a1 @ w2.T + b2
    a2 = 1.0 / (1.0 + np.exp(-z2))
    error2 = (a2 - y) / (a2 * (1.0 - a2))
    delta2 = error2 / (1.0 + np.exp(-z2)) / (1.0 + np.exp(z2))
    error1 = delta2 @ w2
    delta1 = error1 * (1.0 if mistake else 1.0 - a1 * a1)
    found = {"a2": a2, "error2": error2, "delta2": delta2, "error1": error1, "delta1": delta1}
    found |= {"gW2": delta2.T @ a1, "gb2": delta2.sum(axis=0)}
    found |= {"gW1": delta1.T @ x, "gb1": delta1.sum(axis=0)}
    return Scenario("near 1", Network(1, "binary-cross-entropy", layers), data, Training(0.1, 1, 3)), found


def test_a_delta_of_slope_times_error_is_right_where_they_cancel() -> None:
    scenario, right = near_1()
    apart = np.abs(right["delta2"] - (right["a2"] - scenario.data.targets[:, 0])).max()
    assert 4e-15 < apart < 1e-12  # beyond what a - y alone is rounded by
    assert diagnose(scenario, right).first_wrong is None
    assert diagnose(scenario, near_1("no-slope")[1]).mistakes == ("no-slope",)


@pytest.mark.usefixtures("no_two_are_tried")
def test_a_wrong_number_is_no_rounding_where_slope_and_error_cancel() -> None:
    """By a digit more than such a program may lose."""
    scenario, right = near_1()
    for name in ("delta2", "error1", "delta1", "gW2", "gb1"):
        off = right[name].copy()
        off.flat[np.argmax(np.abs(off))] *= 1.0 + 1e-10
        assert diagnose(scenario, right | {name: off}).wrong == (name,)


def applied_at_once(seed: int) -> tuple[Scenario, dict[str, Array]]:
    """A program that applies each gradient at once by rmsprop, which makes much of the small ones."""
    chance = np.random.default_rng(seed)
    x, y, w1, b1 = (chance.normal(size=size) for size in ((3, 2), (3, 2), (2, 2), 2))
    w2, b2 = 2.0 * chance.normal(size=(2, 2)), 2.0 * chance.normal(size=2)
    layers = (Layer("sigmoid", frozen(w1), frozen(b1)), Layer("softmax", frozen(w2), frozen(b2)))
    data = Data(frozen(x[:, None]), frozen(y[:, None]), sealed(np.ones((3, 1), dtype=np.bool_)))
    training = Training(0.1, 1, 3, optimizer="rmsprop", decay=0.8)
    now: dict[str, Array] = {"W1": w1.copy(), "b1": b1.copy(), "W2": w2.copy(), "b2": b2.copy()}
    squares = {name: np.zeros_like(array) for name, array in now.items()}

    def update(layer: int, delta: Array, below: Array) -> None:
        for name, g in ((f"W{layer}", np.outer(delta, below)), (f"b{layer}", delta)):
            squares[name] = 0.8 * squares[name] + 0.2 * g * g
            now[name] = now[name] - 0.1 * g / (np.sqrt(squares[name]) + 1e-8)

    every = []
    for inputs, aims in zip(x, y, strict=True):
        z1 = now["W1"] @ inputs + now["b1"]
        a1 = 1.0 / (1.0 + np.exp(-z1))
        z2 = now["W2"] @ a1 + now["b2"]
        a2 = np.exp(z2 - z2.max()) / np.exp(z2 - z2.max()).sum()
        delta2 = (np.diag(a2) - np.outer(a2, a2)) @ (a2 - aims)
        update(2, delta2, a1)
        delta1 = (now["W2"].T @ delta2) * a1 * (1.0 - a1)
        update(1, delta1, inputs)
        every.append({"z1": z1, "a1": a1, "z2": z2, "a2": a2, "delta2": delta2, "delta1": delta1})
    found = {name: np.array([one[name] for one in every]) for name in every[0]}
    scenario = Scenario("at once", Network(2, "half-squared-error", layers), data, training)
    return scenario, found | {f"{name}_after": array for name, array in now.items()}


def test_what_is_applied_at_once_is_named_where_its_digits_cancel() -> None:
    for seed in range(10):
        scenario, wrong = applied_at_once(seed)
        assert "premature" in diagnose(scenario, wrong).mistakes, seed
    off = wrong["b2_after"] * [1.0 + 1e-9, 1.0]
    assert "premature" not in diagnose(scenario, wrong | {"b2_after": off}).mistakes


@pytest.mark.usefixtures("no_two_are_tried")
def test_what_is_nearly_right_is_not_said_to_be_once_the_right_one() -> None:
    mine = RIGHT | {"gW1": RIGHT["gW1"] * (1.0 + 3e-9), "W3_after": RIGHT["W3_after"] * (1.0 + 1e-9)}
    said = " ".join(diagnose(THREE, mine).remarks)
    assert "1 times" not in said
    assert "all numbers of gW1 agree to 8 digits, but they are more exact than that" in said
