"""Does what units and other times add to the number that is looked at come to that number?"""

from __future__ import annotations

import pytest

from engine.looking.cursor import look_at, start
from engine.looking.known.contributions import comes_back, contributions, heard_beside, sum_heard
from engine.looking.known.numbers import Known
from tests.given.shipped import shipped_run


@pytest.mark.parametrize("name", ["mazur", "elman", "deep", "counting"])
@pytest.mark.parametrize("unit", [0, 99])
def test_what_is_added_comes_to_the_number(name: str, unit: int) -> None:
    run, seen = shipped_run(name), set[str]()
    for step in range(run.schedule.first_step(1)):
        site, cursor = run.schedule.site(step), start(run, step)
        layer = site.layer or 0
        if site.kind not in ("forward", "delta") or (site.kind == "delta" and layer == run.shapes.layers):
            continue
        cursor = look_at(cursor, run, layer, unit)
        known, looked_at = Known(run, cursor), cursor.units[layer]
        back = site.kind == "delta"
        from_layer = layer + 1 if back else layer - 1
        added = contributions(known, from_layer)
        assert added is not None
        assert comes_back(known, from_layer) == back
        total, heard = float(added.sum()), heard_beside(known, from_layer)
        if heard is not None and heard.back == back:
            other = sum_heard(known, heard)
            assert other is not None
            total += other
            seen.add("heard back" if back else "heard")
        if not back:
            biases = known.array("biases", layer)
            assert biases is not None
            total += float(biases[looked_at])
        number = known.array("error" if back else "pre_activation", layer)
        assert number is not None
        assert total == pytest.approx(float(number[looked_at]), abs=1e-12)
        seen.add(site.kind)
    assert seen >= {"forward"} | ({"delta"} if run.shapes.layers > 1 else set())
    assert ("heard" in seen) == any(run.shapes.recurrent)
    assert ("heard back" in seen) == any(run.shapes.recurrent[:-1])


def test_nothing_is_added_by_the_layer_that_is_worked_on_or_by_what_a_later_step_makes() -> None:
    run = shipped_run("mazur")
    known = Known(run, start(run))
    assert contributions(known, 1) is None
    assert contributions(known, 2) is None
    assert heard_beside(known, 1) is None
