"""Does the place along the curve stay in what has been run, stop at round iterations, and stay in sight?"""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.looking.along import Along, moved, seen, zoomed

RUNS = st.integers(1, 10**7)


@given(RUNS, st.integers(0, 10**7), st.integers(0, 70), st.lists(st.sampled_from([1, -1]), max_size=40))
def test_what_is_pointed_at_has_been_computed_and_is_seen(
    iterations: int, here: int, zoom: int, ways: list[int]
) -> None:
    here = min(here, iterations - 1)
    computed = here + 1
    along = Along(zoom=zoom)
    for by in ways:
        before, along = along, moved(along, here, iterations, computed, by)
        assert along.at is not None
        assert 0 <= along.at < computed
        if before.at is not None:
            assert by * (along.at - before.at) >= 0
        shown = seen(along, here, iterations)
        assert along.at in shown
        assert 0 <= shown.start < shown.stop <= iterations


def test_it_stops_at_round_iterations_as_they_are_shown() -> None:
    along, stops = Along(), []
    for _ in range(3):
        along = moved(along, 0, 10_000, 10_000, 1)
        assert along.at is not None
        stops.append(along.at + 1)
    assert stops == [200, 400, 600]
    assert moved(along, 0, 10_000, 10_000, -1).at == 399
    assert moved(Along(at=9_999), 0, 10_000, 10_000, 1).at == 9_999
    assert moved(Along(), 4_321, 10_000, 10_000, -1).at == 4_199


def test_a_zoom_shows_a_quarter_around_what_is_pointed_at_and_comes_back() -> None:
    along = Along(at=5_000)
    lengths = []
    for _ in range(8):
        lengths.append(len(seen(along, 0, 10_000)))
        assert 5_000 in seen(along, 0, 10_000)
        along = zoomed(along, 10_000, 1)
    assert lengths[:6] == [10_000, 2_500, 625, 157, 40, 10]
    assert along == zoomed(along, 10_000, 1)
    assert len(seen(along, 0, 10_000)) == 8
    for _ in range(9):
        along = zoomed(along, 10_000, -1)
    assert along == Along(at=5_000)


def test_the_picture_stands_still_while_the_middle_is_gone_through() -> None:
    pictures = {seen(Along(at=at, zoom=1), 0, 10_000) for at in range(4_000, 4_300)}
    assert len(pictures) == 1
