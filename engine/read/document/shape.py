"""Which tables, keys and kinds of value does a scenario file of format 1 have?

The docstrings and descriptions here become the JSON Schema that editors show (`engine.read.schema`).
What can't be said by kinds alone (shapes, what needs what) is checked in `layers` and `samples`.

msgspec reads the annotations at run time, so they are no mere strings here (no `annotations` import).
"""

from dataclasses import fields
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from msgspec import Meta, Struct

from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.looking.lesson.shown import PARTS, VIEWS
from engine.scenario import Reduction, Training
from engine.update_orders import ORDERS, WAITING

FORMAT = 1

# The rows of the tables are the words of the format: known when this is run, so any word to a type checker.
if TYPE_CHECKING:
    Activation: TypeAlias = str
    Loss: TypeAlias = str
    Order: TypeAlias = str
    Optimizer: TypeAlias = str
    Mistake: TypeAlias = str
    View: TypeAlias = str
    Part: TypeAlias = str
else:
    Activation = Literal[tuple(ACTIVATIONS)]
    Loss = Literal[tuple(LOSSES)]
    Order = Literal[tuple(ORDERS)]
    Optimizer = Literal[tuple(OPTIMIZERS)]
    Mistake = Literal[tuple(MISTAKES)]
    View = Literal[VIEWS]
    Part = Literal[tuple(PARTS)]
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
Copies = Annotated[int, Meta(ge=1, le=16)]
Seed = Annotated[int, Meta(ge=0, le=2**63 - 1)]

_DEFAULTS = {field.name: field.default for field in fields(Training)}


def users(setting: str) -> tuple[str, ...]:
    """Return the optimisers that use a key of `[training]`."""
    return tuple(name for name, row in OPTIMIZERS.items() if setting in row.settings)


def _setting(name: str, what: str) -> str:
    """Describe a setting of optimisers."""
    return f"{what} ({', '.join(users(name))}). Without it: {_DEFAULTS[name]}."


# From 0 to just below 1: what is kept of a state at an update.
Kept = Annotated[float, Meta(ge=0, lt=1)]
Positive = Annotated[float, Meta(gt=0)]

Vector = list[float]
Matrix = list[list[float]]
# One sample is a vector or, in a recurrent network, a list of vectors. A text is the name of a column.
Samples = list[str | list[float | list[float]]]


class LayerTable(Struct, forbid_unknown_fields=True):
    """One layer of neurons: `weights`, or `units` and `init`, or `units` and a file of parameters."""

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
        Meta(description="Number of neurons, where the weights are drawn by `init` or come from a file."),
    ] = None
    init: Annotated[
        Init | None, Meta(description="How the weights are drawn; needs training.seed, except zeros.")
    ] = None
    biases: Annotated[Vector | None, Meta(description="One per neuron. Without it: zeros.")] = None
    train_weights: Annotated[
        bool | list[list[bool]],
        Meta(description="Whether updates change the weights: all, none, or a truth value for each."),
    ] = True
    train_biases: Annotated[
        bool | list[bool],
        Meta(description="Whether updates change the biases: all, none, or a truth value for each."),
    ] = True
    bias_copies: Annotated[
        Copies,
        Meta(
            description="How many biases, each trained by itself, are added up in each of `biases`: "
            "PyTorch's RNN has two. An update changes their sum by so many times what it changes one by."
        ),
    ] = 1
    recurrent_weights: Annotated[
        Matrix | None,
        Meta(description="Square: row to, column from. Makes the layer recurrent, and the data sequences."),
    ] = None
    recurrent_init: Annotated[
        Init | None, Meta(description="How the recurrent weights are drawn, instead of listing them.")
    ] = None
    train_recurrent_weights: Annotated[
        bool | list[list[bool]] | None,
        Meta(
            description="Whether updates change the recurrent weights: all, none, or a truth value for each. "
            "Without it: all."
        ),
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
    parameters: Annotated[
        str | None,
        Meta(
            description="An .npz file in the scenario's folder or below, by its path from there. It has W1 "
            "[to, from] of layer 1, b1 and U1 (recurrent weights) if there are any, W2 and so on: what the "
            "layers, which then have `units`, don't give themselves."
        ),
    ] = None


class DataTable(Struct, forbid_unknown_fields=True):
    """The samples: either `inputs` and `targets`, or `file`, of which they may name the columns."""

    inputs: Annotated[
        Samples | None,
        Meta(
            description="[sample][unit]; in a recurrent network [sample][time][unit]. "
            "With `file`: the names of the columns (of the array) that are the inputs."
        ),
    ] = None
    targets: Annotated[
        Samples | None,
        Meta(
            description="[sample][unit]; in a recurrent network [sample][time][unit], "
            "or [sample][unit] for the last time only. "
            "With `file`: the names of the columns (of the array) that are the targets."
        ),
    ] = None
    file: Annotated[
        str | None,
        Meta(description="A CSV or .npz file in the scenario's folder or below, by its path from there."),
    ] = None
    one_hot: Annotated[
        bool,
        Meta(
            description="Whether the targets are one column of labels: each class has an output, in the "
            "order of `classes`, else by value or by letters."
        ),
    ] = False
    classes: Annotated[
        list[str | float] | None,
        Meta(
            description="The classes, in the order of the outputs; two of one output, for 0 and 1. "
            "A single column of targets holds them as labels."
        ),
    ] = None
    separator: Annotated[
        Literal[",", ";", "\t", "|", " "] | None,
        Meta(description="What stands between the columns of a CSV file. Without it: a comma."),
    ] = None
    decimal: Annotated[
        Literal[".", ","], Meta(description="What stands before the decimals in a CSV file.")
    ] = "."
    header: Annotated[
        bool | None,
        Meta(
            description="Whether the first line of a CSV file has the names of the columns. "
            "Without it: if none of them is a number."
        ),
    ] = None
    shape: Annotated[
        list[Count] | None,
        Meta(
            description="Rows and columns of inputs that are pictures, such as [8, 8]: the inputs of a "
            "sample are its pixels, row by row. Without it: they are no pictures."
        ),
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
            + "; ".join(f"{order}: {row.meaning}" for order, row in ORDERS.items())
            + "."
        ),
    ] = WAITING
    optimizer: Annotated[
        Optimizer, Meta(description="What an update makes of the gradients; sgd applies them as they are.")
    ] = "sgd"
    momentum: Annotated[
        Kept | None, Meta(description=_setting("momentum", "μ, what is kept of the velocity"))
    ] = None
    decay: Annotated[
        Kept | None, Meta(description=_setting("decay", "ρ, what is kept of the mean square"))
    ] = None
    beta1: Annotated[
        Kept | None, Meta(description=_setting("beta1", "β₁, what is kept of the first moment"))
    ] = None
    beta2: Annotated[
        Kept | None, Meta(description=_setting("beta2", "β₂, what is kept of the second moment"))
    ] = None
    epsilon: Annotated[
        Positive | None, Meta(description=_setting("epsilon", "ε, which keeps a division from one by 0"))
    ] = None
    weight_decay: Annotated[
        float,
        Meta(ge=0, description="λ: updates pull weights and recurrent weights towards 0, never biases."),
    ] = 0.0
    clip_norm: Annotated[
        Positive | None,
        Meta(
            description="The length of all trained gradients together above which they are shortened to it. "
            f"Only with order {WAITING}. Without it: they never are."
        ),
    ] = None
    mistake: Annotated[
        Mistake | None,
        Meta(
            description="A mistake, made on purpose. "
            + "; ".join(f"{name}: {row.instead}" for name, row in MISTAKES.items())
            + "."
        ),
    ] = None
    seed: Annotated[Seed | None, Meta(description="Start of the random numbers that `init` draws.")] = None


class NoteTable(Struct, forbid_unknown_fields=True):
    """A text shown at a step."""

    step: Annotated[int, Meta(ge=1, le=2**63 - 1, description="The step, counted from 1 as on the screen.")]
    text: Annotated[str, Meta(description="What to say there.")]
    view: Annotated[
        View | None,
        Meta(description="The view that is opened there. Without it: the reader stays in his own."),
    ] = None
    look: Annotated[
        str | None,
        Meta(description="The name of the number that is looked at there, such as δ1[2] or W1[2,1]."),
    ] = None
    shows: Annotated[
        list[Part], Meta(description="Parts of the screen that are shown from there on, beside those before.")
    ] = []


class LessonTable(Struct, forbid_unknown_fields=True):
    """What a reader sees who doesn't know the screen yet."""

    shows: Annotated[
        list[Part],
        Meta(
            min_length=1,
            description="The parts of the screen that are shown from the first step on. "
            + "; ".join(f"{part}: {meaning}" for part, meaning in PARTS.items())
            + ".",
        ),
    ]


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
    lesson: Annotated[
        LessonTable | None, Meta(description="What is shown to begin with. Without it: everything.")
    ] = None
    notes: Annotated[list[NoteTable], Meta(description="Texts shown at single steps.")] = []
