"""In which words is it said why numbers of a trace are wrong, and how they would be right?"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.run.tracing import Trace


def otherwise(trace: Trace) -> str:
    """Return what would have to be otherwise for every number of a disturbed trace to be right."""
    found = ["had every update waited"] if trace.is_hurried else []
    return ", ".join([*found, *([f"without the mistake {trace.mistake}"] if trace.mistake else [])])


def reason(trace: Trace) -> str:
    """Return why a number of a disturbed trace may be wrong."""
    found = [f"the mistake {trace.mistake} is made"] if trace.mistake else []
    return ", or ".join([*found, *(["an update before it has not waited"] if trace.is_hurried else [])])
