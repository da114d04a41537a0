"""What does a condition ask of a network? Which numbers, and whether its parts fit together."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.conditions.grammar import COMPARED, Binary, Call, ConditionError, Name, Number, Single, parse
from engine.conditions.words import ANYTHING, MOTIONS, OF_DATA, PLACES, TOGETHER, TRUTHS, WORDS
from engine.equations.functions.activations import ACTIVATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.arrays import Array
    from engine.conditions.grammar import Node
    from engine.scenario import Scenario


class Leaf(NamedTuple):
    """What is read of each iteration: a quantity, a place, or a predicate of a layer, by its word.

    `entry` (from 0) is one number of it; None the whole array, or a word that has no index. `shape` is that
    of what is read. With a `sample` (from 0) it is the loss of that one alone, its times together. `finite`
    reads no numbers but whether each array is finite, 1 or 0.
    """

    word: str
    layer: int | None = None
    entry: tuple[int, ...] | None = None
    shape: tuple[int, ...] = ()
    sample: int | None = None
    finite: bool = False

    def of(self, array: Array) -> Array:
        """Return what is read of the quantity's array [..., unit]: the one number, or all."""
        place: tuple[Any, ...] = (..., *self.entry) if self.entry is not None else ()
        found: Array = array[place]
        return found


class Clause(NamedTuple):
    """A part of a condition that holds or doesn't, and the number that it is about."""

    holds: Node
    number: Node


class Meaning(NamedTuple):
    """A condition in a network: `leaves` has what each word reads, by its column.

    Several leaves are one array of all their numbers. `clauses` are those about one number.
    """

    text: str
    condition: Node
    leaves: Mapping[int, tuple[Leaf, ...]]
    clauses: tuple[Clause, ...]
    moves: bool
    """Whether it asks for the iteration before, too."""

    @property
    def every(self) -> tuple[Leaf, ...]:
        """All leaves, each once."""
        return tuple(dict.fromkeys(leaf for some in self.leaves.values() for leaf in some))


def meaning_of(text: str, scenario: Scenario) -> Meaning:
    """Return what a condition asks of a scenario.

    Raises:
        ConditionError: it can't be read, or asks for what there is not.
    """
    condition = parse(text)
    checked = _Checked(text, scenario)
    found = checked.kind(condition)
    if not found.truth:
        says = f"expected a comparison such as < 0.01 after {_named(condition)}: a number is no condition"
        raise ConditionError(text, len(text.rstrip()) + 1, says)
    if found.shape:
        says = "that holds or doesn't for each number of an array; expected any(...) or all(...) around it"
        raise ConditionError(text, condition.column, says)
    return Meaning(text, condition, checked.leaves, tuple(checked.clauses), checked.moves)


def number_meaning(text: str, scenario: Scenario) -> Meaning:
    """Return what a number or an expression asks of a scenario: its `condition` is no condition.

    Raises:
        ConditionError: it can't be read, asks for what there is not, or is no single number.
    """
    node = parse(text)
    checked = _Checked(text, scenario)
    found = checked.kind(node)
    if found.truth:
        raise ConditionError(text, node.column, "expected a number, not what holds or doesn't")
    if found.shape:
        says = "expected one number: these are many; min(...), max(...), mean(...) or norm(...) is one"
        raise ConditionError(text, node.column, says)
    return Meaning(text, node, checked.leaves, (), checked.moves)


class _Kind(NamedTuple):
    """What a part of a condition is: truths or numbers, one (no shape) or an array of them."""

    truth: bool
    shape: tuple[int, ...] = ()


def _named(node: Node) -> str:
    return node.word if isinstance(node, Name) else "it"


class _Checked:
    """The parts of a condition as they are checked."""

    def __init__(self, text: str, scenario: Scenario) -> None:
        self._text = text
        self._scenario = scenario
        self._network = scenario.network
        self.leaves: dict[int, tuple[Leaf, ...]] = {}
        self.clauses: list[Clause] = []
        self.moves = False

    def _wrong(self, column: int, says: str, remedy: str = "") -> ConditionError:
        return ConditionError(self._text, column, says, remedy)

    def kind(self, node: Node) -> _Kind:
        """Return what a part is.

        Raises:
            ConditionError: its own parts don't fit together.
        """
        match node:
            case Number():
                return _Kind(truth=False)
            case Name():
                return self._name(node)
            case Call():
                return self._call(node)
            case Single(sign="not"):
                return _Kind(truth=True, shape=self._truth(node.of, "not").shape)
            case Single(sign="-"):
                return self._number(node.of, "-")
            case Single():
                return self._motion(node)
            case Binary(sign="and" | "or"):
                sides = self._truth(node.left, node.sign), self._truth(node.right, node.sign)
                return _Kind(truth=True, shape=self._shape(node, *sides))
            case Binary():
                return self._compared(node)

    def _compared(self, node: Binary) -> _Kind:
        before = len(self.clauses)
        left, right = self._number(node.left, node.sign), self._number(node.right, node.sign)
        found = _Kind(node.sign in COMPARED, self._shape(node, left, right))
        if found.truth and not found.shape:
            side = node.right if isinstance(node.left, Number) else node.left
            self.clauses.insert(before, Clause(node, side))
        return found

    def _motion(self, node: Single) -> _Kind:
        self.moves = True
        found = self._number(node.of, node.sign)
        if not found.shape:
            self.clauses.append(Clause(node, node.of))
        return _Kind(truth=True, shape=found.shape)

    def _number(self, node: Node, sign: str) -> _Kind:
        found = self.kind(node)
        if found.truth:
            verb = "before" if sign in MOTIONS else "beside"
            raise self._wrong(node.column, f"expected a number {verb} {sign}, not what holds or doesn't")
        return found

    def _truth(self, node: Node, sign: str) -> _Kind:
        found = self.kind(node)
        if not found.truth:
            says = f"expected what holds or doesn't beside {sign}, such as loss < 0.01; this is a number"
            raise self._wrong(node.column, says)
        return found

    def _shape(self, node: Binary, left: _Kind, right: _Kind) -> tuple[int, ...]:
        if left.shape and right.shape and left.shape != right.shape:
            shapes = " and ".join("×".join(map(str, one.shape)) for one in (left, right))
            raise self._wrong(node.column, f"the arrays beside {node.sign} have different shapes, {shapes}")
        return left.shape or right.shape

    # -- functions --------------------------------------------------------------------------------

    def _call(self, node: Call) -> _Kind:
        if node.function == ANYTHING:
            self.leaves[node.column] = tuple(self._anything())
            return _Kind(truth=True)
        if node.function in ("dead", "saturated"):
            return self._of_layer(node)
        if len(node.arguments) != 1:
            says = f"{node.function}(...) takes one thing, not {len(node.arguments)}"
            raise self._wrong(node.arguments[1].column, says)
        (of,) = node.arguments
        if node.function in TRUTHS:
            self.kind(of)
            return _Kind(truth=True)
        found = self._number(of, node.function)
        if node.function == "finite":
            if not found.shape:
                self.clauses.append(Clause(node, of))
            return _Kind(truth=True)
        return found if node.function == "abs" else _Kind(truth=False)

    def _of_layer(self, node: Call) -> _Kind:
        dead = node.function == "dead"
        form = "dead(l,i), a layer and a neuron" if dead else "saturated(l), a layer"
        places = []
        for one in node.arguments:
            if not isinstance(one, Number) or not one.value.is_integer():
                raise self._wrong(one.column, f"expected {form}")
            places.append(int(one.value))
        if len(places) != 1 + dead:
            raise self._wrong(node.column, f"expected {form}")
        layer = self._layer(places[0], node.arguments[0].column)
        self._need_slope(layer, node.column)
        entry = None
        if dead:
            units = self._network.layers[layer - 1].units
            entry = (self._unit(places[1], units, node.arguments[1].column),)
        self.leaves[node.column] = (Leaf(node.function, layer, entry),)
        return _Kind(truth=True)

    def _anything(self) -> Iterator[Leaf]:
        """Yield all that is computed: every quantity, of every layer that has it."""
        every = range(1, len(self._network.layers) + 1)
        for name, word in WORDS.items():
            if name not in OF_DATA:
                layers: tuple[int | None, ...] = tuple(every) if word.layered else (None,)
                for layer in layers:
                    if self._there(name, layer):
                        yield Leaf(name, layer, None, self._array(name, layer), finite=True)

    # -- quantities -------------------------------------------------------------------------------

    def _name(self, node: Name) -> _Kind:
        if node.word in PLACES:
            if node.places:
                raise self._wrong(node.column, f"{node.word} is one number and takes no brackets")
            if node.word == "time" and not self._network.recurrent:
                raise self._wrong(node.column, "there is no time: the data are no sequences")
            leaves: tuple[Leaf, ...] = (Leaf(node.word),)
        elif node.sample is not None:
            every = len(self._scenario.data.inputs)
            if not 1 <= node.sample <= every:
                samples = "the only sample is 1" if every == 1 else f"they are 1 to {every:,}"
                raise self._wrong(node.column, f"there is no sample {node.sample:,}: {samples}")
            leaves = (Leaf("sample_loss", sample=node.sample - 1),)
        else:
            leaves = self._quantity(node)
        self.leaves[node.column] = leaves
        if len(leaves) == 1:
            return _Kind(truth=False, shape=leaves[0].shape)
        return _Kind(truth=False, shape=(sum(math.prod(leaf.shape) for leaf in leaves),))

    def _quantity(self, node: Name) -> tuple[Leaf, ...]:
        """Return what a word with its brackets reads."""
        words = TOGETHER.get(node.word, (node.word,))
        layered, units = WORDS[words[0]].layered, 0 if node.word in TOGETHER else WORDS[words[0]].units
        places = list(node.places)
        layers: list[int | None] = [None]
        if layered:
            every = range(1, len(self._network.layers) + 1)
            if places and len(places[0]) != 1:
                raise self._form(node)
            layers = [self._layer(places.pop(0)[0], node.column)] if places else [*every]
        if len(places) > (units > 0) or (places and len(places[0]) != units):
            raise self._form(node)
        one = len(words) == 1 and (not layered or bool(node.places))
        found = [
            self._leaf(word, layer, node.column)
            for layer in layers
            for word in words
            if one or self._there(word, layer)
        ]
        if not found:
            raise self._wrong(node.column, f"there is no {node.word.replace('_', ' ')} in this network")
        if places:
            (leaf,) = found
            entry = tuple(
                self._unit(place, size, node.column)
                for place, size in zip(places[0], leaf.shape, strict=True)
            )
            found = [leaf._replace(entry=entry, shape=())]
        return tuple(found)

    def _form(self, node: Name) -> ConditionError:
        if node.word in TOGETHER:
            return self._wrong(node.column, f"{node.word} takes a layer alone: {node.word}[l]")
        word = WORDS[node.word]
        units = f"[{','.join('ij'[: word.units])}]" if word.units else ""
        form = f"{node.word}{'[l]' if word.layered else ''}{units}"
        whole = f", or the whole array without {units}" if units else ""
        return self._wrong(node.column, f"expected {form}{whole}")

    def _leaf(self, word: str, layer: int | None, column: int) -> Leaf:
        if word == "slope":
            assert layer is not None
            self._need_slope(layer, column)
        if not self._there(word, layer):
            raise self._wrong(column, f"layer {layer} is not recurrent")
        return Leaf(word, layer, None, self._array(word, layer))

    def _there(self, word: str, layer: int | None) -> bool:
        """Return whether a layer has a quantity."""
        if layer is None:
            return True
        mine = self._network.layers[layer - 1]
        if word == "slope":
            return not ACTIVATIONS[mine.activation].coupled
        return mine.recurrent or WORDS[word].group != "recurrent_weights"

    def _array(self, word: str, layer: int | None) -> tuple[int, ...]:
        if WORDS[word].units == 0:
            return ()
        if layer is None:
            return (self._network.sizes[0 if word == "input" else -1],)
        mine = self._network.layers[layer - 1]
        if WORDS[word].group == "weights":
            return mine.units, mine.inputs
        return (mine.units,) * WORDS[word].units

    def _need_slope(self, layer: int, column: int) -> None:
        if ACTIVATIONS[self._network.layers[layer - 1].activation].coupled:
            raise self._wrong(column, f"layer {layer} is a softmax, whose slope is no number of its own")

    def _layer(self, number: int, column: int) -> int:
        last = len(self._network.layers)
        if not 1 <= number <= last:
            layers = "the only layer is 1" if last == 1 else f"the layers are 1 to {last}"
            raise self._wrong(column, f"there is no layer {number}: {layers}")
        return number

    def _unit(self, number: int, units: int, column: int) -> int:
        if not 1 <= number <= units:
            raise self._wrong(column, f"there is no unit {number}: they are 1 to {units}")
        return number - 1
