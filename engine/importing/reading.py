"""Which network is in a file? Parameters by their names, or what scikit-learn keeps with skops.

Nothing in a file is run: what only its own library could open gets the line that converts it.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from engine.importing.assumed import taken
from engine.importing.mlp import ATTRIBUTES, CLASSES, taken_of_mlp
from engine.importing.modules import modules_of
from engine.importing.skopsfile import read_skops
from engine.importing.taken import NotTakenError
from engine.named_arrays.files.numbersfile import read_numbers
from engine.read.document.source import refusal
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.importing.taken import Taken
    from engine.read.complaints import ScenarioError

_TORCH = (
    "import torch, numpy; "
    "numpy.savez('network.npz', **{{name: value.double().numpy() for name, value in "
    "torch.load({file!r}, map_location='cpu', weights_only=True).items()}})"
)
_SKLEARN = "import joblib, skops.io; skops.io.dump(joblib.load({file!r}), 'network.skops')"
_KERAS = (
    "import keras, numpy; numpy.savez('network.npz', **{{one.path: one.numpy() for one in "
    "keras.saving.load_model({file!r}, compile=False).weights}})"
)
_ONNX = (
    "import numpy, onnx, onnx.numpy_helper; numpy.savez('network.npz', **{{one.name: "
    "onnx.numpy_helper.to_array(one) for one in onnx.load({file!r}).graph.initializer}})"
)
_PICKLE = "a pickle can run anything, and is not opened here. If you trust it, convert it"
_CONVERSIONS = {
    **dict.fromkeys(
        (".pt", ".pth"),
        (_TORCH, f"{_PICKLE} as a state_dict (of a whole module save module.state_dict() first)"),
    ),
    **dict.fromkeys((".pkl", ".pickle", ".joblib"), (_SKLEARN, f"{_PICKLE} as a network of scikit-learn")),
    **dict.fromkeys(
        (".keras", ".h5", ".hdf5"), (_KERAS, "a model of Keras is not opened here. Convert its weights")
    ),
    ".onnx": (_ONNX, "an ONNX model is not opened here. Convert its parameters"),
}
"""The line that converts a file, and what is said before it."""

_TEXTS = 5
"""Texts of a file that are told."""

_BY_NAMES = (".npz", ".json", ".safetensors")


def read_network(
    name: str,
    *,
    activations: Sequence[str] = (),
    last: str | None = None,
    loss: str | None = None,
    order: Sequence[str] = (),
    way: str | None = None,
) -> Taken:
    """Return the network in a file; what a file of parameters doesn't say may be said.

    Raises:
        ScenarioError: it can't be read, or something in it can't be taken.
    """
    path = Path(name)
    suffix = path.suffix.lower()
    if suffix in _CONVERSIONS:
        raise _convert(path, suffix)
    if suffix == ".skops":
        return _mlp(path, said=bool(activations or last or loss or order or way))
    if suffix not in _BY_NAMES:
        raise refusal(
            path, "expected an .npz, .json or .safetensors file of a network's parameters, or a .skops file"
        )
    texts: dict[str, str] = {}
    arrays = read_numbers(path, lists=True, texts=texts)
    try:
        # The safetensors library sorts what it saves.
        found = modules_of(arrays, order, way, kept=suffix != ".safetensors")
        network = taken(found, activations, last, loss)
    except NotTakenError as error:
        raise refusal(path, f"{error}.") from error
    return replace(network, remarks=(*network.remarks, *_unread(texts))) if texts else network


def _unread(texts: Mapping[str, str]) -> Iterator[str]:
    """Yield what is said of texts among the numbers: what they mean is the writer's affair."""
    shown = [f'{shortened(name, 40)} ("{shortened(text, 40)}")' for name, text in texts.items()]
    more = f" and {len(shown) - _TEXTS} more" if len(shown) > _TEXTS else ""
    yield f"not taken, as it is text and no number: {', '.join(shown[:_TEXTS])}{more}"


def _mlp(path: Path, *, said: bool) -> Taken:
    """Return the network of scikit-learn in a file; nothing is to be `said` of it."""
    kind, values = read_skops(path, ATTRIBUTES)
    if kind not in CLASSES:
        what = f"expected an {' or '.join(CLASSES)}, found a {shortened(kind, 40)}"
        remedy = "Of a Pipeline write the last step alone: skops.io.dump(pipeline[-1], name)."
        raise refusal(path, what, remedy if kind == "Pipeline" else "")
    if said:
        raise refusal(path, "a .skops file says itself what its layers, activations and loss are")
    try:
        return taken_of_mlp(values)
    except NotTakenError as error:
        raise refusal(path, f"{error}.") from error


def _convert(path: Path, suffix: str) -> ScenarioError:
    line, says = _CONVERSIONS[suffix]
    line = line.format(file=one_line(str(path)))
    # Between double quotes a shell leaves everything else as it is.
    written = quote(line) if set(line) & set('"$`\\!') else f'"{line}"'
    return refusal(path, says, f"python -c {written}")
