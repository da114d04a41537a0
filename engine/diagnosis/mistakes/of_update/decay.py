"""How is a weight decay mistaken: by another factor, in another place, or of other parameters?"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Final

from engine.diagnosis.mistakes.of_update.formulas import APPLIED, CHANGE, formed, plus, put, without
from engine.equations.functions.formula import parse
from engine.equations.mistakes.mistakes import Mistake
from engine.equations.optimizers import OPTIMIZERS
from engine.order.quantities import group_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from engine.equations.mistakes.rewrites import Rewrite
    from engine.scenario import Training

_DECAY: Final = "weight_decay * w"
_OTHERS: Final = (
    ("decay-halved", "½ λ W", f"0.5 * {_DECAY}"),
    ("decay-doubled", "2 λ W, the slope of λ W²", f"2 * {_DECAY}"),
    ("decay-sign", "(-λ W)", f"-({_DECAY})"),
    ("decay-per-sample", "λ W / B", f"{_DECAY} / batch"),
    ("decay-by-sign", "λ sign(W), the slope of λ |W|", "weight_decay * sign(w)"),
)
"""What else is added for λW."""


def of_decay(training: Training) -> dict[str, Mistake]:
    """Return the mistakes with a weight decay, if the training has one."""
    if not training.weight_decay:
        return {}
    return dict(_of_any(training)) | dict(_of_place(training))


def _of_any(training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those in what is added, wherever it is added to."""
    row = OPTIMIZERS[training.optimizer]
    part, right = (CHANGE, "change = -η (direction + λ W)") if row.decoupled else (APPLIED, "g = g + λ W")
    left = right.replace(" + λ W", "").replace("(direction)", "direction")
    yield "decay-missing", Mistake(right, left, formed(training, **{part: without(_DECAY)}))
    for name, words, text in _OTHERS:
        yield (
            name,
            Mistake(right, right.replace("λ W", words), formed(training, **{part: put({_DECAY: text})})),
        )
    added = plus(_DECAY) if part == APPLIED else put({row.direction: f"{row.direction} + {_DECAY}"})
    biases = Mistake(
        f"{right}, for weights alone", f"{right}, for biases, too", formed(training, **{part: added})
    )
    yield "decay-of-biases", biases._replace(rewrite=_for_biases(biases.rewrite, there=True))


def _of_place(training: Training) -> Iterator[tuple[str, Mistake]]:
    """Yield those in what it is added to."""
    row = OPTIMIZERS[training.optimizer]
    right = "change = -η (direction + λ W)" if row.decoupled else "g = g + λ W"
    bare = {APPLIED: without(_DECAY), CHANGE: lambda formula: _less_decay(without(_DECAY)(formula))}
    direction = "g" if row.direction == "g" else "direction"
    others = {"decay-without-rate": (f"change = -η {direction} - λ W", bare)}
    if row.decoupled:
        into = {APPLIED: plus(_DECAY), CHANGE: without(_DECAY)}
        others["decay-in-gradient"] = "g = g + λ W, which goes through the optimizer", into
    elif row.direction != "g":  # of plain descent it is the same
        past = {APPLIED: without(_DECAY), CHANGE: put({row.direction: f"{row.direction} + {_DECAY}"})}
        others["decay-past-optimizer"] = "change = -η (direction + λ W), past the optimizer", past
    for name, (instead, formulas) in others.items():
        yield name, Mistake(right, instead, _for_biases(formed(training, **formulas), there=False))


def _for_biases(rewrite: Rewrite | None, *, there: bool) -> Rewrite:
    """Return a rewrite that is made of biases alone, or of all but these."""
    assert rewrite is not None
    return lambda one, network: (
        rewrite(one, network) if (group_of(one.variable.name) == "biases") == there else (one,)
    )


def _less_decay(formula: ast.expr) -> ast.expr:
    """Return a change less λW, where it is trained."""
    match formula:
        case ast.Call(func=ast.Name(id="share"), args=[trained, change]):
            return ast.Call(ast.Name("share"), [trained, _less_decay(change)], [])
    return ast.BinOp(formula, ast.Sub(), parse(_DECAY))
