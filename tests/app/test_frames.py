"""Does the whole screen still look as it did? Frames as text files, to be read and compared.

The footer is left out: which keys fit is the business of its own tests.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from syrupy.extensions.single_file import SingleFileSnapshotExtension, WriteMode

from tests.app.driving import user_of

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

# Scenario and the steps (1-based) that are looked at: forward, loss, delta, gradient, update.
STEPS = {
    "mazur": (1, 3, 4, 5, 9),
    "iris": (2, 3, 4, 212),
    "elman": (2, 3, 40, 170),
    "deep": (1, 5, 12, 56),
}


class TextFrames(SingleFileSnapshotExtension):
    """A frame is a text file of its own."""

    _write_mode = WriteMode.TEXT
    file_extension = "txt"


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 50)], ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("name", STEPS)
async def test_frames(name: str, size: tuple[int, int], snapshot: SnapshotAssertion) -> None:
    frames = []
    async with user_of(name, STEPS[name][0], size=size, wait=0.02) as user:
        await user.until_computed()
        for step in STEPS[name]:
            await user.press("g", *str(step), "enter")
            assert user.step() == step
            frames.append(user.text().rpartition("\n")[0])
    assert "\n\f\n".join(frames) + "\n" == snapshot(extension_class=TextFrames)
