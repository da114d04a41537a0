"""What may be otherwise from an iteration on: a number that was given, or a word of the scenario?

A change is a small value that can be written, sent and compared; what it makes of a run is told by
`engine.branching.making`.
"""

from __future__ import annotations

from typing import NamedTuple

from engine.numerals import ROOM, numeral
from engine.order.quantities import PARAMETER_LETTERS, PARAMETERS

DATA = {"input": "x", "target": "y"}
"""The numbers of the data, and their letters."""

RATES = (*("learning_rate", "momentum", "decay", "beta1", "beta2", "epsilon", "weight_decay", "clip_norm"),)
"""The settings of training that are a number."""

CHOICES = ("optimizer", "mistake", "order")
"""The settings of training that are a word."""

SETTABLE = (*RATES, *CHOICES, "loss", "activation")
"""What may be set beside numbers of the network and the data."""

NONE = "none"
"""What stands for a mistake that is not made and a clipping that is not done."""


_DIGITS = 12


class Change(NamedTuple):
    """One thing and what it is from now on.

    `what` is a group of parameters, `input` or `target` (with `layer`, `units`, `sample` and `time` as far as
    they have one, all counted from 0 but layers), `activation` (of a `layer`), `loss`, or one of `RATES` and
    `CHOICES`.
    """

    what: str
    value: float | str
    layer: int | None = None
    units: tuple[int, ...] = ()
    sample: int | None = None
    time: int | None = None

    @property
    def name(self) -> str:
        """What is changed, as the screen calls it: W1[1,2], x[1] of sample 3, learning_rate."""
        at = ",".join(str(unit + 1) for unit in self.units)
        if self.what in PARAMETERS:
            return f"{PARAMETER_LETTERS[self.what]}{self.layer}[{at}]"
        if self.what in DATA:
            time = "" if self.time is None else f"@{self.time}"
            return f"{DATA[self.what]}[{at}]{time} of sample {(self.sample or 0) + 1}"
        return f"activation[{self.layer}]" if self.what == "activation" else self.what

    @property
    def words(self) -> str:
        """The change in words: W1[1,2] = 0.3."""
        return f"{self.name} = {self._value}"

    @property
    def _value(self) -> str:
        return self.value if isinstance(self.value, str) else numeral(self.value, ROOM, _DIGITS)
