"""What does the palette offer: every action of the key table in its groups, every command that is typed?"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from textual.screen import Screen

    from tui.keys import KeyTable

_TYPED = "commands"


class Offer(NamedTuple):
    """What is done, by which key, and where that stands in the help."""

    key: str
    does: str
    group: str
    run: Callable[[], object]


def offers_of(screen: Screen[Any], keys: KeyTable, *, closed: bool) -> list[Offer]:
    """Return what is offered on a screen, in the order of the help; `closed` writes and reads no files."""
    found = [Offer(key.on_screen, key.does, key.group.lower(), _runner(screen, key.action)) for key in keys]
    # Imported when it is asked for: the first frame needs no conditions.
    from tui.walking.command_line import OF_FILES, TO_COMPLETE

    for word, does in (TO_COMPLETE if closed else TO_COMPLETE | OF_FILES).items():
        found.append(Offer(":", f"{word}: {does}", _TYPED, _runner(screen, f"command_line('{word} ')")))
    return found


def _runner(screen: Screen[Any], action: str) -> Callable[[], Coroutine[Any, Any, None]]:
    async def run() -> None:
        await screen.run_action(action)

    return run
