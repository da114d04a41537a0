"""At which steps does a condition hold? Found step by step in the records of a trace."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from engine import trace
from engine.conditions.grammar import Binary, Call, Name, Node, Number, Single, parse
from engine.conditions.words import ANYTHING, PLACES, TOGETHER
from engine.equations.functions.activations import ACTIVATIONS
from engine.order.shapes import shapes_of
from engine.run.straight import Run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.scenario import Scenario

# What each kind of record says, by the words of conditions.
FIELDS = {
    "forward": {name: name for name in ("pre_activation", "activation", "slope")},
    "loss": {"prediction": "prediction", "target": "target", "terms": "terms", "loss": "sample_loss"},
    "delta": {"error": "error", "delta": "delta"},
    "gradient": {
        f"{group}_{field}": f"{word}_{name}"
        for group, name in (("weight", "weight"), ("bias", "bias"), ("recurrent", "recurrent_weight"))
        for field, word in (("gradient", "gradient"), ("total", "total"))
    },
    "update": {
        f"{group}_{field}": f"{word}{name}"
        for group, name in (("weights", "weight"), ("biases", "bias"), ("recurrent", "recurrent_weight"))
        for field, word in (("after", ""), ("change", "change_"))
    },
}
OF_BATCH = ("total", "change", "weight", "bias", "recurrent_weight")
STEEPEST = {"sigmoid": 0.25, "silu": 1.0998393194985414}

Key = tuple[str, int | None]


@dataclass
class State:
    """What has been written in an iteration so far."""

    record: dict[str, Any] = field(default_factory=dict)
    start: int = 0
    written: dict[Key, list[Any]] = field(default_factory=dict)
    at: dict[tuple[Key, int, int], Any] = field(default_factory=dict)
    order: dict[Key, list[tuple[int, int]]] = field(default_factory=dict)
    losses_left: int = 0
    forwards_left: dict[int, int] = field(default_factory=dict)
    loss: float = math.nan

    def add(self, record: dict[str, Any]) -> None:
        self.record = record
        fields = FIELDS[record["kind"]]
        place = None if record["sample"] is None else (record["sample"] - self.start, record["time"] or 0)
        for name, word in fields.items():
            if name in record:
                self._write((word, record["layer"]), record[name], place)
        if record["kind"] == "forward":
            self.forwards_left[record["layer"]] -= 1
            if record["layer"] == 1:
                self._write(("input", None), record["inputs"], place)
        self.losses_left -= record["kind"] == "loss"

    def _write(self, key: Key, said: Any, place: tuple[int, int] | None) -> None:
        value = np.array(said, dtype=float)  # of "nan", too
        self.written.setdefault(key, []).append(value)
        if place is not None:
            self.at[key, *place] = value
            self.order.setdefault(key, []).append(place)


class NothingError(Exception):
    """There is no value."""


class ByHand:
    """The steps of a run, with what has been written at each."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.records: list[list[dict[str, Any]]] = []
        for step in trace(scenario):
            if step.iteration == len(self.records):
                self.records.append([])
            self.records[-1].append(step.record())
        # Added up as the run adds them: `rises` asks for every bit.
        shapes = shapes_of(scenario)
        self.losses = Run(scenario, shapes, scenario.training.order).advance(len(self.records)).tolist()

    def states(self) -> Iterator[tuple[int, State, State | None]]:
        """Each step, what is known there, and what the iteration before was in the end."""
        step, before = 0, None
        for iteration, records in enumerate(self.records):
            state = State(start=min(one["sample"] for one in records if one["sample"] is not None))
            state.loss = self.losses[iteration]
            state.losses_left = sum(one["kind"] == "loss" for one in records)
            for layer in range(1, len(self.scenario.network.layers) + 1):
                kinds = [one for one in records if (one["kind"], one["layer"]) == ("forward", layer)]
                state.forwards_left[layer] = len(kinds)
            for record in records:
                state.add(record)
                yield step, state, before
                step += 1
            before = state

    def holding(self, text: str) -> list[bool]:
        """Whether a condition holds, step by step."""
        node = parse(text)
        with np.errstate(all="ignore"):
            return [bool(self.truth(node, state, before)) for _, state, before in self.states()]

    def first_steps(self, text: str) -> list[int]:
        """The first step of each iteration at which it holds."""
        found, iterations = [], set()
        for (step, state, _), holds in zip(self.states(), self.holding(text), strict=True):
            if holds and state.record["iteration"] not in iterations:
                iterations.add(state.record["iteration"])
                found.append(step)
        return found

    def values(self, text: str) -> list[Any]:
        """The numbers that something has at the steps where it has any."""
        node, found = parse(text), []
        with np.errstate(all="ignore"):
            for _, state, _ in self.states():
                try:
                    found.append(self.number(node, state, state, now=True))
                except NothingError:
                    continue
        return found

    # -- truths: of arrays an array of them ------------------------------------------------------

    def truth(self, node: Node, state: State, before: State | None) -> Any:
        match node:
            case Single(sign="not", of=Call(function="finite" | "dead" | "saturated") as of):
                try:
                    return not self.predicate(of, state, before)
                except NothingError:
                    return False
            case Single(sign="not", of=of):
                return np.logical_not(self.truth(of, state, before))
            case Binary(sign="and", left=left, right=right):
                return np.logical_and(self.truth(left, state, before), self.truth(right, state, before))
            case Binary(sign="or", left=left, right=right):
                return np.logical_or(self.truth(left, state, before), self.truth(right, state, before))
            case Call(function="any", arguments=(of,)):
                return np.any(self.truth(of, state, before))
            case Call(function=function) if function == ANYTHING:
                return self.broken(state)
            case Call(function="all", arguments=(of,)):
                return np.all(self.truth(of, state, before))
        try:
            if isinstance(node, Call):
                return self.predicate(node, state, before)
            if isinstance(node, Single):
                now = self.number(node.of, state, before, now=True)
                earlier = self.number(node.of, state, before, now=False)
                moved = {"rises": now > earlier, "falls": now < earlier}
                return moved.get(node.sign, np.sign(now) * np.sign(earlier) == -1)
            assert isinstance(node, Binary)
            one, other = (self.number(side, state, before, now=True) for side in (node.left, node.right))
        except NothingError:
            return False
        return {
            "<": one < other,
            "<=": one <= other,
            ">": one > other,
            ">=": one >= other,
            "==": one == other,
            "!=": one != other,
        }[node.sign]

    def broken(self, state: State) -> bool:
        """Whether any number is nan or infinite: of what is written by now, and of the present sample."""
        words = {(word, layer) for word, layer in state.written if word not in ("input", "target")}
        for word, layer in words:
            try:
                if not np.all(np.isfinite(self.array(word, layer, state, None, now=True))):
                    return True
            except NothingError:
                continue
        return not state.losses_left and not math.isfinite(state.loss)

    def predicate(self, node: Call, state: State, before: State | None) -> bool:
        if node.function == "finite":
            return bool(np.all(np.isfinite(self.number(node.arguments[0], state, before, now=True))))
        layer, *rest = (int(one.value) for one in node.arguments if isinstance(one, Number))
        if state.forwards_left[layer]:
            raise NothingError
        slopes = np.array(state.written["slope", layer])
        if node.function == "dead":
            both = np.concatenate([slopes, np.array(state.written["activation", layer])])
            return not both[:, rest[0] - 1].any()
        activation = self.scenario.network.layers[layer - 1].activation
        return bool(slopes.mean() < 0.01 * STEEPEST.get(activation, 1.0))

    # -- numbers ----------------------------------------------------------------------------------

    def number(self, node: Node, state: State, before: State | None, *, now: bool) -> Any:
        match node:
            case Number(value=value):
                return np.float64(value)
            case Name():
                return self.named(node, state, before, now=now)
            case Single(of=of):
                return -self.number(of, state, before, now=now)
            case Binary(sign=sign, left=left, right=right):
                one, other = (self.number(side, state, before, now=now) for side in (left, right))
                if sign == "/":
                    return np.divide(one, other)
                return one + other if sign == "+" else one - other if sign == "-" else one * other
            case Call(function="norm", arguments=(of,)):
                return np.linalg.norm(np.ravel(self.number(of, state, before, now=now)))
            case Call(function=function, arguments=(of,)):
                return getattr(np, function)(self.number(of, state, before, now=now))
        raise AssertionError(node)

    def named(self, node: Name, state: State, before: State | None, *, now: bool) -> Any:
        if before is None and not now:
            raise NothingError
        record, word = state.record, node.word
        if word in PLACES:
            assert now
            found = {"step": record["step"], "iteration": record["iteration"], "sample": record["sample"]}
            value = {**found, "time": record["time"]}[word]
            if value is None:
                raise NothingError
            return np.float64(value + (word != "time"))
        if word == "loss" and node.sample is not None:
            return self.of_sample(node.sample - 1, state if now else before)
        if word == "loss":
            if state.losses_left:
                raise NothingError
            return np.float64((state if now else before).loss)  # type: ignore[union-attr]
        layered = word in TOGETHER or word not in ("sample_loss", "terms", "prediction", "target", "input")
        places = list(node.places)
        layers: list[int | None] = [None]
        if layered:
            every = range(1, len(self.scenario.network.layers) + 1)
            layers = [places.pop(0)[0]] if places else [*every]
        parts = [
            self.array(one, layer, state, before, now=now)
            for layer in layers
            for one in TOGETHER.get(word, (word,))
            if self.there(one, layer)
        ]
        found_array = parts[0] if len(parts) == 1 else np.concatenate([np.ravel(part) for part in parts])
        return found_array[tuple(place - 1 for place in places[0])] if places else found_array

    def of_sample(self, sample: int, state: State | None) -> Any:
        """The loss of a sample of the data, when that of its last time is known."""
        assert state is not None
        key: Key = "sample_loss", None
        times = np.flatnonzero(self.scenario.data.has_target[sample])
        mine = [state.at.get((key, sample - state.start, int(time))) for time in times]
        if not mine or any(one is None for one in mine):
            raise NothingError
        return sum(float(one) for one in mine if one is not None)

    def there(self, word: str, layer: int | None) -> bool:
        if layer is None:
            return True
        mine = self.scenario.network.layers[layer - 1]
        if word == "slope":
            return not ACTIVATIONS[mine.activation].coupled
        return mine.recurrent or "recurrent" not in word

    def array(self, word: str, layer: int | None, state: State, before: State | None, *, now: bool) -> Any:
        key, record = (word, layer), state.record
        if word.startswith(OF_BATCH):
            count = len(state.written.get(key, []))
            written = (state if now else before).written.get(key, [])  # type: ignore[union-attr]
            if not 0 < count <= len(written):
                raise NothingError
            return written[count - 1]
        if record["sample"] is not None:
            place = record["sample"] - state.start, record["time"] or 0
        elif key in state.order:
            place = state.order[key][-1]
        else:
            raise NothingError
        if (key, *place) not in state.at or (key, *place) not in (state if now else before).at:  # type: ignore[union-attr]
            raise NothingError
        return (state if now else before).at[key, *place]  # type: ignore[union-attr]
