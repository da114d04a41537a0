"""What is chosen by a command line without options?"""

from __future__ import annotations

from typing import NamedTuple


class NoOptions(NamedTuple):
    """What `bp-tui` or `bp-tui SCENARIO` chooses: what a parser returns where no option is given.

    Making a parser takes longer than reading most scenarios.
    """

    scenario: str | None = None
    step: int | None = None
    view: str | None = None
    order: str | None = None
    optimizer: str | None = None
    mistake: str | None = None
    learning_rate: float | None = None
    mine: str | None = None
    name: list[str] | None = None
    resume: str | None = None
    mouse: bool = False
    lead: str | None = None
    follow: str | None = None
    meeting: str | None = None
    light: bool = False
    watch: bool = False
    ascii: bool = False
    plain: bool = False
    folder: str | None = None
    restricted: bool = False
    completions: str | None = None
