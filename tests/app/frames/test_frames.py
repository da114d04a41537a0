"""Does the whole screen still look as it did? Frames as text files, to be read and compared.

The footer is left out: which keys fit is the business of its own tests. A run takes longer to compute than
its frames to draw, so one app shows all that is looked at of a scenario, in a terminal that grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.app.driving import user_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from syrupy.assertion import SnapshotAssertion
    from syrupy.location import PyTestLocation
    from syrupy.types import SnapshotIndex

    from tests.app.driving import User

# Scenario and the steps (1-based) that are looked at: forward, loss, delta, gradient, update.
STEPS = {
    "mazur": (1, 3, 4, 5, 9),
    "iris": (2, 3, 4, 212),
    "elman": (2, 3, 40, 170),
    "deep": (1, 5, 12, 56),
}


SIZES = [(80, 24), (120, 40), (200, 50)]


class TextFrames(SingleFileSnapshotExtension):
    """A frame is a text file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"

    @classmethod
    def get_snapshot_name(cls, *, test_location: PyTestLocation, index: SnapshotIndex = 0) -> str:
        """Name it by what is shown and the size."""
        return f"{test_location.methodname}[{index}]"


async def grown(user: User) -> AsyncIterator[str]:
    """Give the terminal one size after the other."""
    for width, height in SIZES:
        await user.give_size(width, height)
        assert user.app.size == (width, height)
        yield f"{width}x{height}"


@pytest.mark.parametrize("name", STEPS)
async def test_frames(name: str, snapshot: SnapshotAssertion) -> None:
    async with user_of(name, STEPS[name][0], size=SIZES[0], wait=0.02) as user:
        await user.until_computed()
        async for size in grown(user):
            frames = []
            for step in STEPS[name]:
                await user.pick(step)
                frames.append(user.text().rpartition("\n")[0])
            shown = "\n\f\n".join(frames) + "\n"
            assert shown == snapshot(name=f"{name}-{size}", extension_class=TextFrames)


# View, scenario and step (1-based): each view where it has most to say.
VIEWS = {
    "2": ("premature", 9),
    "3": ("deep", 12),
    "4": ("xor", 1),
    "5": ("elman", 60),
    "6": ("deep", 13),
    "7": ("mazur", 6),
    "8": ("iris", 212),
    "9": ("iris", 212),
    "P": ("mazur", 6),
}


@pytest.mark.parametrize("name", sorted({name for name, _ in VIEWS.values()}))
async def test_views(name: str, snapshot: SnapshotAssertion) -> None:
    async with user_of(name, size=SIZES[0], wait=0.02) as user:
        await user.until_computed()
        for key, (of, step) in VIEWS.items():
            if of != name:
                continue
            await user.pick(step)
            await user.press(key)
            await user.until_all_computed()
            async for size in grown(user):
                shown = user.text().rpartition("\n")[0] + "\n"
                assert shown == snapshot(name=f"{key}-{size}", extension_class=TextFrames)
