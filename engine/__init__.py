"""The engine: reads a scenario and makes the immutable trace of a backpropagation run.

`load` reads a scenario file, `trace` gives its steps, `diagnose` says what is wrong in somebody's own
numbers. They are imported on first use, so that `engine.catalog` and the version can be read without numpy.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.diagnosis.diagnosing import diagnose as diagnose
    from engine.read import load as load
    from engine.run.tracing import trace as trace

__all__ = ["diagnose", "load", "trace"]


def __getattr__(name: str) -> Any:
    if name == "load":
        from engine.read import load

        return load
    if name == "trace":
        from engine.run.tracing import trace

        return trace
    if name == "diagnose":
        from engine.diagnosis.diagnosing import diagnose

        return diagnose
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
