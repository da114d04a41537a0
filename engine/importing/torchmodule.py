"""Which scenario is a module of PyTorch, if it is a chain of layers?

What a module does is in its `forward`: torch.fx follows it, so that activations which are functions are seen,
and that what is no chain is not taken for one. PyTorch is imported only here, by whoever has it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from engine.arrays import frozen
from engine.equations.functions.activations import ACTIVATIONS, LEAK
from engine.equations.functions.losses import LOSSES
from engine.importing.assumed import HALF_SQUARED, LAST, LOSS_OF
from engine.importing.scenario import scenario_of
from engine.importing.taken import NotTakenError, Taken, TakenLayer, check_size, finite, named
from engine.read.findings import quoted
from engine.spelling.nearest import nearest
from engine.spelling.others import ours

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from engine.arrays import Array
    from engine.scenario import Scenario

_SETTINGS = {"leaky-relu": ("negative_slope", LEAK), "elu": ("alpha", 1.0), "softplus": ("beta", 1.0)}
"""What an activation must be set to, so that it is ours."""
_ALL = slice(None)


def from_torch(
    module: Any, inputs: Any = None, targets: Any = None, *, loss: str | None = None, **training: Any
) -> Scenario:
    """Return the scenario of a module that is a chain of Linear, RNN and activations.

    `inputs` [sample, unit] or, with a memory, [sample, time, unit], and `targets` likewise or of the last
    time alone, or in a `cross-entropy` numbers of classes [sample] or [sample, time], as CrossEntropyLoss
    takes them; without them the data are placeholders. `loss` is one of ours: `cross-entropy` and
    `binary-cross-entropy` bring the softmax or sigmoid that torch has in its losses, where the module ends
    without. `training` are keys of `[training]`, such as learning_rate=0.01.

    Raises:
        ValueError: something can't be taken; the message says what and where.
    """
    if loss is not None and loss not in LOSSES:
        raise NotTakenError(f"loss is {loss!r}: expected {quoted(LOSSES)}. {nearest(loss, LOSSES)}".rstrip())
    chain = _Chain()
    for step in _steps(module):
        chain.take(step)
    taken = chain.taken(loss)
    x, y = (one.detach().cpu().numpy() if hasattr(one, "detach") else one for one in (inputs, targets))
    return scenario_of(taken, type(module).__name__, x, y, training, last_only=chain.last_only)


class _Step(NamedTuple):
    """What a chain does next: a `module`, a function by its `name`, or taking an item (`name` getitem)."""

    place: str
    name: str
    module: Any = None
    settings: Mapping[str, Any] = {}
    item: Any = None


def _steps(module: Any) -> Iterator[_Step]:
    """Yield what a module does one after the other; refuse what is no chain."""
    name = type(module).__name__
    if not hasattr(module, "named_modules"):
        raise NotTakenError(f"expected a module of torch, found a {name}")
    if type(module).__module__.startswith("torch.nn") and name != "Sequential":
        yield _Step(name, name, module)
        return
    try:
        graph = import_module("torch.fx").symbolic_trace(module).graph
    except Exception as error:
        raise NotTakenError(
            f"what {name}.forward does can't be followed ({named(str(error))}): give a torch.nn.Sequential"
        ) from error
    modules = dict(module.named_modules())
    before = None
    for node in _needed(graph):
        if before is not None and node.op == "output":
            if node.args[0] is not before:
                raise NotTakenError(f"{name} returns more than the last of a chain")
        elif before is not None:
            others = [one for one in node.all_input_nodes if one is not before]
            if others or not node.args or node.args[0] is not before:
                raise NotTakenError(
                    f"{node.name} reads something else than what is before it: it is no chain"
                )
            yield _step(node, modules)
        before = node


def _needed(graph: Any) -> list[Any]:
    """Return the nodes of a graph that its output is made of, in their order."""
    needed: set[Any] = set()
    for node in reversed(graph.nodes):
        if node.op == "output" or node in needed:
            needed.update((node, *node.all_input_nodes))
    return [node for node in graph.nodes if node in needed]


def _step(node: Any, modules: Mapping[str, Any]) -> _Step:
    if node.op == "call_module":
        module = modules[node.target]
        return _Step(f"{node.target} ({type(module).__name__})", type(module).__name__, module)
    name = node.target if isinstance(node.target, str) else getattr(node.target, "__name__", "?")
    if name == "getitem":
        return _Step(node.name, name, item=node.args[1])
    settings = dict(node.kwargs)
    if len(node.args) > 1:
        settings["dim" if name == "softmax" else "argument"] = node.args[1]
    return _Step(f"{node.name} ({name})", name, settings=settings)


class _Chain:
    """The layers so far."""

    def __init__(self) -> None:
        self.layers: list[TakenLayer] = []
        self.remarks: list[str] = []
        self.last_only = False
        self._open = False
        """Whether the last layer may still get an activation."""
        self._memory: Any = None
        """An RNN that gives its outputs and its last state, of which none has been taken yet."""
        self._states = False
        """Whether these are the last states of an RNN, a layer each."""
        self._recurrent = False
        self._by_sample = True
        self._seen: set[int] = set()

    def take(self, step: _Step) -> None:
        """Take the next step of a chain.

        Raises:
            NotTakenError: no layer of ours does that.
        """
        if step.name == "getitem":
            self._item(step)
            return
        if self._memory is not None or self._states:
            raise NotTakenError(f"{step.place} reads a pair: of what an RNN gives take [0], or [1][-1]")
        if step.module is not None and step.name == "Linear":
            self._linear(step)
        elif step.module is not None and step.name == "RNN":
            self._rnn(step)
        elif (
            step.name == "Flatten"
            and not self.layers
            and (step.module.start_dim, step.module.end_dim) == (1, -1)
        ):
            self.remarks.append(f"{step.place}: the inputs are flat here")
        elif step.name in ("Dropout", "Identity") and not (step.name == "Dropout" and _drops(step.module)):
            pass
        elif step.name == "Dropout":
            raise NotTakenError(
                f"{step.place} draws at random: leave it out, or call eval() of the module first"
            )
        else:
            self._activation(step)

    def _linear(self, step: _Step) -> None:
        self._once(step)
        self.layers.append(_layer(step, step.module, "", "identity"))
        self._open = True

    def _once(self, step: _Step) -> None:
        """Refuse a layer whose parameters another layer has as well."""
        for name, one in step.module.named_parameters():
            if id(one) in self._seen:
                raise NotTakenError(
                    f"{step.place}: another layer has the same {name}, and here each has its own"
                )
            self._seen.add(id(one))

    def _rnn(self, step: _Step) -> None:
        self._once(step)
        rnn = step.module
        if rnn.bidirectional:
            raise NotTakenError(f"{step.place} is bidirectional: only one direction can be taken")
        if rnn.dropout and rnn.training:
            raise NotTakenError(f"{step.place} has dropout: call eval() of the module first")
        if self._recurrent and rnn.batch_first != self._by_sample:
            raise NotTakenError(f"{step.place} has another batch_first than the RNN before it")
        if self.last_only:
            raise NotTakenError(f"{step.place} comes after the last time was taken")
        for place in range(rnn.num_layers):
            self.layers.append(_layer(step, rnn, f"_l{place}", rnn.nonlinearity))
        self._open, self._memory, self._recurrent, self._by_sample = False, rnn, True, rnn.batch_first

    def _item(self, step: _Step) -> None:
        item = step.item
        time = (_ALL, -1) if self._by_sample else (-1,)
        whole = item if isinstance(item, tuple) else (item,)
        if self._memory is not None and item in (0, 1):
            self._memory, self._states = None, item == 1
        elif self._states and item == -1:
            self._states, self.last_only = False, True
        elif (
            self._recurrent
            and self._memory is None
            and not self._states
            and not self.last_only
            and (whole in (time, (*time, _ALL), (*time, ...)))
        ):
            self.last_only = True
        else:
            raise NotTakenError(
                f"{step.place} takes [{item}]: of an RNN can be taken all times, or the last one"
            )

    def _activation(self, step: _Step) -> None:
        found = ours(step.name, ACTIVATIONS)
        if found is None or step.name == "linear":
            raise NotTakenError(
                f"{step.place} can't be taken: there are Linear, RNN and {', '.join(ACTIVATIONS)}"
            )
        if not self._open:
            raise NotTakenError(f"{step.place} has no Linear before it")
        units = 2 if self._recurrent and not self.last_only else 1
        wrong = _other_setting(step, found, units)
        if wrong:
            raise NotTakenError(f"{step.place}: {wrong}")
        last = self.layers[-1]
        self.layers[-1] = last._replace(activation=found)
        self._open = False

    def taken(self, loss: str | None) -> Taken:
        """Return the network.

        Raises:
            NotTakenError: it has no layers, or not such as a scenario may have.
        """
        if not self.layers:
            raise NotTakenError("there is no Linear and no RNN")
        if self._states:
            raise NotTakenError(
                "the module returns the last states of all layers of an RNN: take [-1] of them"
            )
        for layer in self.layers[:-1]:
            if ACTIVATIONS[layer.activation].coupled:
                raise NotTakenError(f"{layer.place}: {layer.activation} can stand in the last layer alone")
        last = self.layers[-1]
        if self._open and loss in LAST:
            self.layers[-1] = last = last._replace(activation=LAST[loss])
            self.remarks.append(f"the last layer has the {last.activation} that torch has in its loss")
        check_size(self.layers)
        loss = loss or LOSS_OF.get(last.activation, HALF_SQUARED)
        return Taken(tuple(self.layers), loss, tuple(dict.fromkeys(self.remarks)))


def _drops(dropout: Any) -> bool:
    return bool(dropout.training and dropout.p)


def _other_setting(step: _Step, found: str, units: int) -> str:
    """Return what makes an activation another than ours; the empty text if nothing does."""

    def setting(name: str, default: Any) -> Any:
        return (
            getattr(step.module, name, None) if step.module is not None else step.settings.get(name, default)
        )

    if found in _SETTINGS:
        name, expected = _SETTINGS[found]
        if setting(name, expected) != expected:
            return f"{name} is {setting(name, expected)}, and here {expected}"
    if ACTIVATIONS[found].coupled and setting("dim", None) not in (-1, units):
        return f"dim is {setting('dim', None)}: expected -1, the units"
    further = set(step.settings) - {"inplace", "dim", "dtype", "_stacklevel", _SETTINGS.get(found, ("",))[0]}
    return f"it has a further {min(further)}" if further else ""


def _layer(step: _Step, module: Any, suffix: str, activation: str) -> TakenLayer:
    """Return the layer of a Linear, or of an RNN with the suffix of its names."""
    held = {"weights": [f"weight_ih{suffix}"], "recurrent_weights": [f"weight_hh{suffix}"]}
    held["biases"] = [f"bias_ih{suffix}", f"bias_hh{suffix}"]
    if not suffix:
        held = {"weights": ["weight"], "biases": ["bias"]}
    arrays: dict[str, Array] = {}
    trained: dict[str, int] = {}
    for group, names in held.items():
        found = [one for name in names if (one := getattr(module, name, None)) is not None]
        if found:
            each = [finite(one.detach().cpu().double().numpy(), step.place) for one in found]
            arrays[group] = frozen(np.sum(each, axis=0))
        trained[group] = sum(one.requires_grad for one in found)
    weights = arrays["weights"]
    return TakenLayer(
        step.place,
        activation,
        weights,
        frozen(arrays.get("biases", [0.0] * len(weights))),
        arrays.get("recurrent_weights"),
        tuple(group for group, count in trained.items() if not count),
        max(1, trained["biases"]),
    )
