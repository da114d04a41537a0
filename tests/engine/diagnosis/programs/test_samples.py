"""Is it told that a program has other samples in its batch, or gives inputs the targets of others?

The programs are in numpy: they know nothing of how the scenario cuts its data.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import diagnose
from engine.arrays import frozen, sealed
from engine.scenario import Data, Layer, Network, Scenario, Training
from tests.engine.diagnosis.in_numpy import numbers
from tests.given.some_of import each_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from engine.diagnosis.diagnosis import Diagnosis

    Arrays = dict[str, npt.NDArray[Any]]

pytestmark = pytest.mark.usefixtures("each_scenario_is_worked_out_once")


@cache
def scenario(
    samples: int, batch: int, times: int = 1, *, classes: bool = False, hidden: int = 3, seed: int = 0
) -> Scenario:
    """Two layers, recurrent if there are times; one-hot classes or numbers as targets."""
    chance = np.random.default_rng(seed)
    outputs = 3
    wound = frozen(chance.normal(size=(hidden, hidden)) / 2) if times > 1 else None
    layers = (
        Layer(
            "tanh",
            frozen(chance.normal(size=(hidden, 2))),
            frozen(chance.normal(size=hidden)),
            recurrent_weights=wound,
        ),
        Layer(
            "softmax" if classes else "sigmoid",
            frozen(chance.normal(size=(outputs, hidden))),
            frozen(chance.normal(size=outputs)),
        ),
    )
    targets = chance.uniform(size=(samples, times, outputs))
    if classes:
        targets = np.eye(outputs)[chance.integers(0, outputs, (samples, times))]
    return Scenario(
        "mixed up",
        Network(2, "cross-entropy" if classes else "half-squared-error", layers),
        Data(
            frozen(chance.normal(size=(samples, times, 2))),
            frozen(targets),
            sealed(np.ones((samples, times), dtype=np.bool_)),
        ),
        Training(0.1, 4, batch, reduction="mean"),
    )


def of(
    one: Scenario, inputs: Sequence[int], targets: Sequence[int], kept: str | tuple[str, ...] = ""
) -> Arrays:
    """The first iteration of a program whose first batch has these inputs beside these targets."""
    first, second = list(inputs), list(targets)
    data = replace(
        one.data,
        inputs=frozen(one.data.inputs[first]),
        targets=frozen(one.data.targets[second]),
        has_target=sealed(one.data.has_target[second].copy()),
    )
    training = replace(one.training, batch_size=len(first))
    every = numbers(replace(one, data=data, training=training), np.float64)
    return {name: array for name, array in every.items() if name.startswith(kept)}


def told(found: Diagnosis) -> tuple[str, str]:
    assert not found.causes
    return found.further[0].name, found.further[0].instead


MANY = [
    scenario(4, 4),
    scenario(7, 7, classes=True),
    scenario(5, 5, 3),
    scenario(20, 20, hidden=5),
]


@pytest.mark.parametrize(("one", "kept"), each_of(MANY, ["", ("gW1", "gW2")]))
def test_targets_that_are_turned_round_are_named(one: Scenario, kept: Any) -> None:
    own = list(range(one.data.samples))
    found = diagnose(one, of(one, own, own[::-1], kept))
    name, words = told(found)
    assert name == "targets-in-another-order"
    if one.network.loss != "cross-entropy":  # of which samples of one class stand for each other
        assert words.endswith("(turned round)") or len(own) > 8
        assert f"in the order {len(own)}, {len(own) - 1}, {len(own) - 2}" in words


@pytest.mark.parametrize("one", MANY)
def test_targets_that_were_shuffled_are_told_from_any_delta(one: Scenario) -> None:
    own = np.arange(one.data.samples)
    order = np.random.default_rng(3).permutation(own)
    for kept in (("z1", "error2"), "delta1"):
        found = diagnose(one, of(one, own.tolist(), order.tolist(), kept))
        assert told(found)[0] == "targets-in-another-order"
        if one.network.loss != "cross-entropy":
            assert ", ".join(str(place + 1) for place in order[:8]) in told(found)[1]


def test_where_the_targets_part_is_worked_out() -> None:
    one = scenario(4, 4)
    found = diagnose(one, of(one, range(4), [2, 0, 3, 1], ("delta1", "gW1")))
    assert found.entry is not None
    last = found.entry.worked[-1]
    assert last.theirs is not None
    sample = found.entry.place[1]
    aims = one.data.targets[:, 0]
    unit = last.theirs.result.number.index[0]
    wrong = float(last.theirs.result.value + aims[[2, 0, 3, 1][sample], unit])
    assert wrong == pytest.approx(float(last.right.result.value + aims[sample, unit]))


@pytest.mark.parametrize("sort", [
    lambda y: np.argsort(y, kind="stable"),
    lambda y: np.argsort(y, kind="stable")[::-1],
])  # fmt: skip
def test_targets_sorted_by_class_are_seen_in_gradients(
    sort: Callable[[npt.NDArray[Any]], npt.NDArray[Any]],
) -> None:
    one = scenario(9, 9, classes=True)
    order = sort(one.data.targets[:, 0].argmax(axis=1))
    found = diagnose(one, of(one, range(9), order.tolist(), "g"))
    assert told(found)[0] == "targets-in-another-order"


def of_classes(*classes: int) -> Scenario:
    """Samples of these classes (from 0), all in one batch."""
    one = scenario(len(classes), len(classes), classes=True)
    return replace(one, data=replace(one.data, targets=frozen(np.eye(3)[list(classes)][:, None])))


@pytest.mark.parametrize("kept", ["", "g"])
@pytest.mark.parametrize(("classes", "order", "words"), [
    ((0, 2, 2, 2, 1, 0), (1, 2, 3, 4, 5, 0), "2, 3, 4, 5, 6, 1 (moved up by 1)"),
    ((0, 1, 1, 0, 2, 2), (5, 4, 3, 2, 1, 0), "6, 5, 4, 3, 2, 1 (turned round)"),
    ((2, 0, 1, 1, 0, 2), (4, 1, 3, 2, 0, 5), "2, 5, 3, 4, 1, 6 (sorted by their targets)"),
])  # fmt: skip
def test_of_orders_that_make_the_same_the_plainest_is_named(
    classes: tuple[int, ...], order: tuple[int, ...], words: str, kept: str
) -> None:
    one = of_classes(*classes)
    found = diagnose(one, of(one, range(6), order, kept))
    assert told(found)[1] == f"the inputs as they are, the targets in the order {words}"


def test_an_order_that_is_one_of_several_is_told_so() -> None:
    one = of_classes(0, 2, 2, 2, 1, 0)
    found = diagnose(one, of(one, range(6), (1, 0, 4, 2, 3, 5)))
    assert told(found)[1].endswith(" (one of several orders that make the same numbers)")


@pytest.mark.parametrize("kept", [("gb2", "gW2"), ("gb2", "gW2", "delta2"), ("gb2", "a2", "gW1")])
def test_a_sum_that_agrees_makes_nothing_of_each_sample_right(kept: tuple[str, ...]) -> None:
    one = of_classes(0, 2, 2, 2, 1, 0)
    found = diagnose(one, of(one, range(6), (1, 2, 3, 4, 5, 0), kept))
    assert "gb2" in found.agrees
    assert not {"delta2", "error2"}.intersection(found.excluded)


def test_what_the_mistake_that_is_found_makes_wrong_is_not_right_too() -> None:
    """Gradients are the same over samples in another order; what is of each sample is not."""
    one = scenario(4, 4)
    found = diagnose(one, of(one, (2, 0, 3, 1), (2, 0, 3, 1), ("z1", "gW1", "gW2")))
    assert told(found)[0] == "data-in-another-order"
    assert set(found.agrees) == {"gW1", "gW2"}
    assert found.excluded == ()


WRITTEN: dict[str, Callable[[Arrays, int], Arrays]] = {
    "as they are": lambda arrays, _: arrays,
    "in float32": lambda arrays, _: {name: array.astype(np.float32) for name, array in arrays.items()},
    "in 6 decimals": lambda arrays, _: {name: array.round(6) for name, array in arrays.items()},
    "as means": lambda arrays, samples: {
        name.replace("g", "d"): array.T / samples for name, array in arrays.items()
    },
}
SHUFFLED = [
    scenario(6, 6, hidden=5),
    scenario(8, 8),
    scenario(9, 9, 2),
    scenario(14, 7),
    scenario(9, 9, classes=True),
]


@pytest.mark.parametrize(
    ("one", "written", "kept"), each_of(SHUFFLED, WRITTEN, [("gW2", "gb2"), ("gW1", "gb1")])
)
def test_targets_that_were_shuffled_are_told_from_gradients(
    one: Scenario, written: str, kept: tuple[str, ...]
) -> None:
    own = range(one.training.batch_size)
    order = np.random.default_rng(4).permutation(len(own)).tolist()
    name, words = told(diagnose(one, WRITTEN[written](of(one, own, order, kept), len(own))))
    assert name == "targets-in-another-order"
    if one.network.loss != "cross-entropy":  # of which samples of one class stand for each other
        assert ", ".join(str(place + 1) for place in order[:8]) in words


@pytest.mark.usefixtures("no_two_are_tried")
def test_other_mistakes_of_gradients_are_no_order_of_many() -> None:
    one = scenario(8, 8)
    arrays = of(one, range(8), range(8), ("gW", "gb"))
    chance = np.random.default_rng(6)
    odd = {name: array * chance.uniform(0.9, 1.1, array.shape) for name, array in arrays.items()}
    few = {"gb2": (arrays["gb2"] + np.array([0.01, -0.02, 0.03])).round(2)}
    for wrong in (odd, few, {name: array.round(3) for name, array in odd.items()}):
        found = diagnose(one, wrong)
        assert (*found.causes, *found.further, *found.pair) == ()


def test_inputs_alone_in_another_order_are_named() -> None:
    one = scenario(4, 4)
    found = diagnose(one, of(one, [2, 0, 3, 1], range(4)))
    assert told(found) == (
        "inputs-in-another-order",
        "the targets as they are, the inputs in the order 3, 1, 4, 2",
    )
    both = diagnose(one, of(one, [2, 0, 3, 1], [1, 2, 3, 0]))
    assert told(both)[1] == "the inputs in the order 3, 1, 4, 2, the targets in the order 2, 3, 4, 1"


@pytest.mark.parametrize(
    ("one", "kept"), each_of([scenario(6, 2), scenario(9, 3, 2), scenario(30, 5, classes=True)], ["", "g"])
)
def test_the_batch_of_another_iteration_is_named(one: Scenario, kept: Any) -> None:
    size = one.training.batch_size
    other = range(size, 2 * size)
    name, words = told(diagnose(one, of(one, other, other, kept)))
    assert name == "samples-of-another-batch"
    assert words == f"the batch of iteration 1: the samples {size + 1} to {2 * size}"


@pytest.mark.parametrize(
    ("one", "kept"),
    each_of([scenario(6, 2), scenario(9, 3, 2), scenario(30, 5, hidden=9)], [("a1", "delta2"), "g"]),
)
def test_samples_from_all_over_the_data_are_named(one: Scenario, kept: Any) -> None:
    some = np.random.default_rng(5).permutation(one.data.samples)[: one.training.batch_size]
    if kept == "g":
        some = np.sort(some)  # a sum has no order
    name, words = told(diagnose(one, of(one, some.tolist(), some.tolist(), kept)))
    assert name == "other-samples-in-batch"
    assert words == f"the samples {', '.join(str(place + 1) for place in some)}"


def test_a_gradient_of_all_samples_is_named() -> None:
    one = scenario(6, 2)
    assert told(diagnose(one, of(one, range(6), range(6), "g"))) == (
        "all-samples-for-batch",
        "all 6 samples of the data",
    )


@pytest.mark.parametrize("kept", ["", "dg"])
@pytest.mark.parametrize(("first", "last"), [(0, 4), (0, 6), (1, 5), (2, 12), (0, 12)])
def test_samples_that_are_more_or_fewer_are_named(first: int, last: int, kept: str) -> None:
    """All that is of each sample has another shape then."""
    one = scenario(12, 5)
    mine = of(one, range(first, last), range(first, last))
    mine = {name: array for name, array in mine.items() if not kept or name[0] in kept}
    name, words = told(diagnose(one, mine))
    every = last - first == 12
    assert name == ("all-samples-for-batch" if every else "other-samples-in-batch")
    assert words == ("all 12 samples of the data" if every else f"the samples {first + 1} to {last}")


@pytest.mark.parametrize(("first", "last"), [(0, 4), (1, 5), (0, 6), (1, 6)])
def test_means_over_one_sample_more_or_less_are_named(first: int, last: int) -> None:
    one = scenario(12, 5)
    mine = of(one, range(first, last), range(first, last), "g")
    means = {f"d{name[1:]}": array / (last - first) for name, array in mine.items()}
    assert told(diagnose(one, means)) == ("other-samples-in-batch", f"the samples {first + 1} to {last}")


def test_a_mistake_beside_more_samples_is_found_with_them() -> None:
    one = scenario(12, 5)
    mine = of(one, range(7), range(7), ("z", "a", "delta", "g"))
    mine |= {name: -array for name, array in mine.items() if name[0] in "dg"}
    found = diagnose(one, mine)
    assert [cause.name for cause in found.pair] == ["other-samples-in-batch", "target-first"]
    mine["gW1"] = mine["gW1"] ** 2
    said, *_ = diagnose(one, mine).remarks
    assert said.startswith("one mistake is other-samples-in-batch, the samples 1 to 7; but for it delta2 is")


def test_targets_of_another_batch_are_named() -> None:
    one = scenario(6, 3)
    for kept in ("", "g"):
        name, words = told(diagnose(one, of(one, range(3), range(3, 6), kept)))
        assert name == "targets-of-other-samples"
        assert words == "the inputs of the samples 1, 2, 3 beside the targets of 4, 5, 6"


def no_slope(arrays: Arrays, slope: float | None = 1.0) -> Arrays:
    """The numbers of a program whose first slope is that number; of each sample, and its gradient."""
    data = arrays["error1"] * (np.linspace(0.5, 1.5, arrays["error1"].shape[-1]) if slope is None else slope)
    kept = {name: arrays[name] for name in ("z1", "a1", "a2", "delta2", "gW2")}
    return kept | {"delta1": data, "gb1": data.sum(axis=0)}


ORDERS = [
    ([2, 0, 3, 1], [2, 0, 3, 1], "data-in-another-order", "z1"),
    ([2, 0, 3, 1], [0, 1, 2, 3], "inputs-in-another-order", "z1"),
    ([0, 1, 2, 3], [3, 2, 1, 0], "targets-in-another-order", "delta2"),
    ([4, 5, 6, 7], [4, 5, 6, 7], "samples-of-another-batch", "z1"),
]


@pytest.mark.parametrize(("inputs", "targets", "name", "first"), ORDERS)
def test_a_mistake_beside_other_samples_is_found_with_them(
    inputs: list[int], targets: list[int], name: str, first: str
) -> None:
    one = scenario(8, 4)
    arrays = of(one, inputs, targets)
    found = diagnose(one, no_slope(arrays))
    assert (found.first_wrong, found.causes, found.further) == (first, (), ())
    assert [cause.name for cause in found.pair] == [name, "no-slope"]
    if name != "targets-in-another-order":
        return
    unknown = diagnose(one, no_slope(arrays, None))
    assert (*unknown.causes, *unknown.further, *unknown.pair) == ()
    assert unknown.remarks[0].startswith(f"one mistake is {name}, ")
    assert unknown.remarks[0].endswith("; but for it delta1 is the first that is wrong")


@pytest.mark.usefixtures("no_two_are_tried")
def test_right_programs_and_other_mistakes_are_no_other_samples() -> None:
    def cut(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.vectorize(lambda x: float(f"{x:.5e}"))(array)  # type: ignore[no-any-return]

    chance = np.random.default_rng(2)
    for one, name in (
        (scenario(6, 2), "gW1"),
        (scenario(8, 8, classes=True), "delta2"),
    ):
        own = range(one.training.batch_size)
        right = {each: cut(array) for each, array in of(one, own, own).items()}
        assert diagnose(one, right).first_wrong is None
        kept = {each: right[each] for each in right if name != "gW1" or each[0] == "g"}
        odd = cut(right[name] * chance.uniform(0.8, 1.2, right[name].shape))
        found = diagnose(one, kept | {name: odd})
        assert (found.wrong, *found.further, *found.pair) == ((name,),)


@pytest.mark.usefixtures("no_two_are_tried")
def test_few_digits_tell_no_order() -> None:
    """One decimal of three sums is what some order of five targets makes by chance."""
    one = scenario(5, 5)
    found = diagnose(one, {"gb2": np.array([0.1, -0.2, 0.3])})
    assert (found.wrong, *found.further, *found.pair) == (("gb2",),)
