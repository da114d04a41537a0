"""Which mistakes are known beside those that can be made on purpose in the app?

Each is a row as in `engine.equations.mistakes`: what is right, what is done instead, and the rewrite of one
equation that does it. Some are made of the table: another activation, another loss.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from engine.diagnosis.edges import at_ends, at_times
from engine.diagnosis.quantities import mean_of
from engine.diagnosis.values import ETA, FIRST_SAMPLE, FIRST_TIME, LAST_SAMPLE, LAST_TIME
from engine.equations import forward
from engine.equations.activations import ACTIVATIONS
from engine.equations.equation import SAMPLE, TIME, Equation, Factor, Home, Term, Variable
from engine.equations.formula import names, parse, replaced, text
from engine.equations.losses import LOSSES
from engine.equations.mistakes import MISTAKES, Mistake
from engine.equations.rewrites import (
    ERRORS,
    is_change,
    like,
    named,
    of_loss,
    product,
    renamed,
    swapped,
    turned,
)
from engine.equations.transpose import DERIVATIVE
from engine.equations.updates import BATCH, divided, is_plain, new
from engine.order.quantities import PARAMETERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from engine.equations.rewrites import Matches, Rewrite
    from engine.scenario import Network, Scenario, Training

_TIMES = 2
"""Times from which on one end of them is not all."""
_TOTALS = tuple(DERIVATIVE[group] for group in PARAMETERS)


def _times(wanted: Matches, text: str, **read: Variable) -> Rewrite:
    """Return the rewrite by which what an equation makes is put into a formula, as `x`."""
    formula = parse(text)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if not wanted(one, network) or not (one.terms or one.formula is not None or one.row is not None):
            return (one,)
        inside = {factor.variable for factor in one.factors()}
        behind = one.variable._replace(name=f"{one.variable.name}_unscaled")
        while behind in inside:  # it is scaled already
            behind = behind._replace(name=f"{behind.name}_unscaled")
        hidden = one.result._replace(variable=behind)
        factors = {name: _factor(variable, one) for name, variable in read.items()} | {"x": hidden}
        given = tuple((name, factors[name]) for name in names(formula))
        return (
            one._replace(result=hidden, helper=True),
            Equation(one.result, formula=formula, arguments=given, home=one.home, helper=one.helper),
        )

    return rewrite


def _factor(variable: Variable, one: Equation) -> Factor:
    """Return a number of the table, or another quantity at the place of a result."""
    if variable in (ETA, BATCH, forward.OUTPUTS):
        return Factor(variable)
    if variable == forward.TARGET:
        return one.result._replace(variable=variable)
    return one.result._replace(variable=variable._replace(layer=one.variable.layer))


def _slope_of_layer(offset: int) -> Rewrite:
    """Return the rewrite by which a delta takes the slope of another layer."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer or 0
        if one.variable.name != "delta" or not 1 <= layer + offset <= len(network.layers):
            return (one,)
        if ACTIVATIONS[network.layers[layer + offset - 1].activation].coupled:
            return (one,)
        return (product(one, like(one, "slope", offset), like(one, "error")),)

    return rewrite


def _slope_at_layer(offset: int, *, by: str) -> Rewrite:
    """Return the rewrite by which a delta takes its own slope, but at `z` or `a` of another layer.

    Where both layers have one activation it is the other layer's slope, which is a mistake already.
    """
    quantity = {"z": "pre_activation", "a": "activation"}[by]

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer or 0
        if one.variable.name != "delta" or not 1 <= layer + offset <= len(network.layers):
            return (one,)
        own, other = (network.layers[place - 1].activation for place in (layer, layer + offset))
        row = ACTIVATIONS[own]
        if own == other or row.coupled:
            return (one,)
        slope = row.slope_of_z if by == "z" else parse(row.slope_shown or row.slope)
        if set(names(slope)) != {by}:
            return (one,)
        wrong = like(one, f"slope_at_{by}")
        made = Equation(wrong, formula=slope, arguments=((by, like(one, quantity, offset)),), home=one.home)
        return (made, product(one, wrong, like(one, "error")))

    return rewrite


def _of_state(one: Equation, network: Network) -> bool:
    """Return whether an equation makes the delta of a recurrent layer with a slope for each unit."""
    if one.variable.name != "delta" or one.variable.layer is None:
        return False
    layer = network.layers[one.variable.layer - 1]
    return layer.recurrent and not ACTIVATIONS[layer.activation].coupled


def _slope_of_time_before(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a recurrent layer's delta with the slope at the state of the time before: states off by one."""
    if not _of_state(one, network):
        return (one,)
    row = ACTIVATIONS[network.layers[(one.variable.layer or 1) - 1].activation]
    slope = replaced(parse(row.slope_shown or row.slope), {"z": "a"})  # most are written by a
    wrong, state = like(one, "slope_of_time_before"), like(one, "activation")._replace(shift=-1)
    read = tuple((name, state) for name in names(slope))
    made = Equation(wrong, formula=slope, arguments=read, home=one.home)
    return (made, product(one, wrong, like(one, "error")))


def _slope_of_time_after(one: Equation, network: Network) -> Sequence[Equation]:
    """Return a recurrent layer's delta with the slope of the time after where the future comes in."""
    if not _of_state(one, network):
        return (one,)
    slope = like(one, "slope")
    above = Term(1.0, (slope, like(one, "from_above")))
    future = Term(1.0, (slope._replace(shift=1), like(one, "from_future")))
    return (Equation(one.result, (above, future), home=one.home),)


def _masked(mask: Variable, letter: str, *, without: bool) -> Rewrite:
    """Return the rewrite that adds up what is at one end of the samples or times alone, or all but that."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in _TOTALS:
            return (one,)
        edge = Factor(mask, (letter,))
        there = tuple(term._replace(factors=(*term.factors, edge)) for term in one.terms)
        if not without:
            return (one._replace(terms=there),)
        away = tuple(term._replace(coefficient=-term.coefficient) for term in there)
        return (one._replace(terms=(*one.terms, *away)),)

    return rewrite


def _edges() -> Iterator[tuple[str, Mistake]]:
    """Yield the mistakes at the ends of a loop, over the samples or over the times."""
    for letter, every, edges in (
        (SAMPLE, "samples", ((LAST_SAMPLE, "the last sample"), (FIRST_SAMPLE, "the first sample"))),
        (TIME, "times", ((FIRST_TIME, "time 0, the last on the way back"), (LAST_TIME, "the last time"))),
    ):
        for without in (False, True):
            for mask, words in edges:
                edge = mask.name.replace("_", "-")
                name = f"{edge}-left-out" if without else f"gradient-of-{edge}"
                instead = f"G without {words}" if without else f"G of {words} alone"
                rewrite = _masked(mask, letter, without=without)
                yield name, Mistake(f"G = Σ over the {every}", instead, rewrite)


def _state_wraps(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    """Return the gradient of recurrent weights with the last state before time 0: h[-1] of a list."""
    if one.variable.name != "recurrent_total":
        return (one,)
    terms = list(one.terms)
    for term in one.terms:
        first = Factor(FIRST_TIME, (TIME,))
        terms.append(term._replace(coefficient=-term.coefficient, factors=(*term.factors, first)))
        wrapped = tuple(_at_another_time(read) if read.shift else read for read in term.factors)
        terms.append(term._replace(factors=(*wrapped, first, _at_another_time(Factor(LAST_TIME, (TIME,))))))
    return (one._replace(terms=tuple(terms)),)


def _at_another_time(read: Factor) -> Factor:
    """Return a factor that does not stand at the time of the others."""
    letters = tuple("u" if letter == TIME else letter for letter in read.letters)
    return read._replace(letters=letters, shift=0)


def _outer_turned(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
    if one.variable.name not in ("weight_total", "recurrent_total"):
        return (one,)
    i, j = one.result.letters
    to = {i: j, j: i}
    terms = tuple(
        term._replace(
            factors=tuple(
                read._replace(letters=tuple(to.get(letter, letter) for letter in read.letters))
                for read in term.factors
            )
        )
        for term in one.terms
    )
    return (one._replace(terms=terms),)


def _without(results: Sequence[str], *left_out: str) -> Rewrite:
    """Return the rewrite that leaves terms out: those that read one of some quantities."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:  # noqa: ARG001
        if one.variable.name not in results:
            return (one,)
        kept = [
            term for term in one.terms if not any(read.variable.name in left_out for read in term.factors)
        ]
        return (one._replace(terms=tuple(kept)),)

    return rewrite


def _output_delta(one: Equation, network: Network) -> bool:
    return one.variable == Variable("delta", len(network.layers))


def _updated(read: Factor, _: Equation) -> Factor:
    return read._replace(variable=new(read.variable)) if read.variable.name == "weights" else read


LAYERWISE = Mistake("∂C/∂a = Wᵀ δ", "∂C/∂a = (W after its update)ᵀ δ", swapped(ERRORS, _updated))
"""The order `layerwise` as a rewrite: what an error reads of the layer above has been updated."""

PREMATURE = Mistake("∂C/∂a = Wᵀ δ", "∂C/∂a = (W after its update)ᵀ δ, each gradient applied at once")


def of_divisions(training: Training, times: int, *, printed: bool) -> Rewrite:
    """Return the rewrite of a mean that is divided by the batch's size so many times.

    That of `mean-twice` and `mean-missing`: they are told by a number and not by an equation. With `printed`
    the means that people print are divided so, too.
    """
    scaling = "x" + " / batch" * (times - 1) if times else "x * batch"
    every = [Variable(group) for group in PARAMETERS]
    scaled = {divided(one, training).name for one in every}
    if printed:
        scaled |= {mean_of(one).name for one in every}

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if one.variable.name not in scaled:
            return (one,)
        if one.formula is not None:
            right = "total / batch"
            formula = replaced(one.formula, {right: "total" + " / batch" * times})
            given = tuple(pair for pair in one.arguments if pair[0] in names(formula))
            return (one._replace(formula=formula, arguments=given),)
        return _times(lambda *_: True, scaling, batch=BATCH)(one, network)

    return rewrite


def _means(one: Equation, network: Network) -> bool:
    return one.variable.name.endswith("_mean") or is_change(one, network)


def _own_activation(read: Factor, of: Equation) -> Factor:
    """Return this layer's activation for that below, in the gradient of the weights."""
    below = read.variable == forward.INPUT or read.variable.name == "activation"
    return read._replace(variable=Variable("activation", of.variable.layer)) if below else read


def _input(read: Factor, _: Equation) -> Factor:
    return read._replace(variable=forward.INPUT) if read.variable.name == "activation" else read


_OF_STATES = ("state-dropped", "future-dropped", "state-of-same-time")
"""Mistakes with a state that a sequence cut in the middle has at one time."""
_EDGES = {
    **dict(_edges()),
    "state-wraps-at-time-0": Mistake(
        "∂C/∂U = Σ δ (h of the time before)ᵀ",
        "before time 0 stands h of the last time: h[-1] of a list or an array",
        _state_wraps,
    ),
}

_MULTIPLYING: dict[str, Mistake] = {
    "gradient-twice": Mistake("G = Σ δ aᵀ", "G = 2 Σ δ aᵀ: added twice", _times(named(*_TOTALS), "2 * x")),
    "rate-twice": Mistake("change = -η g", "change = -η² g", _times(is_change, "eta * x", eta=ETA)),
    "rate-missing": Mistake("change = -η g", "change = -g", _times(is_change, "x / eta", eta=ETA)),
    "change-twice": Mistake("W = W - η g", "W = W - 2 η g: updated twice", _times(is_change, "2 * x")),
    "mean-of-outputs": Mistake(
        "g = G / B",
        "g = G / n, the number of outputs",
        _times(_means, "x * batch / n", batch=BATCH, n=forward.OUTPUTS),
    ),
    "mean-of-both": Mistake(
        "g = G", "g = G / n, the number of outputs", _times(_means, "x / n", n=forward.OUTPUTS)
    ),
    "mean-for-sum": Mistake("g = G", "g = G / B", _times(is_change, "x / batch", batch=BATCH)),
    "loss-halved": Mistake("∂C/∂a", "½ of it: the factor of the squared error", _times(of_loss, "0.5 * x")),
    "loss-doubled": Mistake("∂C/∂a", "2 of it: the factor of the squared error", _times(of_loss, "2 * x")),
    "loss-per-output": Mistake(
        "∂C/∂a", "∂C/∂a / n over the outputs", _times(of_loss, "x / n", n=forward.OUTPUTS)
    ),
    "loss-times-outputs": Mistake(
        "∂C/∂a", "n ∂C/∂a over the outputs", _times(of_loss, "x * n", n=forward.OUTPUTS)
    ),
}
FACTORS = frozenset(
    {*_MULTIPLYING, "mean-missing", "mean-twice", "sign", "target-first"}
    | {"loss-squared-error", "loss-half-squared-error"}
)
"""The mistakes that only multiply what they are made in, by one number; the losses, where it is the other."""

_OF_OUTPUTS = ("sigmoid", "softmax", "identity")
"""Activations whose usual loss gives δ = a - y."""

_FIXED: dict[str, Mistake] = {
    **_MULTIPLYING,
    "output-delta-plain": Mistake(
        "δ = f'(z) ∂C/∂a in the last layer",
        "δ = a - y, which is that of a cross-entropy",
        _times(_output_delta, "a - y", a=Variable("activation"), y=forward.TARGET),
    ),
    "slope-beside-cross-entropy": Mistake(
        "δ = a - y",
        "δ = a (1 - a) (a - y): the slope is in it already",
        _times(_output_delta, "x * a * (1 - a)", a=Variable("activation")),
    ),
    "slope-twice": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z)² ∂C/∂a", _times(named("delta"), "x * slope", slope=Variable("slope"))
    ),
    "slope-of-layer-below": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z of the layer below) ∂C/∂a", _slope_of_layer(-1)
    ),
    "slope-of-layer-above": Mistake(
        "δ = f'(z) ∂C/∂a", "δ = f'(z of the layer above) ∂C/∂a", _slope_of_layer(1)
    ),
    **{
        f"slope-at-{by}-{word}": Mistake(
            "δ = f'(z) ∂C/∂a",
            f"δ = f'({by} of the layer {word}) ∂C/∂a"
            if by == "z"
            else f"δ = f' by a of the layer {word}, ∂C/∂a",
            _slope_at_layer(offset, by=by),
        )
        for word, offset in (("below", -1), ("above", 1))
        for by in ("z", "a")
    },
    "slope-of-time-before": Mistake(
        "δ = f'(z) ∂C/∂h", "δ = f' at h of the time before, ∂C/∂h of this", _slope_of_time_before
    ),
    "slope-of-time-after": Mistake(
        "δ = f'(z) (from above + from the future)",
        "δ = f'(z) from above + f'(z of the time after) from the future",
        _slope_of_time_after,
    ),
    "slope-is-activation": Mistake(
        "δ = f'(z) ∂C/∂a",
        "δ = a ∂C/∂a",
        lambda one, _: (
            (product(one, like(one, "activation"), like(one, "error")),)
            if one.variable.name == "delta"
            else (one,)
        ),
    ),
    "error-not-delta": Mistake(
        "∂C/∂a = Wᵀ δ", "∂C/∂a = Wᵀ ∂C/∂a of the layer above", renamed(ERRORS, "delta", "error")
    ),
    "error-of-own-weights": Mistake(
        "∂C/∂a = Wᵀ δ", "∂C/∂a with the weights of this layer", renamed(ERRORS, "weights", "weights", -1)
    ),
    "gradient-of-error": Mistake("∂C/∂W = δ aᵀ", "∂C/∂W = ∂C/∂a aᵀ", renamed(_TOTALS, "delta", "error")),
    "gradient-of-delta-above": Mistake(
        "∂C/∂W = δ aᵀ", "∂C/∂W with the δ of the layer above", renamed(_TOTALS, "delta", "delta", 1)
    ),
    "outer-product-turned": Mistake("∂C/∂W = δ aᵀ", "∂C/∂W = a δᵀ", _outer_turned),
    "own-activation": Mistake(
        "∂C/∂W = δ (a of the layer below)ᵀ",
        "∂C/∂W = δ (a of this layer)ᵀ",
        swapped(("weight_total",), _own_activation),
    ),
    "inputs-for-activation": Mistake(
        "∂C/∂W = δ (a of the layer below)ᵀ", "∂C/∂W = δ xᵀ", swapped(("weight_total",), _input)
    ),
    **_EDGES,
    "recurrent-not-transposed": Mistake(
        "∂C/∂h = Uᵀ δ of the time after",
        "∂C/∂h = U δ of the time after",
        turned(("from_future",), "recurrent_weights"),
    ),
    "future-of-error": Mistake(
        "∂C/∂h = Uᵀ δ of the time after",
        "∂C/∂h = Uᵀ ∂C/∂h of the time after",
        renamed(("from_future",), "delta", "error"),
    ),
    "no-bias": Mistake("z = W a + b", "z = W a", _without(("pre_activation",), "biases")),
    "state-dropped": Mistake(
        "z = W a + U h + b", "z = W a + b", _without(("pre_activation",), "recurrent_weights")
    ),
    "forward-turned": Mistake("z = W a + b", "z = Wᵀ a + b", turned(("pre_activation",), "weights")),
    "recurrent-forward-turned": Mistake(
        "z = W a + U h + b", "z = W a + Uᵀ h + b", turned(("pre_activation",), "recurrent_weights")
    ),
}


def in_time(scenario: Scenario) -> dict[str, Mistake]:
    """Return the mistakes of a sequence that are made at its first or last time alone."""
    if scenario.data.times < _TIMES:
        return {}
    rows = {**MISTAKES, **{name: row for name, row in _FIXED.items() if name not in _EDGES}}
    return dict(at_ends(rows))


def at_one_time(times: Iterable[int]) -> dict[str, Mistake]:
    """Return the mistakes with a slope, or a state, that are made at one of some times alone."""
    every = {**MISTAKES, **_FIXED}
    rows = {name: row for name, row in every.items() if "slope" in name or name in _OF_STATES}
    return dict(at_times(rows, times))


def further(scenario: Scenario) -> dict[str, Mistake]:
    """Return the mistakes that are known beside the table, for a scenario."""
    training, network, data = scenario.training, scenario.network, scenario.data
    left_out = {"mean-for-sum", "mean-of-both"} if training.reduction == "mean" else {"mean-of-outputs"}
    if not is_plain(training):
        left_out |= {"mean-of-outputs", "mean-of-both", "mean-for-sum"}
    if training.learning_rate == 0.0:
        left_out |= {"rate-missing"}
    if data.times == 1:
        left_out |= {name for name in _EDGES if "-time" in name}
    if data.samples == 1 or training.batch_size == 1:
        left_out |= {name for name in _EDGES if "-sample" in name}
    found = {name: row for name, row in _FIXED.items() if name not in left_out}
    used = {layer.activation for layer in network.layers}
    for name, row in ACTIVATIONS.items():
        if row.coupled:
            continue
        if used != {name}:
            found[f"activation-{name}"] = Mistake(
                "a = f(z)", f"a = {row.formula_text}, as {name} has it", _activation(name)
            )
        if used != {name} and name != "identity":  # without a slope is a mistake of the table
            at_z = ast.unparse(row.slope_of_z)
            found[f"slope-of-{name}"] = Mistake("f'(z)", f"f' of {name} at z", _slope(name, at_z))
        book = row.slope_shown or row.slope
        if "a" in names(parse(book)):
            if used != {name}:
                wrong = f"f' = {row.slope_text}, as {name} has it"
                found[f"slope-of-{name}-by-a"] = Mistake("f'(z)", wrong, _slope(name, book))
            as_if = replaced(parse(book), {"a": "z"})
            found[f"slope-of-{name}-by-z"] = Mistake(
                "f'(z)",
                f"f' = {text(as_if)}: what {name} has for a, with z in its place",
                _slope(None, ast.unparse(as_if)),
            )
    last = network.layers[-1].activation
    for name in _OF_OUTPUTS:
        if name != last:
            found[f"output-{name}"] = Mistake(
                f"a = {ACTIVATIONS[last].formula_text} in the last layer",
                f"a = {ACTIVATIONS[name].formula_text}, as {name} has it, and δ = a - y",
                _output(name),
            )
    if not ACTIVATIONS[last].coupled:
        for name, loss in LOSSES.items():
            if name != network.loss:
                found[f"loss-{name}"] = Mistake(
                    f"the loss {network.loss}", f"the loss {name}: {loss.formula_text}", _loss(loss.slope)
                )
    return found


def _activation(name: str) -> Rewrite:
    row = ACTIVATIONS[name]

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = None if one.home is None else one.home.layer
        if layer is None or network.layers[layer - 1].activation == name:
            return (one,)
        if layer == len(network.layers):  # what the loss asks of the output is written for that activation
            (one,) = _loss(LOSSES[network.loss].slope)(one, network)
        if one.variable.name not in ("activation", "slope") or one.row is not None:
            return (one,)
        return (_of_unit(one, row.formula if one.variable.name == "activation" else row.slope),)

    return rewrite


def _output(name: str) -> Rewrite:
    """Return the rewrite by which the last layer has another activation, with the delta of its usual loss."""
    row = ACTIVATIONS[name]
    delta = _FIXED["output-delta-plain"].rewrite
    assert delta is not None

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        if one.variable != Variable("activation", len(network.layers)):
            return delta(one, network)
        if row.coupled:
            z = like(one, "pre_activation")
            return (Equation(one.result, arguments=(("z", z),), row=row.row, home=one.home),)
        return (_of_unit(one, row.formula),)

    return rewrite


def _slope(name: str | None, slope: str) -> Rewrite:
    """Return the rewrite by which a slope is another formula; that of `name` stays."""

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        layer = one.variable.layer
        if one.variable.name != "slope" or layer is None or network.layers[layer - 1].activation == name:
            return (one,)
        return (_of_unit(one, slope),)

    return rewrite


def _of_unit(one: Equation, text: str) -> Equation:
    formula = parse(text)
    own = {"z": "pre_activation", "a": "activation"}
    read = tuple((each, like(one, own[each])) for each in names(formula))
    return Equation(one.result, formula=formula, arguments=read, home=one.home)


def _loss(slope: str) -> Rewrite:
    """Return the rewrite by which the error is that of another loss, and delta slope times error."""
    formula = parse(slope)

    def rewrite(one: Equation, network: Network) -> Sequence[Equation]:
        last = len(network.layers)
        if one.home != Home("delta", last):
            return (one,)
        if one.variable.name in ERRORS and one.formula is not None:
            read = forward.arguments(formula, last)
            return (Equation(one.result, formula=formula, arguments=read, home=one.home, where_target=True),)
        if one.variable.name == "delta":
            return (product(one, like(one, "slope"), like(one, "error")),)
        return (one,)

    return rewrite
