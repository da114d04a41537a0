"""What does an app that is tested leave undone, because nobody sees it?

Pictures at which no test looks, the same stylesheets read for each app anew, and tidying up for a long life.
What is on the screen is drawn from the widgets whenever a test asks for it.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

import pytest
from textual._compositor import Compositor
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

from tui import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual.css.model import RuleSet

_KEPT = 256  # stylesheets in the colours of one theme


@contextmanager
def nothing_unseen() -> Iterator[None]:
    """Leave all that undone meanwhile."""
    with sheets_read_once(), pytest.MonkeyPatch.context() as patch:
        patch.setattr(Compositor, "render_update", _forgets_what_is_due)
        patch.setattr(app, "_tidy_memory", _nothing)
        yield


@contextmanager
def sheets_read_once() -> Iterator[None]:
    """Read the same stylesheets once for all apps, and leave pictures as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "parse", _parses_once)
        patch.setattr(Stylesheet, "set_variables", _changes_colours)
        yield


def _nothing() -> None:
    pass


def _forgets_what_is_due(compositor: Compositor, *_: object, **__: object) -> None:
    compositor._dirty_regions.clear()


_parse, _set_variables = Stylesheet.parse, Stylesheet.set_variables


def _parses_once(sheet: Stylesheet) -> None:
    sheet._parse_cache = _parsed_in(frozenset(sheet._variables.items()))
    _parse(sheet)


def _changes_colours(sheet: Stylesheet, variables: dict[str, str]) -> None:
    sheet._parse_cache = LRUCache(1)  # Textual empties it: what others may need in the old colours is kept
    _set_variables(sheet, variables)


@cache
def _parsed_in(_: frozenset[tuple[str, str]]) -> LRUCache[tuple[object, ...], list[RuleSet]]:
    """Return what has been parsed in some colours."""
    return LRUCache(_KEPT)
