"""Where does a key go that was typed behind an answer, into a dialog that the answer has closed?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.events import Key

if TYPE_CHECKING:
    from textual.app import App


def passed_on(app: App[None], key: Key) -> None:
    """Give a key to the screen that is there now, after it has heard the answer; none is there at the end."""
    if app.screen_stack:
        app.screen.call_later(app.post_message, Key(key.key, key.character))
