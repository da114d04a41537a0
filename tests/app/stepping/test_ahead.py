"""Is what one more step would show drawn before its key comes, and is it never shown where it isn't so?

That it is the same as what would be drawn at the key, `tests.soak` looks for with keys at random.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.app.driving import User, user_of
from tui.meanwhile import ahead
from tui.panes.frame import ReasonsPane
from tui.panes.main import MainPane

if TYPE_CHECKING:
    from engine.looking.cursor import Cursor
    from engine.run.tracing import Trace
    from tui.draw.kit.rows import Row

_DRAWN = (MainPane, ReasonsPane)


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The steps for which the view was drawn, counted from 1."""
    steps: list[int] = []
    draw = MainPane.draw

    def noted(self: MainPane, trace: Trace, cursor: Cursor, width: int, height: int) -> list[Row]:
        steps.append(cursor.step + 1)
        return draw(self, trace, cursor, width, height)

    monkeypatch.setattr(MainPane, "draw", noted)
    monkeypatch.setattr(ahead, "SOON", 0.0)
    return steps


def is_as_drawn(user: User) -> bool:
    """Return whether the panes show what they would draw now."""
    return all(
        pane._rows == pane._filled(pane.draw(user.trace, user.cursor, *pane.size), pane.size.height)
        for pane in map(user.stepping.query_one, _DRAWN)
        if pane.size and pane.display
    )


async def test_a_step_is_drawn_before_its_key_and_once(drawn: list[int]) -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        drawn.clear()
        for _ in range(3):
            await user.press("n")
        assert drawn == [2, 3, 4, 5]  # the first after its key; the others, and one that waits, before
        assert is_as_drawn(user)
        drawn.clear()
        await user.press("p", "p")
        await user.press("p")
        assert drawn == [2, 1]  # two keys at once are no step: nothing leads on from them
        assert is_as_drawn(user)


async def test_at_both_ends_nothing_is_drawn_ahead(drawn: list[int]) -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        await user.press("n")
        await user.press("p")
        drawn.clear()
        await user.press("p")
        await user.press("end")
        await user.press("p")
        await user.press("n")
        drawn.clear()
        await user.press("n")
        assert drawn == []


@pytest.mark.parametrize(
    "keys",
    [
        ("4",),
        ("a",),
        ("down",),
        ("colon", "<watch loss", "enter"),
        ("o", "j", "enter"),
        ("u",),
    ],
)
async def test_what_is_asked_for_meanwhile_is_seen_with_the_next_step(
    drawn: list[int], keys: tuple[str, ...]
) -> None:
    async with user_of("mazur", size=(120, 40), iterations=40) as user:
        await user.until_computed()
        for _ in range(4):
            await user.press("n")
        for key in keys:
            await (user.type(key[1:]) if key[0] == "<" else user.press(key))
        await user.until_computed()
        await user.press("n")
        await user.until_computed()
        assert is_as_drawn(user)


async def test_in_another_size_it_is_drawn_anew(drawn: list[int]) -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        await user.press("n")
        await user.press("n")
        await user.resize(100, 30)
        await user.press("n")
        assert is_as_drawn(user)


async def test_where_more_is_known_by_then_it_is_drawn_anew(
    drawn: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    async with user_of("mazur", iterations=40) as user:
        await user.until_computed()
        await user.press("n")
        assert drawn[-1] == 3
        monkeypatch.setattr(type(user.trace), "computed", property(lambda run: 41))
        drawn.clear()
        await user.press("n")
        assert drawn == [3, 4]


async def test_a_note_that_opens_another_view_opens_it(drawn: list[int]) -> None:
    async with user_of("11-reuse-and-cost") as user:
        await user.until_computed()
        for _ in range(8):
            await user.press("n")
            assert is_as_drawn(user)
        assert user.stepping.view == "cost"
