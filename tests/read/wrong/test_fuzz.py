"""No file, however odd, makes the reader do anything but load it or say what is wrong."""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.looking.lesson.shown import PARTS, VIEWS
from engine.read import Complaint, ScenarioError, load
from engine.read.document.shape import ScenarioFile
from engine.read.document.walk import walk
from engine.read.findings import Findings, TooManyFindingsError
from engine.read.schema import schema
from tests.fuzz.toml import lines
from tests.given.any_character import ANY_CHARACTER
from tests.given.some_of import EVERY_CASE
from tests.read.files import PLAIN, SEQUENCES

WORDS = st.sampled_from(
    [
        *(key for table in schema()["$defs"].values() for key in table["properties"]),
        *("sigmoid", "softmax", "cross-entropy", "zeros", "mean", "premature", "x"),
        *(*OPTIMIZERS, *MISTAKES),
    ]
)
NUMBERS = st.one_of(
    st.integers(-3, 5), st.floats(), st.sampled_from([10**9, 10**30, -(2**63), 2**64, 10**400, 0.5, 1.0])
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.one_of(NUMBERS, st.booleans(), WORDS, st.text(ANY_CHARACTER, max_size=3), st.dates()),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(WORDS, inner, max_size=4)),
    max_leaves=12,
)


def good() -> dict[str, Any]:
    """Return a document that uses every key."""
    layer: dict[str, Any] = {"activation": "tanh", "weights": [[0.5]], "biases": [1], "train_biases": False}
    layer |= {"train_weights": [[True]], "train_recurrent_weights": [[False]], "bias_copies": 2}
    recurrent = {"recurrent_weights": [[1]], "initial_state": [0]}
    drawn = {"activation": "softmax", "units": 1, "init": "zeros", "recurrent_init": "normal"}
    training: dict[str, Any] = {"learning_rate": 1, "iterations": 2, "batch_size": 1, "reduction": "sum"}
    training |= {"order": "deferred", "optimizer": "adam", "momentum": 0.5, "decay": 0.5, "beta1": 0.5}
    training |= {"beta2": 0.5, "epsilon": 1, "weight_decay": 0.1, "clip_norm": 1, "mistake": "no-slope"}
    return {
        "format": 1,
        "title": "T",
        "about": "A",
        "source": "S",
        "network": {
            "inputs": 1,
            "loss": "squared-error",
            "parameters": "x.npz",
            "layers": [layer | recurrent, drawn],
        },
        "data": {
            "inputs": [[[1], [2]]],
            "targets": ["a"],
            "file": "x.csv",
            "one_hot": True,
            "classes": ["a", 2],
            "separator": ";",
            "decimal": ",",
            "header": True,
            "shape": [1, 1],
        },
        "training": training | {"seed": 1},
        "lesson": {"shows": [next(iter(PARTS))]},
        "notes": [{"step": 1, "text": "N", "view": VIEWS[0], "look": "a1[1]", "shows": [next(iter(PARTS))]}],
    }


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [path] if path else []
    if isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            found += places(inner, (*path, step))
    return found


PATHS = places(good())


def spoilt(path: tuple[Any, ...], value: Any, how: str) -> dict[str, Any]:
    """Return the good document with one thing replaced, left out or added."""
    document = good()
    outer: Any = document
    for step in path[:-1]:
        outer = outer[step]
    if how == "replace":
        outer[path[-1]] = value
    elif how == "remove":
        del outer[path[-1]]
    elif isinstance(outer, dict):
        outer[f"{path[-1]}x"] = value
    else:
        outer.append(value)
    return document


def judge(document: dict[str, Any]) -> None:
    """Assert that the walk finds something exactly if msgspec does, and mends nothing that is good."""
    findings = Findings()
    try:
        expected = msgspec.convert(document, ScenarioFile, strict=True)
    except msgspec.ValidationError:
        with suppress(TooManyFindingsError):
            walk(document, findings)
        assert findings
    else:
        found = walk(document, findings)
        assert not findings
        assert repr(found) == repr(expected)


def test_the_good_document() -> None:
    judge(good())
    keys = {key for path in PATHS for key in path if isinstance(key, str)}
    assert keys == {key for table in schema()["$defs"].values() for key in table["properties"]}


@given(st.sampled_from(PATHS), VALUES, st.sampled_from(["replace", "remove", "add"]))
@settings(max_examples=400 if EVERY_CASE else 100, deadline=None)
def test_walk_and_msgspec_agree(path: tuple[Any, ...], value: Any, how: str) -> None:
    judge(spoilt(path, value, how))


@given(st.dictionaries(WORDS, VALUES, max_size=6))
@settings(max_examples=100 if EVERY_CASE else 30, deadline=None)
def test_walk_and_msgspec_agree_on_anything(document: dict[str, Any]) -> None:
    judge(document)


def attempt(content: bytes) -> None:
    """Load a file, and print what is wrong if something is."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scenario.toml"
        path.write_bytes(content)
        complaints: tuple[Complaint, ...] = ()
        text = "loaded"
        try:
            load(path)
        except ScenarioError as error:
            complaints, text = error.complaints, str(error)
    assert bool(complaints) is (text != "loaded")
    assert not set(text) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160)]))
    count = content.decode("utf-8-sig", "replace").count("\n") + 1
    assert all(complaint.line is None or 1 <= complaint.line <= count for complaint in complaints)


SLOW = settings(
    max_examples=150 if EVERY_CASE else 40, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)


@given(st.sampled_from(PATHS), VALUES, st.sampled_from(["replace", "remove", "add"]))
@SLOW
def test_a_spoilt_document(path: tuple[Any, ...], value: Any, how: str) -> None:
    document = spoilt(path, value, how)
    attempt(lines(document).encode("utf-8", "replace"))


@given(st.sampled_from([PLAIN, SEQUENCES]), st.data())
@SLOW
def test_a_file_with_a_piece_replaced(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    length = data.draw(st.integers(0, 12))
    piece = data.draw(
        st.one_of(
            st.text(ANY_CHARACTER, max_size=4),
            st.sampled_from(["[", "]", "[[", '"', "nan", "1e999", "=", "\n"]),
        )
    )
    attempt((text[:start] + piece + text[start + length :]).encode("utf-8", "surrogatepass"))


@given(st.binary(max_size=60), st.integers(0, len(PLAIN)))
@SLOW
def test_a_file_with_bytes_put_in(piece: bytes, place: int) -> None:
    attempt(PLAIN[:place].encode() + piece + PLAIN[place:].encode())
