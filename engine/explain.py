"""Where does a number come from?

For every number that a step writes: the expression it equals, with the numbers that the step read
as leaves, and one plain sentence. The formulas are those of `engine.execute`, neuron by neuron.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.explain_change import explain_change
from engine.expression import (
    Apply,
    Difference,
    Equation,
    Expression,
    Leaf,
    Product,
    Ratio,
    Sum,
    leaf,
)
from engine.loss_terms import error_expression, simplified_delta, term_expression
from engine.numbers import Number, array_of, symbol_of, words_of
from engine.output import output_of
from engine.quantities import CHANGE_OF, PARAMETERS, Quantity, Reference

if TYPE_CHECKING:
    from engine.tracing import Trace


def explain(trace: Trace, number: Number) -> Equation:
    """Return where a number of the trace comes from.

    A number that the scenario file gave (an input, a target, a first weight) equals itself. The
    parameters that an iteration starts with are those that an update of the one before has written.
    """
    step = trace.flow.writer(number.reference)
    if step is not None:
        number = _as_written(trace, number, step)
    result = leaf(trace, number)
    if step is not None and number.reference.quantity in PARAMETERS:
        result = result._replace(symbol=_symbol_of_new(result.symbol, number.reference.version))
    about = words_of(trace, number)
    if step is None:
        return Equation(result, Leaf("given", result.value), "The scenario file gives this number.", about)
    expression, words = _Explainer(trace, step, number).build()
    return Equation(result, expression, words, about)


def _symbol_of_new(symbol: str, version: int | None) -> str:
    """Return a symbol that the old value, in the sum with the change, doesn't bear."""
    if symbol.startswith("early ") and version == 1:
        return symbol
    return f"new {symbol.removeprefix('new ')}"


def _as_written(trace: Trace, number: Number, step: int) -> Number:
    """Return a number under the reference that the step wrote it under."""
    mine = number.reference
    for written in trace.flow.writes(step):
        if (written.quantity, written.layer) == (mine.quantity, mine.layer):
            return replace(number, reference=written)
    raise AssertionError("a step writes what it is the writer of")


class _Explainer:
    """Builds the expression of one number from what the step that wrote it has read."""

    def __init__(self, trace: Trace, step: int, number: Number) -> None:
        self.trace = trace
        self.step = step
        self.number = number
        self.reference = number.reference
        self.reads = trace.flow.reads(step)
        self.site = trace.schedule.site(step)
        layer = self.site.layer if self.site.layer is not None else trace.shapes.layers
        self.layer = layer
        self.activation = trace.scenario.network.layers[layer - 1].activation
        self.loss = trace.scenario.network.loss

    def build(self) -> tuple[Expression, str]:
        """Return the expression and the sentence."""
        quantity = self.reference.quantity
        if quantity in PARAMETERS:
            return self._after()
        if quantity.endswith("_change"):
            return explain_change(self.trace, self.step, self.number)
        if quantity.endswith("_gradient"):
            return self._gradient()
        if quantity.endswith("_total"):
            return self._total()
        match quantity:
            case "pre_activation":
                return self._pre_activation()
            case "activation":
                return self._activation()
            case "slope":
                return self._slope()
            case "terms":
                return self._term()
            case "loss":
                terms = self._leaves(self.reference._replace(quantity="terms"))
                return Sum(tuple(terms)), "The loss of this sample: its terms added up."
            case "from_above":
                return self._from_above()
            case "from_future":
                return self._from_future()
            case "error":
                return self._error()
            case _:
                return self._delta()

    # -- what the step read -----------------------------------------------------------------------

    def _read(self, quantity: Quantity, layer: int | None = None) -> Reference | None:
        for reference in self.reads:
            if reference.quantity == quantity and (layer is None or reference.layer == layer):
                return reference
        return None

    def _leaf(self, reference: Reference | None, *index: int) -> Leaf:
        assert reference is not None
        return leaf(self.trace, Number(reference, index))

    def _leaves(
        self, reference: Reference | None, row: int | None = None, column: int | None = None
    ) -> list[Leaf]:
        """Return a vector, or a row or a column of a matrix, leaf by leaf; the array is read once."""
        assert reference is not None
        array = array_of(self.trace, reference)
        if row is not None:
            array = array[row]
        elif column is not None:
            array = array[:, column]
        found: list[Leaf] = []
        index: tuple[int, ...]
        for i, value in enumerate(array.tolist()):
            index = (row, i) if row is not None else (i, column) if column is not None else (i,)
            number = Number(reference, index)
            found.append(Leaf(symbol_of(self.trace, number), value, number))
        return found

    def _own(self, quantity: Quantity) -> Leaf:
        """Return another number of the same step at the same index."""
        return leaf(self.trace, Number(self.reference._replace(quantity=quantity), self.number.index))

    # -- forward ----------------------------------------------------------------------------------

    def _below(self) -> Reference:
        for reference in self.reads:
            if reference.quantity == "input" or (
                reference.quantity == "activation" and reference.layer == self.layer - 1
            ):
                return reference
        raise AssertionError("a step of a layer reads the layer below")

    def _before(self) -> Reference | None:
        return self._read("activation", self.layer) or self._read("initial_state")

    def _pre_activation(self) -> tuple[Expression, str]:
        (j,) = self.number.index
        weights, below = self._read("weights"), self._below()
        parts: list[Expression] = _products(self._leaves(weights, row=j), self._leaves(below))
        words = "Each value from below times its weight, added up, plus the bias."
        before = self._before()
        if before is not None:
            recurrent = self._read("recurrent_weights")
            parts += _products(self._leaves(recurrent, row=j), self._leaves(before))
            words = "From below, from this layer one time before, and the bias, added up."
        parts.append(self._leaf(self._read("biases"), j))
        return Sum(tuple(parts)), words

    def _activation(self) -> tuple[Expression, str]:
        z = self._own("pre_activation")
        if self.activation != "softmax":
            return Apply(self.activation, z), f"The activation is {self.activation} of the pre-activation."
        assert z.number is not None
        every = self._leaves(z.number.reference)
        largest = Leaf("max z", max(one.value for one in every))
        shifted = tuple(Apply("exp", Difference(one, largest)) for one in every)
        words = "Softmax: this output's share of all exponentials; they add up to 1."
        return Ratio(shifted[self.number.index[0]], Sum(shifted)), words

    def _slope(self) -> tuple[Expression, str]:
        words = "How much a moves when z moves a little; kept for the way back."
        return Apply(f"{self.activation}'", self._own("pre_activation")), words

    # -- loss -------------------------------------------------------------------------------------

    def _output_leaves(self) -> tuple[Leaf, Leaf, Leaf]:
        """Return pre-activation, prediction and target of the output at the index."""
        prediction = Reference(
            "activation", self.site.iteration, self.trace.shapes.layers, self.site.sample, self.site.time
        )
        z = prediction._replace(quantity="pre_activation")
        target = Reference("target", self.site.iteration, None, self.site.sample, self.site.time)
        (i,) = self.number.index
        return self._leaf(z, i), self._leaf(prediction, i), self._leaf(target, i)

    def _outputs(self) -> int:
        return self.trace.scenario.network.layers[-1].units

    def _term(self) -> tuple[Expression, str]:
        z, a, y = self._output_leaves()
        last = self.trace.scenario.network.layers[-1].activation
        every = None
        if last == "softmax":
            assert z.number is not None
            every = self._leaves(z.number.reference)
        words = f"This output's share of the loss ({self.loss}); the shares are added up."
        return term_expression(self.loss, last, z, a, y, self._outputs(), every), words

    # -- backward ---------------------------------------------------------------------------------

    def _error(self) -> tuple[Expression, str]:
        if self.trace.shapes.recurrent[self.layer - 1]:
            parts = (self._own("from_above"), self._own("from_future"))
            return Sum(parts), "The error is what comes from above plus what comes from the future."
        return self._from_above()

    def _from_above(self) -> tuple[Expression, str]:
        if self.layer == self.trace.shapes.layers:
            if self._read("target") is None:
                return Leaf("0", 0.0), _NO_TARGET
            z, a, y = self._output_leaves()
            words = "How the loss changes when this prediction changes a little."
            return error_expression(self.loss, self.activation, z, a, y, self._outputs()), words
        (i,) = self.number.index
        weights = self._read("weights", self.layer + 1)
        above = self._read("delta", self.layer + 1)
        parts = _products(self._leaves(weights, column=i), self._leaves(above))
        words = "The deltas of the layer above come back through this neuron's weights."
        return Sum(tuple(parts)), words

    def _from_future(self) -> tuple[Expression, str]:
        future = self._read("delta", self.layer)
        if future is None:
            return Leaf("0", 0.0), "This is the last time: nothing comes back from a future."
        (i,) = self.number.index
        recurrent = self._read("recurrent_weights")
        parts = _products(self._leaves(recurrent, column=i), self._leaves(future))
        return Sum(tuple(parts)), "Its own layer's deltas one time later come back through U."

    def _delta(self) -> tuple[Expression, str]:
        output = self.layer == self.trace.shapes.layers
        if output and not self.trace.shapes.recurrent[-1] and self._read("target") is None:
            return Leaf("0", 0.0), _NO_TARGET
        if output and output_of(self.activation, self.loss).simplified:
            return self._simplified_delta()
        if self.activation == "softmax":
            return self._softmax_delta(self._own("error").number)
        words = "The error that arrives, times the slope of this neuron's activation."
        return Product((self._own("slope"), self._own("error"))), words

    def _simplified_delta(self) -> tuple[Expression, str]:
        words = f"{self.activation} and {self.loss} simplify: slope times error is prediction minus target."
        parts: list[Expression] = []
        if self._read("target") is not None:
            z, a, y = self._output_leaves()
            others = None
            if self.activation == "softmax":
                assert a.number is not None
                assert y.number is not None
                others = list(
                    zip(self._leaves(a.number.reference), self._leaves(y.number.reference), strict=True)
                )
            parts.append(simplified_delta(self.activation, z, a, y, self.number.index[0], others))
        if self.trace.shapes.recurrent[self.layer - 1]:
            future = self._own("from_future")
            if self.activation == "softmax":
                parts.append(self._softmax_delta(future.number)[0])
            else:
                parts.append(Product((self._own("slope"), future)))
        return (parts[0] if len(parts) == 1 else Sum(tuple(parts))), words

    def _softmax_delta(self, error: Number | None) -> tuple[Expression, str]:
        assert error is not None
        (j,) = self.number.index
        a = self.reference._replace(quantity="activation")
        mean = Sum(tuple(_products(self._leaves(a), self._leaves(error.reference))))
        words = "Softmax couples its outputs: each error counts against their average."
        return Product((self._leaf(a, j), Difference(self._leaf(error.reference, j), mean))), words

    # -- gradient and update ------------------------------------------------------------------------

    def _gradient(self) -> tuple[Expression, str]:
        delta = self._leaf(self._read("delta"), self.number.index[0])
        if self.reference.quantity == "bias_gradient":
            return delta, "A bias adds straight to z: its gradient is the delta itself."
        if self.reference.quantity == "recurrent_gradient":
            source, words = self._before(), "This neuron's delta times what came in from one time before."
        else:
            source, words = self._below(), "This neuron's delta times what came in through the weight."
        return Product((delta, self._leaf(source, self.number.index[1]))), words

    def _total(self) -> tuple[Expression, str]:
        quantity = self.reference.quantity
        own = self._own(_GRADIENT_OF[quantity])
        before = self._read(quantity)
        if before is None:
            return own, "The first gradient of this iteration: the total is this one."
        gathered = self._leaf(before, *self.number.index)
        return (
            Sum((gathered._replace(symbol="so far"), own)),
            "What was gathered so far in this iteration, plus this gradient.",
        )

    def _after(self) -> tuple[Expression, str]:
        before = self._leaf(self._read(self.reference.quantity), *self.number.index)
        change = self._own(CHANGE_OF[self.reference.quantity])
        return Sum((before, change)), "The new value is the old one plus the change."


def _products(left: list[Leaf], right: list[Leaf]) -> list[Expression]:
    return [Product(pair) for pair in zip(left, right, strict=True)]


_NO_TARGET = "No target at this time, so nothing arrives from a loss."
_GRADIENT_OF: dict[Quantity, Quantity] = {
    "weight_total": "weight_gradient",
    "bias_total": "bias_gradient",
    "recurrent_total": "recurrent_gradient",
}
