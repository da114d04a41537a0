"""Which tables, keys and kinds of value does a scenario file of format 1 have?

The docstrings and descriptions here become the JSON Schema that editors show (`engine.read.schema`).
What can't be said by kinds alone (shapes, what needs what) is checked in `layers` and `samples`.

msgspec reads the annotations at run time, so they are no mere strings here (no `annotations` import).
"""

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.equations.activations import ACTIVATIONS
from engine.equations.losses import LOSSES
from engine.order.orders import MEANING, ORDERS, WAITING
from engine.scenario import Reduction

FORMAT = 1

# The rows of the tables are the words of the format: known when this is run, so any word to a type checker.
if TYPE_CHECKING:
    Activation: TypeAlias = str
    Loss: TypeAlias = str
    Order: TypeAlias = str
else:
    Activation = Literal[tuple(ACTIVATIONS)]
    Loss = Literal[tuple(LOSSES)]
    Order = Literal[tuple(ORDERS)]
Init = Literal[
    "zeros",
    "uniform",
    "normal",
    "xavier-uniform",
    "xavier-normal",
    "he-uniform",
    "he-normal",
    "orthogonal",
]

# Above any use, and far below what would overflow the number of steps of a run.
Count = Annotated[int, Meta(ge=1, le=1_000_000_000)]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]

Vector = list[float]
Matrix = list[list[float]]
# One sample is a vector or, in a recurrent network, a list of vectors.
Samples = list[list[float | list[float]]]


class LayerTable(Struct, forbid_unknown_fields=True):
    """One layer of neurons: either `weights`, or `units` and `init`."""

    activation: Annotated[
        Activation,
        Meta(description="The function from pre-activation to activation; softmax only in the last layer."),
    ]
    weights: Annotated[
        Matrix | None,
        Meta(description="One row per neuron of this layer, one column per neuron of the layer below."),
    ] = None
    units: Annotated[
        Count | None,
        Meta(description="Number of neurons, where the weights are drawn by `init`."),
    ] = None
    init: Annotated[
        Init | None, Meta(description="How the weights are drawn; needs training.seed, except zeros.")
    ] = None
    biases: Annotated[Vector | None, Meta(description="One per neuron. Without it: zeros.")] = None
    train_biases: Annotated[bool, Meta(description="Whether updates change the biases.")] = True
    recurrent_weights: Annotated[
        Matrix | None,
        Meta(description="Square: row to, column from. Makes the layer recurrent, and the data sequences."),
    ] = None
    recurrent_init: Annotated[
        Init | None, Meta(description="How the recurrent weights are drawn, instead of listing them.")
    ] = None
    initial_state: Annotated[
        Vector | None,
        Meta(description="Activation before time 0, one per neuron of a recurrent layer. Without it: zeros."),
    ] = None


class NetworkTable(Struct, forbid_unknown_fields=True):
    """The layers, from the inputs up, and the loss."""

    inputs: Annotated[Count, Meta(description="Number of input units.")]
    loss: Annotated[Loss, Meta(description="What the last layer's activation is measured with.")]
    layers: Annotated[
        list[LayerTable],
        Meta(min_length=1, description="Layer 1 first; the last layer gives the prediction."),
    ]


class DataTable(Struct, forbid_unknown_fields=True):
    """The samples: either `inputs` and `targets`, or `file`."""

    inputs: Annotated[
        Samples | None,
        Meta(description="[sample][unit]; in a recurrent network [sample][time][unit]."),
    ] = None
    targets: Annotated[
        Samples | None,
        Meta(
            description="[sample][unit]; in a recurrent network [sample][time][unit], "
            "or [sample][unit] for the last time only."
        ),
    ] = None
    file: Annotated[
        str | None,
        Meta(description="A CSV or .npz file in the scenario's folder or below, by its path from there."),
    ] = None


class TrainingTable(Struct, forbid_unknown_fields=True):
    """How the parameters are updated."""

    learning_rate: Annotated[float, Meta(ge=0, description="η: the change is -η times the gradient.")]
    iterations: Annotated[Count, Meta(description="Number of rounds of updates.")] = 1
    batch_size: Annotated[
        Count | None,
        Meta(description="Samples per iteration, taken in order. Without it: all samples."),
    ] = None
    reduction: Annotated[
        Reduction, Meta(description="Whether the gradients of a batch are summed or averaged.")
    ] = "sum"
    order: Annotated[
        Order,
        Meta(
            description="When gradients are applied. "
            + "; ".join(f"{order}: {meaning}" for order, meaning in MEANING.items())
            + "."
        ),
    ] = WAITING
    seed: Annotated[Seed | None, Meta(description="Start of the random numbers that `init` draws.")] = None


class NoteTable(Struct, forbid_unknown_fields=True):
    """A text shown at a step."""

    step: Annotated[int, Meta(ge=1, le=2**63 - 1, description="The step, counted from 1 as on the screen.")]
    text: Annotated[str, Meta(description="What to say there.")]


class ScenarioFile(Struct, forbid_unknown_fields=True):
    """A bp-tui scenario: a network, its data and its training."""

    format: Annotated[Literal[1], Meta(description="The version of this format.")]
    title: Annotated[str, Meta(description="One line, shown in lists and on the screen.")]
    network: NetworkTable
    data: Annotated[
        DataTable | str,
        Meta(description="The samples, or the path of a CSV or .npz file that holds them."),
    ]
    training: TrainingTable
    about: Annotated[str, Meta(description="What to look for, shown in the picker and the app.")] = ""
    source: Annotated[str, Meta(description="Where the numbers come from.")] = ""
    notes: Annotated[list[NoteTable], Meta(description="Texts shown at single steps.")] = []
