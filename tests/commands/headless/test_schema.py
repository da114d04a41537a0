"""Does `bp-tui schema` print what an editor needs, the same as is shipped?"""

from __future__ import annotations

from importlib.resources import files

from tests.commands.running import run


def test_the_schema_that_is_shipped() -> None:
    done = run("schema")
    assert (done.code, done.err) == (0, "")
    assert done.out == (files("scenarios") / "scenario.schema.json").read_text("utf-8")
    assert run("schema", PYTHONIOENCODING="latin-1").code == 0
