"""Is it told which step makes the number that is looked at, and which reads or changes it next?"""

from __future__ import annotations

from engine.facts.entry import Number
from engine.looking.cursor import start
from engine.looking.known.numbers import Known
from engine.looking.known.told import heard_called, layer_called, made_and_read
from engine.order.quantities import Reference
from tests.given.shipped import shipped_run


def test_who_makes_a_number_and_who_reads_it_next() -> None:
    run = shipped_run("mazur")
    z, a, x, w, delta = (
        Number(Reference("pre_activation", 0, 1, 0, 0), (0,)),
        Number(Reference("activation", 0, 1, 0, 0), (0,)),
        Number(Reference("input", 0, 0, 0, 0), (0,)),
        Number(Reference("weights", 0, 1, version=0), (0, 0)),
        Number(Reference("delta", 0, 2, 0, 0), (0,)),
    )
    for number, step, told in (
        (z, 0, "made here"),
        (a, 0, "made here · read next by a2 at step 2"),
        (z, 2, "made by a1 at step 1"),
        (x, 2, "given · read next by ∇1 at step 7"),
        (delta, 0, "will be made by δ2 at step 4 · read next by ∇2 at step 5"),
        (w, 0, "given · changed next by W1 at step 9"),
    ):
        with_reader, without = made_and_read(run, start(run, step), number)
        assert with_reader == told
        assert without == told.partition(" · ")[0]


def test_a_layer_is_called_by_its_number_and_activation_and_by_what_is_heard_beside_it() -> None:
    elman = shipped_run("elman")
    known = Known(elman, start(elman, 28))
    assert layer_called(known, 0) == 4 * ["input"]
    assert layer_called(known, 1) == ["layer 1 · tanh ↻", "1 · tanh ↻", "1 tanh ↻", "layer 1"]
    assert [heard_called(known, layer) for layer in (0, 1, 2)] == ["h1@2", "", "δ1@4"]
    batch = shipped_run("batch")
    assert layer_called(Known(batch, start(batch, 12)), 0) == ["input of sample 3", *3 * ["sample 3"]]
