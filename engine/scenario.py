"""What does a scenario hold, once its file has been read and found good?

Everything here is immutable and already checked: shapes agree, numbers are finite.
Reading a file is the business of `engine.read`.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from engine.arrays import Immutable
from engine.records import Record
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.arrays import Array, Mask

Order: TypeAlias = str
"""The name of a list in `engine.update_orders`."""
Reduction = Literal["sum", "mean"]
Trained: TypeAlias = "bool | Mask"


class Layer(Immutable, Record):
    """One layer and its parameters before the first update.

    `weights` is [unit, input], `biases` [unit]; `recurrent_weights` [unit to, unit from] is None in a
    layer without recurrence. `initial_state` [unit] is the activation before time 0; None is zeros.
    `train_weights` and the others like it say whether updates change a group: all of it, nothing, or number
    by number (a read-only mask of its shape). So many biases as `bias_copies` are added up in
    each of `biases`, and each is trained by itself: an update changes their sum by so many times what it
    changes one by.
    """

    activation: str
    weights: Array
    biases: Array
    train_biases: Trained = True
    recurrent_weights: Array | None = None
    initial_state: Array | None = None
    train_weights: Trained = True
    train_recurrent_weights: Trained = True
    bias_copies: int = 1

    @property
    def units(self) -> int:
        """Number of neurons."""
        return int(self.weights.shape[0])

    @property
    def inputs(self) -> int:
        """Number of units in the layer below."""
        return int(self.weights.shape[1])

    def trained(self, group: str) -> Trained:
        """Return what of a group of parameters (`weights`, ...) updates change."""
        found: Trained = getattr(self, f"train_{group}")
        return found

    def trains_at(self, group: str, index: tuple[int, ...]) -> bool:
        """Return whether updates change one number of a group of parameters."""
        found = self.trained(group)
        return found if isinstance(found, bool) else bool(found[index])

    def trains(self, group: str) -> bool:
        """Return whether updates change any number of a group of parameters."""
        found = self.trained(group)
        return found if isinstance(found, bool) else bool(found.any())

    def copies(self, group: str) -> int:
        """Return how many parameters, each trained by itself, are added up in each of a group."""
        return self.bias_copies if group == "biases" else 1

    @property
    def recurrent(self) -> bool:
        """Whether the layer reads its own activation of the time before."""
        return self.recurrent_weights is not None


class Network(Immutable, Record):
    """Layers 1..L (here `layers[0]` to `layers[L-1]`) over `inputs` input units, and the loss."""

    inputs: int
    loss: str
    layers: tuple[Layer, ...]

    @property
    def recurrent(self) -> bool:
        """Whether any layer is recurrent, so that the data are sequences."""
        return any(layer.recurrent for layer in self.layers)

    @property
    def sizes(self) -> tuple[int, ...]:
        """Units of layer 0..L."""
        return (self.inputs, *(layer.units for layer in self.layers))

    @property
    def parameters(self) -> int:
        """Number of weights, recurrent weights and biases."""
        return sum(
            layer.weights.size + layer.biases.size + (layer.units**2 if layer.recurrent else 0)
            for layer in self.layers
        )


class Data(Immutable, Record):
    """The samples, in order: `inputs` [sample, time, unit], `targets` [sample, time, unit].

    Without sequences there is one time. `has_target` [sample, time] says where a target exists;
    where it does not, `targets` holds zeros. `shape` are the rows and columns of inputs that are pictures,
    row by row; None if they are not.
    """

    inputs: Array
    targets: Array
    has_target: Mask
    shape: tuple[int, int] | None = None

    @property
    def samples(self) -> int:
        """Number of samples."""
        return int(self.inputs.shape[0])

    @property
    def times(self) -> int:
        """Length of the sequences; 1 without sequences."""
        return int(self.inputs.shape[1])


class Training(Record):
    """How the parameters are updated. `batch_size` lies in 1..number of samples.

    `optimizer` is a row of `engine.equations.optimizers`, `mistake` one of
    `engine.equations.mistakes.mistakes`; `momentum` to `epsilon` are the settings of optimisers, whether
    this one uses them or not. `clip_norm` is the length of all gradients together above which they are
    shortened to it.
    """

    learning_rate: float
    iterations: int
    batch_size: int
    reduction: Reduction = "sum"
    order: Order = WAITING
    seed: int | None = None
    optimizer: str = "sgd"
    momentum: float = 0.9
    decay: float = 0.99
    beta1: float = 0.9
    beta2: float = 0.999
    epsilon: float = 1e-8
    weight_decay: float = 0.0
    clip_norm: float | None = None
    mistake: str | None = None


class Note(Record):
    """A text that the app shows when `step` (1-based, as shown) is reached.

    With it `view` is opened and the number called `look` is looked at, if they are given; the parts of the
    screen in `shows` (`engine.looking.lesson.shown`) are there from then on.
    """

    step: int
    text: str
    view: str | None = None
    look: str | None = None
    shows: tuple[str, ...] = ()


class Names(Record):
    """What the units at both ends are called, as far as the data say it; no number depends on them.

    `inputs` has a name for each input, `outputs` one for each output, or they are empty. `classes` are
    what the targets tell apart: as many as outputs, or two of one output, for 0 and 1. `columns` says in
    words what became of each column of a table.
    """

    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    columns: str = ""

    def of_target(self, target: Array) -> str:
        """Return the class that a target [output] stands for; the empty text if it is none."""
        values: list[float] = target.tolist()
        if len(values) == 1:
            return self.classes[int(values[0])] if self.classes and values[0] in (0.0, 1.0) else ""
        if len(self.classes) != len(values) or sorted(values) != [0.0] * (len(values) - 1) + [1.0]:
            return ""
        return self.classes[values.index(1.0)]


class Scenario(Immutable, Record):
    """A network, its data and its training: all that a trace depends on.

    `name` is that of its file, without `.toml`. `shows` are the parts of the screen that it begins with; none
    means all.
    """

    title: str
    network: Network
    data: Data
    training: Training
    about: str = ""
    source: str = ""
    notes: tuple[Note, ...] = ()
    names: Names = Names()
    name: str = ""
    shows: tuple[str, ...] = ()


def without_mistake(scenario: Scenario) -> Scenario:
    """Return a scenario with the mistake that it makes put right."""
    return replace(scenario, training=replace(scenario.training, mistake=None))
