"""What arrays does a .safetensors file hold?"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from engine.named_arrays.files.bfloat16 import BFLOAT16
from engine.named_arrays.files.jsonfile import parsed
from engine.named_arrays.files.limits import LIMIT, REMEDY
from engine.read.data.npzfile import ARRAYS
from engine.read.document.source import read_bytes, refusal
from engine.read.numbers import NUMBERS
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from pathlib import Path

    import numpy.typing as npt

    from engine.named_arrays.files.limits import Arrays

_HEADER = 2**20
_DTYPES: Final = {
    "F64": "<f8",
    "F32": "<f4",
    "F16": "<f2",
    "I64": "<i8",
    "I32": "<i4",
    "I16": "<i2",
    "I8": "|i1",
    "U8": "|u1",
}


def read_safetensors(path: Path) -> Arrays:
    """Return the arrays of a .safetensors file by their names.

    Raises:
        ScenarioError: it is damaged, or there is something in it that is no array of real numbers.
    """
    content = read_bytes(path, LIMIT, REMEDY)
    if len(content) < 8:
        raise refusal(path, "this is not a .safetensors file")
    (length,) = struct.unpack("<Q", content[:8])
    if not 2 <= length <= min(_HEADER, len(content) - 8):
        raise refusal(path, "the file is damaged: its header has no size that it can have")
    header = parsed(content[8 : 8 + length], path)
    if not isinstance(header, dict) or len(header) > ARRAYS + 1:
        raise refusal(path, f"the file is damaged: expected a header of at most {ARRAYS} arrays")
    body = memoryview(content)[8 + length :]
    found: Arrays = {}
    for name, about in header.items():
        if name != "__metadata__":
            found[name] = _tensor(name, about, body, path)
    return found


def _tensor(name: str, about: object, body: memoryview, path: Path) -> npt.NDArray[Any]:
    match about:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [int(first), int(stop)]}:
            pass
        case _:
            raise refusal(path, f"the file is damaged: {shortened(name)!r} has no type, shape and place")
    if not all(type(one) is int and 0 <= one <= NUMBERS for one in shape) or len(shape) > 8:
        raise refusal(path, f"the file is damaged: {shortened(name)!r} has no shape that it can have")
    size = 1
    for one in shape:
        size *= one
    if not 0 <= first <= stop <= len(body):
        raise refusal(path, f"the file is damaged: {shortened(name)!r} lies outside of it")
    part = body[first:stop]
    if kind == "BF16":
        if len(part) != 2 * size:
            raise refusal(path, f"the file is damaged: {shortened(name)!r} has not the size of its shape")
        wide = np.frombuffer(part, dtype="<u2").astype("<u4") << 16
        return wide.view(BFLOAT16).reshape(shape)
    if kind not in _DTYPES:
        raise refusal(path, f"expected real numbers, found the type {shortened(kind)} in {shortened(name)!r}")
    dtype = np.dtype(_DTYPES[kind])
    if len(part) != dtype.itemsize * size:
        raise refusal(path, f"the file is damaged: {shortened(name)!r} has not the size of its shape")
    return np.frombuffer(part, dtype=dtype).reshape(shape)
