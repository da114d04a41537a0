"""Can nothing that is immutable be made writable, and is each copy of it right?"""

from __future__ import annotations

import copy
import pickle
from dataclasses import fields, is_dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine import load, trace
from engine.arrays import frozen, sealed
from engine.facts.beside.right import wrong_in
from engine.facts.beside.waited import waited
from engine.facts.broken.breaking import break_rule
from engine.facts.two_orders.compare import compare
from tests.given.scenarios_at_random import ORDERS, Wanted, scenario_at_random
from tests.given.some_of import each_of, in_turns

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.run.steps import Step

SCENARIOS = Path(__file__).parents[2] / "scenarios"


def arrays_in(holder: object) -> Iterator[np.ndarray[Any, Any]]:
    """All arrays that can be reached from an object through its fields."""
    if isinstance(holder, np.ndarray):
        yield holder
    elif isinstance(holder, tuple):
        for one in holder:
            yield from arrays_in(one)
    elif is_dataclass(holder):
        for field in fields(holder):
            yield from arrays_in(getattr(holder, field.name))


def assert_sealed(array: np.ndarray[Any, Any]) -> None:
    """Neither the array nor what it is a view of can be made writable."""
    memory: object = array
    while isinstance(memory, np.ndarray):
        with pytest.raises(ValueError, match="WRITEABLE"):
            memory.setflags(write=True)
        memory = memory.base


def records(steps: Sequence[Step]) -> list[str]:
    return [str(step.record()) for step in steps]


def pickled(one: object) -> object:
    return pickle.loads(pickle.dumps(one))


COPIES = (copy.copy, copy.deepcopy, pickled)


@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("samples", [2, 40])
def test_no_array_of_a_run_can_be_made_writable(order: str, samples: int) -> None:
    """In either program (two samples run as floats, forty as arrays), recurrent or not."""
    turn = ORDERS.index(order) + samples // 40
    for seed, recurrent in in_turns([*enumerate((False, True, False, True))], turn, 4):
        wanted = Wanted(order=order, samples=samples, batch_size=samples, iterations=1, recurrent=recurrent)
        steps = trace(scenario_at_random(seed, wanted))
        begin = len(steps) // 2
        for one in (*islice(steps, 30), *steps[begin : begin + 30], steps[-1]):
            for array in arrays_in(one):
                assert_sealed(array)
            for reference in steps.flow.writes(one.step):
                for array in arrays_in(wrong_in(steps, reference)):
                    assert_sealed(array)
        for holder in (steps.scenario, steps.parameters(0), steps.parameters(1), steps.losses.values()):
            for array in arrays_in(holder):
                assert_sealed(array)
        for layer in compare(steps, 0).layers:
            for pair in layer.pairs:
                for array in (pair.ratio, pair.flipped, pair.differs, pair.first, pair.second_change):
                    assert_sealed(array)


@pytest.mark.parametrize("path", sorted(SCENARIOS.glob("*.toml")), ids=lambda path: path.stem)
def test_what_is_read_from_a_file_can_not_be_made_writable(path: Any) -> None:
    """From the file itself, from tables and from archives."""
    for array in arrays_in(load(path)):
        assert_sealed(array)


def test_what_others_hold_is_copied_before_it_is_frozen() -> None:
    """A read-only array that somebody can make writable again is no exception."""
    mine = np.array([1.0, 2.0])
    mine.setflags(write=False)
    found = frozen(mine)
    mine.setflags(write=True)
    mine[0] = 9.0
    assert found.tolist() == [1.0, 2.0]
    assert frozen(found) is found
    assert_sealed(sealed(np.zeros((0, 3))))
    assert_sealed(frozen(1.0))


@pytest.mark.parametrize(("copied", "order"), each_of(COPIES, ORDERS))
def test_a_copy_of_a_trace_is_right_and_leaves_the_original_right(order: str, copied: Any) -> None:
    """Also of one that has run a while, and whatever is done with either afterwards."""
    scenario = load(SCENARIOS / "mazur.toml")
    expected = [trace(scenario, order).parameters(k).flat().tolist() for k in range(6)]
    texts = records(trace(scenario, order)[:60])
    steps = trace(scenario, order)
    assert steps[9].record()
    other = copied(steps)
    assert [other.parameters(k).flat().tolist() for k in range(6)] == expected
    assert records(other[:60]) == texts
    assert records(steps[:60]) == texts
    assert [steps.parameters(k).flat().tolist() for k in range(6)] == expected
    other.advance(3)
    steps.advance(2)
    assert steps.losses.values()[:5].tolist() == other.losses.values()[:5].tolist()
    for one in other[:60]:
        for array in arrays_in(one):
            assert_sealed(array)


def test_the_losses_go_on_after_a_copy() -> None:
    """Those of the network as it is known: 0.29837 and so on."""
    steps = trace(load(SCENARIOS / "mazur.toml"))
    assert steps[9].record()
    for one in (copy.deepcopy(steps), steps):
        one.advance(4)
        found = [f"{loss:.5f}" for loss in one.losses.values()[:4].tolist()]
        assert found == ["0.29837", "0.29103", "0.28355", "0.27594"]


def test_a_broken_trace_can_be_pickled() -> None:
    steps = trace(scenario_at_random(3, Wanted(order="deferred", samples=2, batch_size=2, depth=2)))
    first = next(step.step for step in steps if step.kind == "gradient")
    broken = break_rule(steps, first, 2)
    other = pickle.loads(pickle.dumps(broken))
    assert other.breaks == broken.breaks
    assert records(other) == records(broken)
    assert [str(one) for one in records(broken)] != records(steps)


@pytest.mark.parametrize("copied", COPIES)
def test_a_step_and_a_slice_can_be_copied(copied: Any) -> None:
    steps = trace(load(SCENARIOS / "bptt.toml"))
    for one in steps[:12]:
        other = copied(one)
        assert str(other.record()) == str(one.record())
        for array in arrays_in(other):
            assert_sealed(array)
    assert records(copied(steps[4:9])) == records(steps[4:9])


def test_a_trace_of_what_would_have_been_is_not_pickled() -> None:
    """It lives as long as the disturbed one does."""
    steps = trace(load(SCENARIOS / "mazur.toml"), "premature")
    found = waited(steps, len(steps) // 2)
    assert found is not None
    with pytest.raises(TypeError, match="disturbed"):
        pickle.dumps(found[0])
    assert copy.deepcopy(found[0]) is found[0]


def test_a_trace_and_its_slices_contain_their_own_steps() -> None:
    """Whenever they are made; as a list of all of them does."""
    steps = trace(load(SCENARIOS / "elman.toml"))
    again = trace(load(SCENARIOS / "elman.toml"))
    other = trace(load(SCENARIOS / "mazur.toml"))
    for some in (steps[:60], steps[50:10:-3], steps[5:5]):
        every = list(some)
        for number in (0, 8, 9, 20, 47, 59, len(steps) - 1):
            one = again[number]
            assert (one in some) == (one in every)
            assert some.count(one) == every.count(one)
            if one in every:
                assert some.index(one) == every.index(one)
                assert steps.index(one) == number
            else:
                with pytest.raises(ValueError, match=f"no such step among these {len(every)}"):
                    some.index(one)
    assert steps[7] in steps
    assert steps.count(steps[7]) == 1
    assert steps.index(steps[7], 3, -1) == 7
    with pytest.raises(ValueError, match="no such step"):
        steps.index(steps[7], 8)
    for stranger in (other[7], 7, None, steps):
        assert stranger not in steps
        assert steps.count(stranger) == 0


def test_steps_are_equal_where_all_of_their_numbers_are() -> None:
    steps, again = (trace(load(SCENARIOS / "mazur.toml"), order) for order in ORDERS[:2])
    assert steps[0] == again[0]
    assert hash(steps[0]) == hash(again[0])
    assert steps[0] != steps[9]
    assert len({*steps[:9], *steps[:9]}) == 9
    assert any(steps[one] != again[one] for one in range(9))


def test_no_attribute_of_what_is_immutable_can_be_set() -> None:
    scenario = load(SCENARIOS / "mazur.toml")
    for holder in (trace(scenario)[0], scenario, scenario.network, scenario.network.layers[0], scenario.data):
        for name in (next(iter(fields(holder))).name, "kind", "of_mine"):
            with pytest.raises(AttributeError, match=r"cannot|can.t be set"):
                setattr(holder, name, 1)
            with pytest.raises(AttributeError, match=r"cannot|can.t be set"):
                delattr(holder, name)
