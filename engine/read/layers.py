"""Do the layers fit on one another, and what are their parameters before the first update?"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias, cast

import numpy as np

from engine.arrays import frozen
from engine.equations.functions.activations import ACTIVATIONS
from engine.read.numbers import NEURON, NUMBERS, known, mask, matrix, vector
from engine.read.turned import Turned, is_turned, said
from engine.scenario import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.arrays import Array
    from engine.read.document.shape import LayerTable, NetworkTable, TrainingTable
    from engine.read.findings import Findings, KeyPath
    from engine.scenario import Trained

Sizes: TypeAlias = "list[int | None]"
Given: TypeAlias = "Mapping[str, Array]"
"""Parameters of a layer that a file gives, by their groups: `weights`, `biases`, `recurrent_weights`."""

_TRUTH = "truth value"
# The longer side times the square of the shorter, of all of them: about half a second.
_ORTHOGONAL = 3_000_000_000


def layer_sizes(network: NetworkTable) -> Sizes:
    """Return the units of layer 0..L, with None where the file does not say them readably."""
    return _sizes(network)[0]


def _sizes(network: NetworkTable) -> tuple[Sizes, list[Turned]]:
    """Return the units of layer 0..L, and the weights that are turned over."""
    sizes: Sizes = [network.inputs if known(network.inputs) else None]
    turned: list[Turned] = []
    tables = network.layers if known(network.layers) else []
    for index, table in enumerate(tables):
        if found := is_turned(tables, index, sizes[-1]):
            turned.append(found)
            sizes.append(found.columns)
        elif table.weights is not None and known(table.weights):
            sizes.append(len(table.weights) or None)
        else:
            sizes.append(table.units if known(table.units) else None)
    return sizes, turned


def _is_recurrent(table: LayerTable, given: Given) -> bool:
    """Return whether a layer's table, or what a file gives it, says that it is recurrent, rightly or not."""
    recurrent = table.recurrent_weights is not None or table.recurrent_init is not None
    return recurrent or "recurrent_weights" in given


def has_times(network: NetworkTable, given: Sequence[Given]) -> bool:
    """Return whether any layer is recurrent, so that samples are sequences."""
    return known(network.layers) and any(map(_is_recurrent, network.layers, given))


def check_layers(
    network: NetworkTable, training: TrainingTable, given: Sequence[Given] | None, findings: Findings
) -> tuple[Layer, ...]:
    """Return the layers of the network; where there are findings, only those that could be made.

    `given` is what the file of parameters gives to each, None if it could not be read. The number of
    parameters is checked before any of them is made.
    """
    if not known(network.layers):
        return ()
    sizes, turned = _sizes(network)
    given = [{}] * len(network.layers) if given is None else given
    recurrent = [*map(_is_recurrent, network.layers, given)]
    affordable = _check_amount(network, sizes, recurrent, findings)
    if turned:
        per = _below(turned[0].layer)
        finding = said(turned, network.layers, per)
        findings.add(finding.path, finding.says, finding.remedy, numbers=finding.numbers)
    layers: list[Layer] = []
    for index, table in enumerate(network.layers):
        path: KeyPath = ("network", "layers", index)
        from_file = network.parameters is not None
        _check_choices(table, path, findings, recurrent=recurrent[index], from_file=from_file)
        row = ACTIVATIONS.get(table.activation) if isinstance(table.activation, str) else None
        if row is not None and row.coupled and index + 1 < len(network.layers):
            says = f"{table.activation} is for the last layer only, and this is not the last"
            findings.add((*path, "activation"), says, "Its outputs share one sum: they make a prediction.")
        if _check_seed(table, training, path, findings) and affordable:
            shape = (sizes[index + 1], sizes[index])
            maker = _Maker(shape, index, training.seed or 0, given[index], findings)
            layer = maker.layer(table, turned=any(one.layer == index for one in turned))
            layers += [layer] if layer else []
    return tuple(layers)


def _check_amount(network: NetworkTable, sizes: Sizes, recurrent: Sequence[bool], findings: Findings) -> bool:
    total = work = 0
    for index, ((inputs, units), table) in enumerate(zip(pairwise(sizes), network.layers, strict=True)):
        total += (units or 0) * ((inputs or 0) + 1 + (units or 0) * recurrent[index])
        if total > NUMBERS:
            key = "units" if known(table.units) else "weights"
            says = f"with this layer the network has {total:,} parameters; the limit is {NUMBERS:,}"
            findings.add(("network", "layers", index, key), says, "Use fewer units.")
            return False
        for key, other in (("init", inputs), ("recurrent_init", units)):
            if getattr(table, key) == "orthogonal" and units and other:
                short, long = sorted((units, other))
                work += long * short**2
                if work > _ORTHOGONAL:
                    before = ", after those of the layers before" if work > long * short**2 else ""
                    says = f'"orthogonal" would take too long for {units:,} x {other:,} weights{before}'
                    remedy = 'Use fewer units, or init = "normal".'
                    findings.add(("network", "layers", index, key), says, remedy)
                    return False
    return True


def _check_choices(
    table: LayerTable, path: KeyPath, findings: Findings, *, recurrent: bool, from_file: bool
) -> None:
    """Check what a layer may give only together, and what only alone."""
    if table.weights is not None:
        for name in ("units", "init"):
            if getattr(table, name) is not None:
                says = f"a layer that lists its weights has no {name}"
                findings.add((*path, name), says, f"Leave out either weights or {name}.", at_key=True)
    elif table.units is None and table.init is None:
        key = "units" if from_file else "weights"
        remedy = (
            "Give the number of neurons: their weights are in the file of parameters."
            if from_file
            else "Give weights, or units and init to have them drawn."
        )
        findings.add((*path, key), "this key is missing", remedy, at_key=True)
    elif table.units is None:
        findings.add(
            (*path, "init"), "init needs units, the number of neurons", "Add units = ...", at_key=True
        )
    elif table.init is None and not from_file:
        remedy = (
            'Add init, such as init = "xavier-uniform", list the weights, '
            "or give a file of them (network.parameters)."
        )
        says = "units needs init, which says how the weights are drawn"
        findings.add((*path, "units"), says, remedy, at_key=True)
    if table.recurrent_weights is not None and table.recurrent_init is not None:
        says = "a layer that lists its recurrent weights has no recurrent_init"
        findings.add((*path, "recurrent_init"), says, "Leave out one of the two.", at_key=True)
    for name in ("initial_state", "train_recurrent_weights"):
        if getattr(table, name) is not None and not recurrent:
            says = f"{name} is for recurrent layers, and this one is not"
            findings.add((*path, name), says, "Add recurrent_weights, or leave it out.", at_key=True)


def _check_seed(table: LayerTable, training: TrainingTable, path: KeyPath, findings: Findings) -> bool:
    """Return whether every draw of this layer has a seed."""
    if training.seed is not None:
        return known(training.seed)
    good = True
    for name in ("init", "recurrent_init"):
        init = getattr(table, name)
        if known(init) and init != "zeros":
            says = f'"{init}" draws random numbers, which need a seed'
            findings.add((*path, name), says, "Add seed = 1 (or any other number) under [training].")
            good = False
    return good


def _below(index: int) -> str:
    """Return what the columns of a layer's weights are counted by.

    The path counts layers from 0, as files do, and this from 1, as screens do: so it says which is which.
    """
    return "input (network.inputs)" if index == 0 else f"neuron of layer {index} (this is layer {index + 1})"


class _Maker:
    """Makes the parameters of one layer, whose weights are of `shape` (units, inputs)."""

    def __init__(
        self,
        shape: tuple[int | None, int | None],
        index: int,
        seed: int,
        given: Given,
        findings: Findings,
    ) -> None:
        self.shape, self.seed, self.given, self.findings = shape, seed, given, findings
        self.units, self.inputs = shape
        self.number = index + 1
        self.path: KeyPath = ("network", "layers", index)
        self.below = _below(index)

    def layer(self, table: LayerTable, *, turned: bool) -> Layer | None:
        """Return the layer, or None if something about it is wrong, or its weights are turned over."""
        weights = None if turned else self._weights(table)
        biases = self._vector("biases", table.biases)
        remembers = _is_recurrent(table, self.given)
        recurrent = self._recurrent(table) if remembers else None
        state = self._vector("initial_state", table.initial_state) if remembers else None
        shapes = {
            "train_weights": self.shape,
            "train_biases": (self.units,),
            "train_recurrent_weights": (self.units, self.units),
        }
        said = {name: getattr(table, name) for name in shapes if getattr(table, name) is not None}
        trained = {name: self._trained(name, values, shapes[name]) for name, values in said.items()}
        if weights is None or biases is None or not (known(table.activation) and known(table.bias_copies)):
            return None
        if remembers and (recurrent is None or state is None):
            return None
        good = {name: which for name, which in trained.items() if which is not None}
        if len(good) < len(trained):
            return None
        return Layer(
            table.activation,
            weights,
            biases,
            recurrent_weights=recurrent,
            initial_state=state,
            bias_copies=table.bias_copies,
            **good,
        )

    def _trained(
        self, name: str, values: bool | list[bool] | list[list[bool]], shape: tuple[int | None, ...]
    ) -> Trained | None:
        """Return which numbers of a parameter of this shape updates change, or None with findings."""
        if isinstance(values, bool) or not known(values):
            return values if isinstance(values, bool) else None
        path = (*self.path, name)
        array: Array | None
        if len(shape) == 1:
            array = vector(cast("list[float]", values), shape[0], NEURON, path, self.findings, _TRUTH)
        else:
            per = (NEURON, self.below if name == "train_weights" else NEURON)
            rows = cast("list[list[float]]", values)
            array = matrix(rows, (shape[0], shape[1]), per, path, self.findings, _TRUTH)
        return None if array is None else mask(array != 0)

    def _weights(self, table: LayerTable) -> Array | None:
        if "weights" in self.given:
            return self.given["weights"]
        if table.weights is not None and known(table.weights):
            per = (NEURON, self.below)
            return matrix(table.weights, self.shape, per, (*self.path, "weights"), self.findings)
        init = table.init
        if table.weights is None and init is not None and known(init) and self.units and self.inputs:
            return self._drawn("init", init, self.units, self.inputs)
        return None

    def _recurrent(self, table: LayerTable) -> Array | None:
        if "recurrent_weights" in self.given:
            return self.given["recurrent_weights"]
        if table.recurrent_weights is not None and known(table.recurrent_weights):
            shape, per = (self.units, self.units), (NEURON, NEURON)
            path = (*self.path, "recurrent_weights")
            return matrix(table.recurrent_weights, shape, per, path, self.findings)
        init = table.recurrent_init
        if table.recurrent_weights is None and init is not None and known(init) and self.units:
            return self._drawn("recurrent_init", init, self.units, self.units)
        return None

    def _drawn(self, key: str, init: str, units: int, inputs: int) -> Array | None:
        # Imported when weights are drawn at random: many scenarios, all first lessons, have theirs.
        from engine.read.initialise import initialise

        if key == "init":
            return initialise(init, units, inputs, self.seed, self.number)
        return initialise(init, units, inputs, self.seed, self.number, "recurrent_weights")

    def _vector(self, name: str, values: list[float] | None) -> Array | None:
        if values is None and name in self.given:
            return self.given[name]
        if values is None:
            return frozen(np.zeros(self.units)) if self.units else None
        if not known(values):
            return None
        return vector(values, self.units, NEURON, (*self.path, name), self.findings)
