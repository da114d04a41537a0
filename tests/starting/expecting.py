"""How does pexpect type to a program that is forked instead of started anew?"""

from __future__ import annotations

import struct
import sys
from typing import TYPE_CHECKING, Any

import pexpect  # type: ignore[import-untyped]
from ptyprocess import PtyProcess  # type: ignore[import-untyped]

from tests.starting.forked import forked_on_a_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path


class Forked(pexpect.spawn):  # type: ignore[misc]
    """`bp-tui WORDS` on a line of so many rows and columns."""

    def __init__(
        self,
        words: Sequence[str],
        environment: Mapping[str, str],
        dimensions: tuple[int, int],
        folder: Path | None = None,
        **options: Any,
    ) -> None:
        self._words, self._variables, self._dimensions, self._folder = words, environment, dimensions, folder
        super().__init__(sys.executable, ["-m", "tui.cli", *words], **options)

    def _spawnpty(self, args: object, **options: object) -> Any:
        size = struct.pack("HHHH", *self._dimensions, 0, 0)
        return PtyProcess(*forked_on_a_line(self._words, self._variables, size, folder=self._folder))
