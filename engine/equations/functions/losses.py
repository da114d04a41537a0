"""What does each loss charge per output, and what error does it send back?

For a prediction a and a target y over n outputs. The terms of all outputs add up to the loss; the error is
the derivative of a term by its prediction, ∂C/∂a. A new loss is one row of the table.

What a row asks of a prediction in one of the forms of `Activation.exact` keeps its digits in a saturated
layer too: see `robust`.

Sources: Goodfellow, Bengio and Courville, Deep Learning (2016), section 6.2; Nielsen, Neural Networks and
Deep Learning (2015), chapter 3; Huber (1964), Robust Estimation of a Location Parameter.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.equations.functions.formula import parse, sum_text


class Loss(NamedTuple):
    """A loss: the `term` of one output, and its derivative `slope` by the prediction a.

    `shown` is the term as a textbook has it, where that is another form.
    """

    name: str
    term: str
    slope: str
    shown: str = ""

    @property
    def formula_text(self) -> str:
        """The loss as it is written on screen."""
        return sum_text(parse(self.shown or self.term))


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("half-squared-error", "0.5 * square(a - y)", "a - y"),
        Loss("squared-error", "square(a - y)", "2 * (a - y)"),
        Loss("mean-squared-error", "1 / n * square(a - y)", "2 / n * (a - y)"),
        Loss(
            "binary-cross-entropy",
            "-(share(y, ln(a)) + share(1 - y, log1p(-a)))",
            "share(1 - y, 1 / (1 - a)) - share(y, 1 / a)",
            shown="-(share(y, ln(a)) + share(1 - y, ln(1 - a)))",
        ),
        Loss("cross-entropy", "-share(y, ln(a))", "-share(y, 1 / a)"),
        Loss("absolute-error", "abs(a - y)", "sign(a - y)"),
        # The form with δ = 1: a parabola within 1 of the target, straight lines beyond.
        Loss(
            "huber",
            "0.5 * square(a - y) if abs(a - y) <= 1 else abs(a - y) - 0.5",
            "a - y if abs(a - y) <= 1 else sign(a - y)",
        ),
        # ln cosh d = ln(1 + 2 sinh(d/2)²) near 0, and |d| - ln 2 + ln(1 + e^(-2|d|)) where that overflows.
        Loss(
            "log-cosh",
            "log1p(2 * square(sinh((a - y) / 2))) if abs(a - y) < 1 "
            "else abs(a - y) + log1p(exp(-2 * abs(a - y))) - ln(2)",
            "tanh(a - y)",
            shown="ln(cosh(a - y))",
        ),
    )
}
"""Every loss by its name in a scenario file."""
