"""What does a scenario file look like to an editor? `bp-tui schema` prints its JSON Schema.

Made from the structs in `engine.read.document.shape`, so that editor and reader can't disagree.
"""

from __future__ import annotations

import json
from typing import Any

import msgspec

from engine.read.document.shape import ScenarioFile

# What msgspec can't say of a struct: which keys go together.
_WEIGHTS_OR_UNITS = {
    "oneOf": [
        {"required": ["weights"], "not": {"anyOf": [{"required": ["units"]}, {"required": ["init"]}]}},
        {"required": ["units"], "not": {"required": ["weights"]}},
    ],
    "not": {"required": ["recurrent_weights", "recurrent_init"]},
}
_FROM_A_FILE = {
    "anyOf": [
        {"required": ["parameters"]},
        {"properties": {"layers": {"items": {"anyOf": [{"required": ["weights"]}, {"required": ["init"]}]}}}},
    ]
}
_SAMPLES = ("inputs", "targets")
_FILE_OR_NUMBERS = {
    "oneOf": [
        {"required": ["file"], "properties": {key: {"items": {"type": "string"}} for key in _SAMPLES}},
        {
            "required": list(_SAMPLES),
            "properties": {key: {"items": {"type": "array"}} for key in _SAMPLES},
            "not": {"required": ["file"]},
        },
    ]
}


def schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of scenario format 1."""
    made = _without_null(msgspec.json.schema(ScenarioFile))
    assert isinstance(made, dict)
    made["$defs"]["LayerTable"] |= _WEIGHTS_OR_UNITS
    made["$defs"]["NetworkTable"] |= _FROM_A_FILE
    made["$defs"]["DataTable"] |= _FILE_OR_NUMBERS
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **made}


def schema_text() -> str:
    """Return the schema as the text of `scenarios/scenario.schema.json`."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _without_null(part: Any) -> Any:
    """Return a part of the schema without null, which no TOML file can hold: it stands for a key left out."""
    if isinstance(part, list):
        return [_without_null(item) for item in part if item != {"type": "null"}]
    if not isinstance(part, dict):
        return part
    kept = {key: _without_null(value) for key, value in part.items() if (key, value) != ("default", None)}
    match kept:
        case {"anyOf": [dict() as only]}:
            del kept["anyOf"]
            kept |= only
    return kept
