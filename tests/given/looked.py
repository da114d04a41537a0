"""What is found in as much of a run as has been computed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.findings.search import findings

if TYPE_CHECKING:
    from engine.facts.findings.finding import Looked
    from engine.run.tracing import Trace


def looked_through(run: Trace) -> Looked:
    looking = findings(run)
    while True:
        try:
            next(looking)
        except StopIteration as end:
            looked: Looked = end.value
            return looked
