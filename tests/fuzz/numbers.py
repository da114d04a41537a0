"""Which files of numbers stand beside a scenario: somebody's own, and networks of other libraries?

They are read as `diagnose`, `--mine` and `import` read them: a sentence that names the file, or numbers.
"""

from __future__ import annotations

import io
import json
import zipfile
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from engine import diagnose, load
from engine.catalog import find
from engine.diagnosis.beside import stood_beside
from engine.importing.reading import read_network
from engine.importing.written import text
from engine.named_arrays.files.numbersfile import read_numbers
from engine.read import ScenarioError
from tests.engine.importing.__main__ import FOLDER
from tests.engine.named_arrays.test_numbersfile import safetensors
from tests.fuzz.spoiling.spoil_bytes import spoil_bytes

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

    from engine.arrays import Array
    from engine.scenario import Scenario

_DIAGNOSED = 8  # of how many files one is: it takes longer than all the rest

NUMBERS = ("mine.npz", "mine.safetensors", "mine.json", "network.skops")


@cache
def _right() -> Scenario:
    return load(find("mazur"))


def good_numbers(chance: Random) -> tuple[str, bytes]:
    """A file of numbers, by its name."""
    name = chance.choice(NUMBERS)
    if name == "network.skops":
        return name, (FOLDER / f"{chance.choice(('binary', 'softmax', 'values'))}.skops").read_bytes()
    arrays = _arrays(chance)
    if name == "mine.safetensors":
        return name, safetensors(**arrays)
    if name == "mine.json":
        return name, json.dumps({key: array.tolist() for key, array in arrays.items()}).encode()
    file = io.BytesIO()
    chance.choice((np.savez, np.savez_compressed))(file, allow_pickle=False, **arrays)
    return name, file.getvalue()


def _arrays(chance: Random) -> dict[str, Array]:
    rng = np.random.default_rng(chance.getrandbits(32))
    shapes = {"W1": (2, 2), "b1": (2,), "W2": (2, 2), "b2": (2,), "dW1": (2, 2), "delta2": (1, 2)}
    kept = [name for name in shapes if chance.random() < 0.7] or ["W1"]
    return {name: rng.normal(size=shapes[name]) for name in kept}


def spoil_zip(content: bytes, chance: Random) -> tuple[bytes, str]:
    """Return an archive with one member changed, and what it was; the same if it is no archive."""
    made = io.BytesIO()
    how = "as it is"
    with suppress(Exception), zipfile.ZipFile(io.BytesIO(content)) as good:
        names = good.namelist()
        chosen = "schema.json" if "schema.json" in names and chance.random() < 0.5 else chance.choice(names)
        with zipfile.ZipFile(made, "w") as bad:
            for name in names:
                inside = good.read(name)
                if name == chosen:
                    inside, how = spoil_bytes(inside, chance)
                bad.writestr(zipfile.ZipInfo(name), inside)
        return made.getvalue(), f"{chosen}: {how}"
    return content, how


def read_all(file: Path) -> None:
    """Read a file of numbers in each way in which it is read.

    Raises:
        ScenarioError: it is refused.
    """
    if file.suffix != ".skops":
        numbers = read_numbers(file)
        if file.stat().st_size % _DIAGNOSED == 0:
            with suppress(ScenarioError):
                stood_beside(_right(), diagnose(_right(), numbers, file=str(file)))
    text(read_network(str(file)), "fuzz", file.name)
