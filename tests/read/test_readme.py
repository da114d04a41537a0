"""Is what `scenarios/README.md` says true?"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from engine import trace
from engine.catalog import find
from engine.equations.functions.activations import ACTIVATIONS
from engine.equations.functions.losses import LOSSES
from engine.equations.mistakes.mistakes import MISTAKES
from engine.equations.optimizers import OPTIMIZERS
from engine.read import build, load, numbers
from engine.read.changed import changed
from engine.read.data import beside
from engine.read.document import syntax
from engine.read.initialise import INITS
from engine.read.schema import schema
from engine.scenario import Reduction, Training
from engine.update_orders import ORDERS
from tests.read.files import complaint, write

if TYPE_CHECKING:
    import pytest

README = (files("scenarios") / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
EXAMPLES = [text for kind, _, text in BLOCKS if kind == "toml"]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 10
    assert README.count("```") == 2 * len(BLOCKS)


def test_every_example_loads(tmp_path: Path) -> None:
    for kind, name, text in BLOCKS:
        if kind == "csv":
            write(tmp_path, text, name)
        elif kind == "python" and "savez" in text:
            subprocess.run([sys.executable, "-c", text], cwd=tmp_path, check=True)
    for example in EXAMPLES:
        scenario = load(write(tmp_path, example))
        kinds = [step.kind for step in trace(scenario)[:2]]
        assert kinds in (["forward", "forward"], ["forward", "loss"]), example


def test_the_error_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    shown = next(text for kind, _, text in BLOCKS if kind == "text" and "first.toml:" in text)
    write(tmp_path, EXAMPLES[0].replace('"sigmoid"', '"sigmiod"'), "first.toml")
    assert str(complaint(Path("first.toml"))) + "\n" == shown


def test_every_key_and_name_is_explained() -> None:
    for table in schema()["$defs"].values():
        for key in table["properties"]:
            assert f"`{key}" in README or f"[{key}" in README, key
    for name in (*ACTIVATIONS, *LOSSES, *INITS, *ORDERS, *OPTIMIZERS, *MISTAKES, *get_args(Reduction)):
        assert f"`{name}`" in README or f'`"{name}"`' in README, name


def test_the_settings_of_each_optimizer() -> None:
    defaults = {field.name: field.default for field in fields(Training)}
    rows = {row.split("`")[1]: row for row in README.splitlines() if row.startswith("| `")}
    for name, optimizer in OPTIMIZERS.items():
        row = rows["adam"] if rows[name].endswith("| as `adam` |") else rows[name]
        said = {key: float(value) for key, value in re.findall(r"`(\w+)` \S+ ([\d.e-]+)", row)}
        assert said == {key: defaults[key] for key in optimizer.settings}, name


def test_each_mistake_is_said_as_the_table_has_it() -> None:
    for name, mistake in MISTAKES.items():
        assert f"| `{name}` | {mistake.right} | {mistake.instead} |" in README


def test_the_limits() -> None:
    most = {name: f"{count:,}" for count, name in syntax.MOST.values()}
    assert f"{most['commas']} commas, lines or backslashes; {most['keys']} keys or tables" in README
    assert most["commas"] == most["lines"] == most["backslashes"]
    assert most["keys"] == f"{syntax._TABLES:,}"
    assert f"the scenario file | {build.LIMIT // 2**20} MiB" in README
    assert f"a data file | {beside.LIMIT // 2**20} MiB" in README
    assert f"{numbers.NUMBERS:,} each" in README
    assert "iterations | 1,000,000,000" in README


def test_every_field_of_every_record_is_explained() -> None:
    table = README.partition("## What trace prints")[2].partition("\n## ")[0]
    words = set(re.findall(r"`(\w+)`", table))
    found: set[str] = set()
    for name, training in (
        ("elman", {}),
        ("mazur", {"optimizer": "adam", "clip_norm": 1.0}),
        ("elman", {"optimizer": "rmsprop", "weight_decay": 0.1}),
        ("elman", {"optimizer": "momentum"}),
    ):
        steps = trace(changed(load(find(name)), **training))
        for step in steps[: len(steps) // steps.iterations]:
            found |= {step.kind, *step.record()}
    states = {state for row in OPTIMIZERS.values() for state in row.states}
    for field in found:
        group, _, rest = field.partition("_")
        state, _, when = rest.rpartition("_")
        if state in states:
            assert group in ("weights", "biases", "recurrent")
            assert when in ("before", "after")
        elif field.startswith(("biases_", "recurrent_")) and field not in words:
            assert "weights_" + rest in words
        else:
            assert field in words
    named = words - found - states - {"null", "weights_velocity_before", "biases_", "recurrent_", "clip_norm"}
    assert not named
