"""Which further kinds of layers does the table carry? Some as equations of the way forward, and no more.

Gated recurrent layers and batch normalisation, below an output layer and a loss of the project's own. The way
back and the updates are derived by the engine, and the numpy program is the engine's: here stands nothing but
the mathematics of the way forward, with the shapes of what is given.

Sources: Cho et al. (2014), Learning Phrase Representations using RNN Encoder-Decoder (the gated recurrent
unit, here also with the reset after the product, as PyTorch has it); Hochreiter and Schmidhuber (1997), Long
Short-Term Memory, with the forget gate of Gers et al. (2000); Ioffe and Szegedy (2015), Batch Normalization;
Ba, Kiros and Hinton (2016), Layer Normalization.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from engine.equations import forward
from engine.equations.back.robust import rewritten
from engine.equations.back.transpose import transposed
from engine.equations.equation import SAMPLE, TIME, Equation, Home, Variable, equation, factor
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.formula import names, parse
from engine.equations.table import Table, axes_of, pruned
from engine.equations.updates import RATE, of_parameter
from engine.program.arrays.machine import others
from engine.scenario import Training

if TYPE_CHECKING:
    from engine.arrays import Array
    from engine.equations.table import Axis

EPSILON = 1e-5


class Sizes(NamedTuple):
    """How many units there are below, in the layer and on top."""

    inputs: int = 3
    units: int = 4
    outputs: int = 2


@dataclass(frozen=True)
class Told:
    """Equations of a way forward, and the shapes of what they are given.

    `parameters` and `initial` (the states before time 0) have shapes of units, `constants` are numbers.
    """

    way: list[Equation]
    sizes: Sizes
    parameters: dict[str, tuple[int, ...]]
    output: str
    loss: str
    initial: dict[str, int] = field(default_factory=dict)
    constants: dict[str, float] = field(default_factory=dict)

    @cached_property
    def table(self) -> Table:
        """The whole table, the way back and the updates derived."""
        way = [*self.way, *output_layer(self.output), *forward.of_loss(self.loss, 2)]
        outputs = self.sizes.outputs
        shapes = {**self.parameters, "weights2": (outputs, self.sizes.units), "biases2": (outputs,)}
        parameters = {factor(name).variable: shape for name, shape in shapes.items()}
        found = [*way, *transposed(way, tuple(parameters), forward.TERMS)]
        found = rewritten(found, self.output, self.loss, 2)
        letters = {read.variable: read for one in way for read in one.factors()}
        for variable in parameters:
            found += of_parameter(letters[variable], Training(1.0, 1, 1), True)
        found = pruned(found, [one.variable for one in found if not one.helper])
        return Table(
            equations=tuple(found),
            axes=axes_of(found, {**self._given(), **parameters}),
            parameters=tuple(parameters),
            inputs=(forward.INPUT, forward.TARGET),
            initial=frozenset(factor(name).variable for name in self.initial),
        )

    def _given(self) -> dict[Variable, tuple[Axis, ...]]:
        outputs = self.sizes.outputs
        return {
            forward.INPUT: (TIME, SAMPLE, self.sizes.inputs),
            forward.TARGET: (TIME, SAMPLE, outputs),
            forward.OUTPUTS: (),
            forward.OTHERS: (outputs, outputs),
            RATE: (),
            **{factor(name).variable: () for name in self.constants},
        }

    def numbers(self, rate: float) -> dict[Variable, Array | float]:
        """The constants, with those that the output layer and the updates read."""
        return {
            **{factor(name).variable: value for name, value in self.constants.items()},
            forward.OUTPUTS: float(self.sizes.outputs),
            forward.OTHERS: others(self.sizes.outputs),
            RATE: rate,
        }


def output_layer(activation: str) -> list[Equation]:
    """A dense layer of the project's own on top, layer 2."""
    home = Home("forward", 2)
    z = equation("pre_activation2[t,s,i] = weights2[i,j] activation1[t,s,j] + biases2[i]", home)
    return [z, *forward.of_activation(2, activation, home)]


def activated(result: str, activation: str, z: str) -> list[Equation]:
    """A row of the table of activations, applied to z, and its slope."""
    row = ACTIVATIONS[activation]
    made, before = factor(result), factor(z)
    slope = made._replace(variable=made.variable._replace(name=f"slope_{made.variable.name}"))
    read = tuple((one, {"z": before, "a": made}[one]) for one in names(parse(row.slope)))
    return [
        Equation(made, formula=parse(row.formula), arguments=(("z", before),), partials=(("z", slope),)),
        Equation(slope, formula=parse(row.slope), arguments=read),
    ]


def gate(letter: str, activation: str, over: str = "activation1[t-1,s,k]") -> list[Equation]:
    """A gate of a layer: its own weights for what comes from below and from the time before."""
    z = f"z_{letter}[t,s,i]"
    made = f"{z} = W_{letter}[i,j] input[t,s,j] + U_{letter}[i,k] {over} + b_{letter}[i]"
    return [equation(made), *activated(f"{letter}[t,s,i]", activation, z)]


def shapes_of(sizes: Sizes, *letters: str) -> dict[str, tuple[int, ...]]:
    found: dict[str, tuple[int, ...]] = {}
    for letter in letters:
        found |= {f"W_{letter}": (sizes.units, sizes.inputs), f"U_{letter}": (sizes.units, sizes.units)}
        found |= {f"b_{letter}": (sizes.units,)}
    return found


def gru(sizes: Sizes) -> Told:
    """A gated recurrent unit whose reset gate works on the state, before the product."""
    return Told(
        [
            *gate("r", "sigmoid"),
            *gate("u", "sigmoid"),
            equation("kept[t,s,i] = r[t,s,i] activation1[t-1,s,i]"),
            *gate("n", "tanh", over="kept[t,s,k]"),
            equation("activation1[t,s,i] = n[t,s,i] - u[t,s,i] n[t,s,i] + u[t,s,i] activation1[t-1,s,i]"),
        ],
        sizes,
        shapes_of(sizes, "r", "u", "n"),
        output="identity",
        loss="half-squared-error",
        initial={"activation1": sizes.units},
    )


def gru_reset_after(sizes: Sizes) -> Told:
    """A gated recurrent unit whose reset gate works on the product, which has a bias of its own."""
    return Told(
        [
            *gate("r", "sigmoid"),
            *gate("u", "sigmoid"),
            equation("before[t,s,i] = U_n[i,k] activation1[t-1,s,k] + c_n[i]"),
            equation("z_n[t,s,i] = W_n[i,j] input[t,s,j] + r[t,s,i] before[t,s,i] + b_n[i]"),
            *activated("n[t,s,i]", "tanh", "z_n[t,s,i]"),
            equation("open[t,s,i] = 1 - u[t,s,i]"),
            equation("activation1[t,s,i] = open[t,s,i] n[t,s,i] + u[t,s,i] activation1[t-1,s,i]"),
        ],
        sizes,
        {**shapes_of(sizes, "r", "u", "n"), "c_n": (sizes.units,)},
        output="sigmoid",
        loss="binary-cross-entropy",
        initial={"activation1": sizes.units},
    )


def lstm(sizes: Sizes) -> Told:
    """Long short-term memory: two states, of which the upper layer sees one."""
    return Told(
        [
            *gate("i", "sigmoid"),
            *gate("f", "sigmoid"),
            *gate("g", "tanh"),
            *gate("o", "sigmoid"),
            equation("cell[t,s,i] = f[t,s,i] cell[t-1,s,i] + i[t,s,i] g[t,s,i]"),
            *activated("shown[t,s,i]", "tanh", "cell[t,s,i]"),
            equation("activation1[t,s,i] = o[t,s,i] shown[t,s,i]"),
        ],
        sizes,
        shapes_of(sizes, "i", "f", "g", "o"),
        output="softmax",
        loss="cross-entropy",
        initial={"activation1": sizes.units, "cell": sizes.units},
    )


def normalised(over: str, share: float, sizes: Sizes) -> Told:
    """A layer whose pre-activations are made even over what `over` lacks, then scaled and moved."""
    scale = Equation(
        factor(f"scale{over}"),
        formula=parse(f"1 / sqrt(v + {EPSILON})"),
        arguments=(("v", factor(f"variance{over}")),),
        partials=(("v", parse(f"-0.5 * result / (v + {EPSILON})")),),
    )
    return Told(
        [
            equation("pre_activation1[t,s,i] = weights1[i,j] input[t,s,j]"),
            equation(f"mean{over} = share pre_activation1[t,s,i]"),
            equation(f"apart[t,s,i] = pre_activation1[t,s,i] - mean{over}"),
            equation(f"variance{over} = share apart[t,s,i] apart[t,s,i]"),
            scale,
            equation(f"even[t,s,i] = apart[t,s,i] scale{over}"),
            equation("moved[t,s,i] = gain[i] even[t,s,i] + offset[i]"),
            *activated("activation1[t,s,i]", "tanh", "moved[t,s,i]"),
        ],
        sizes,
        {"weights1": (sizes.units, sizes.inputs), "gain": (sizes.units,), "offset": (sizes.units,)},
        output="identity",
        loss="half-squared-error",
        constants={"share": share},
    )


def batch_norm(sizes: Sizes, samples: int) -> Told:
    """Each unit is made even over the samples of the batch: they no longer go one by one."""
    return normalised("[i]", 1.0 / samples, sizes)


def layer_norm(sizes: Sizes) -> Told:
    """Each sample is made even over the units of its layer."""
    return normalised("[t,s]", 1.0 / sizes.units, sizes)


def delay(sizes: Sizes) -> Told:
    """A layer that sees another one time late: what comes back from a future, without any recurrence."""
    z = "pre_activation1[t,s,i] = late1[i,j] below[t-1,s,j] + early1[i,j] below[t,s,j] + biases1[i]"
    return Told(
        [
            equation("z_below[t,s,i] = W_below[i,j] input[t,s,j] + b_below[i]"),
            *activated("below[t,s,i]", "tanh", "z_below[t,s,i]"),
            equation(z),
            *activated("activation1[t,s,i]", "sigmoid", "pre_activation1[t,s,i]"),
        ],
        sizes,
        {
            "W_below": (sizes.units, sizes.inputs),
            "b_below": (sizes.units,),
            "late1": (sizes.units, sizes.units),
            "early1": (sizes.units, sizes.units),
            "biases1": (sizes.units,),
        },
        output="identity",
        loss="half-squared-error",
        initial={"below": sizes.units},
    )
