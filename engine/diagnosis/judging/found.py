"""What is it that makes somebody's numbers: which mistakes, and what comes of them?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from engine.diagnosis.iteration.ground import Chosen
    from engine.diagnosis.iteration.values import Values
    from engine.diagnosis.mistakes.altered import Altered
    from engine.diagnosis.mistakes.candidates import Candidate


class Found(NamedTuple):
    """Mistakes that together reproduce all: one, or a pair; in which convention is told elsewhere.

    `altered` are the equations that the numbers come out of; None of an order that is no equation. `chosen`
    are the samples that they are of, if not those of the batch.
    """

    candidates: tuple[Candidate, ...]
    values: Values
    altered: Altered | None = None
    chosen: Chosen | None = None

    @property
    def known(self) -> bool:
        """Whether it is one mistake of the contract."""
        return len(self.candidates) == 1 and self.candidates[0].known
