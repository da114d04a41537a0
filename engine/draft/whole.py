"""What does the file of a whole scenario say, with the parameters that it has or with others?

Read again it is the same network, data and training, bit for bit. Many numbers stand in files beside it.
"""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.draft.named_columns import named_table
from engine.draft.toml import toml
from engine.equations.optimizers import OPTIMIZERS
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS
from engine.read.build import LIMIT
from engine.read.document.syntax import MOST
from engine.spelling.text import one_line

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.draft.named_columns import NamedTable
    from engine.parameters import Parameters
    from engine.scenario import Data, Layer, Order, Scenario, Training

LISTED = 10_000
"""Numbers of the data, and of the parameters, up to which they are listed: what a person looks through."""

_ALWAYS = ("learning_rate", "iterations", "batch_size", "reduction", "order")


class NotWrittenError(ValueError):
    """A scenario can't be written; the message says why."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A scenario to be written: in an order, with parameters, and with remarks at its top."""

    scenario: Scenario
    order: Order
    parameters: Parameters
    remarks: tuple[str, ...] = ()

    @property
    def many_data(self) -> bool:
        """Whether the data stand in a file of their own."""
        return self.scenario.data.inputs.size + self.scenario.data.targets.size > LISTED

    @property
    def many_parameters(self) -> bool:
        """Whether the parameters do."""
        return self.scenario.network.parameters > LISTED

    def files(self, stem: str) -> dict[str, bytes]:
        """Return the files by their names, that of the scenario last; `stem` is its name without `.toml`.

        Raises:
            NotWrittenError: no file can say this.
        """
        self._check()
        named = named_table(self.scenario)
        data = f"{stem}.data.csv" if named is not None else f"{stem}.data.npz" if self.many_data else ""
        parameters = f"{stem}.parameters.npz" if self.many_parameters else ""
        text = self._text(_data(self.scenario, data, named), parameters)
        if len(text) > LIMIT or text.count(b",") > MOST[","][0] or text.count(b"\n") > MOST["\n"][0]:
            raise NotWrittenError("it is too long for a scenario file")
        found = {}
        if named is not None:
            found[data] = named.content
        elif data:
            found[data] = _saved(dict(zip(("inputs", "targets"), _samples(self.scenario), strict=True)))
        if parameters:
            found[parameters] = _saved(dict(self._named()))
        return {**found, f"{stem}.toml": text}

    def _check(self) -> None:
        for name, array in self._named():
            bad = np.argwhere(~np.isfinite(array))
            if len(bad):
                place = ",".join(str(part + 1) for part in bad[0])
                value = array[tuple(bad[0])]
                raise NotWrittenError(f"{name}[{place}] is {value}, and a scenario has finite numbers alone")
        has_target = self.scenario.data.has_target
        if not (has_target.all() or _only_last(self.scenario.data)):
            raise NotWrittenError(
                "it has targets at some times alone: a file has them at all, or at the last"
            )

    def _named(self) -> list[tuple[str, Array]]:
        """Return the parameters by the names that a file of them has: W1, b1 and so on."""
        layers = range(1, len(self.scenario.network.layers) + 1)
        every = (
            (f"{letter}{layer}", getattr(self.parameters, group)[layer - 1])
            for layer in layers
            for group, letter in PARAMETER_LETTERS.items()
        )
        return [(name, array) for name, array in every if array is not None]

    def _text(self, data: dict[str, Any], parameters: str) -> bytes:
        scenario, network = self.scenario, self.scenario.network
        document: dict[str, Any] = {
            "format": 1,
            "title": one_line(scenario.title),
            "about": scenario.about or None,
            "source": scenario.source or None,
            "network": {
                "inputs": network.inputs,
                "loss": network.loss,
                "parameters": parameters or None,
                "layers": [self._layer(place, bool(parameters)) for place in range(len(network.layers))],
            },
            "data": data,
            "training": _training(scenario.training, self.order),
            "lesson": {"shows": list(scenario.shows)} if scenario.shows and scenario.notes else None,
            "notes": [
                {
                    "step": note.step,
                    "text": note.text,
                    "view": note.view,
                    "look": note.look,
                    "shows": list(note.shows) or None,
                }
                for note in scenario.notes
            ],
        }
        heading = "".join(f"# {one_line(remark)}\n" for remark in self.remarks)
        kept = {key: value for key, value in document.items() if value != []}
        return (heading + toml(kept)).encode()

    def _layer(self, place: int, in_file: bool) -> dict[str, Any]:
        layer = self.scenario.network.layers[place]
        arrays = {group: getattr(self.parameters, group)[place] for group in PARAMETERS}
        listed: dict[str, Any] = {name: None if one is None else one.tolist() for name, one in arrays.items()}
        return {
            "activation": layer.activation,
            **({"units": layer.units} if in_file else listed),
            "initial_state": None if layer.initial_state is None else layer.initial_state.tolist(),
            **{f"train_{group}": _trained(layer, group) for group in PARAMETERS},
            "bias_copies": layer.bias_copies if layer.bias_copies > 1 else None,
        }


def _trained(layer: Layer, group: str) -> Any:
    """Return what the file says of what updates change; None where it needs say nothing."""
    found = layer.trained(group)
    if isinstance(found, bool):
        return None if found else False
    return found.tolist()


def _only_last(data: Data) -> bool:
    return bool(data.has_target[:, -1].all() and not data.has_target[:, :-1].any())


def _samples(scenario: Scenario) -> tuple[Array, Array]:
    """Return inputs and targets in the shapes that a file has them in."""
    data, recurrent = scenario.data, scenario.network.recurrent
    inputs = data.inputs if recurrent else data.inputs[:, 0]
    last = not recurrent or (data.times > 1 and not data.has_target.all())
    return inputs, data.targets[:, -1] if last else data.targets


def _data(scenario: Scenario, file: str, named: NamedTable | None) -> dict[str, Any]:
    """Return what the file says of the samples: they are listed, or in a file."""
    shape = None if scenario.data.shape is None else list(scenario.data.shape)
    if named is not None:
        return {"file": file, **named.keys, "shape": shape}
    inputs, targets = _samples(scenario)
    numbers = {"file": file} if file else {"inputs": inputs.tolist(), "targets": targets.tolist()}
    # In a file one target would be taken for a column of labels.
    classes = list(scenario.names.classes) if not (file and targets.shape[-1] == 1) else []
    return {**numbers, "classes": classes or None, "shape": shape}


def _training(training: Training, order: Order) -> dict[str, Any]:
    run = {name: getattr(training, name) for name in _ALWAYS} | {"order": order}
    run["optimizer"] = training.optimizer
    for name in OPTIMIZERS[training.optimizer].settings:
        run[name] = getattr(training, name)
    return {
        **run,
        "weight_decay": training.weight_decay or None,
        "clip_norm": training.clip_norm,
        "mistake": training.mistake,
    }


def _saved(arrays: dict[str, Array]) -> bytes:
    made = BytesIO()
    np.savez(made, allow_pickle=False, **arrays)
    return made.getvalue()
