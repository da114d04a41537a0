"""The engine: reads a scenario and makes the immutable trace of a backpropagation run.

`load` reads a scenario file, `trace` gives its steps, `diagnose` says what is wrong in somebody's own
numbers, `from_torch` and `from_sklearn` make scenarios of networks. They are imported on first use, so that
`engine.catalog` and the version can be read without numpy.

Its rooms lie on floors, each of which needs those before it alone: `spelling` and the small files right here;
`scenario`, `equations`, `order`, `data`, `program`, `listing`; `run`; `facts`; `conditions`, `watching`;
`words`; `looking`; `read`; `named_arrays`, `branching`, `draft`; `diagnosis`, `importing`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from engine.diagnosis.diagnosing import diagnose as diagnose
    from engine.importing.mlp import from_sklearn as from_sklearn
    from engine.importing.torchmodule import from_torch as from_torch
    from engine.read import load as load
    from engine.run.tracing import trace as trace

__all__ = ["diagnose", "from_sklearn", "from_torch", "load", "trace"]


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
    if name == "from_torch":
        from engine.importing.torchmodule import from_torch

        return from_torch
    if name == "from_sklearn":
        from engine.importing.mlp import from_sklearn

        return from_sklearn
    raise AttributeError(f"module 'engine' has no attribute {name!r}")
