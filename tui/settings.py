"""What has the user settled for good: in a file of his own, and by choosing a theme?

`config.toml` in the user's config folder is read and never written. It is judged as a scenario is: every
error has its place and its remedy. A theme that is chosen in the palette is remembered in the state folder.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from engine.looking.lesson.shown import VIEWS
from tui.files import keep

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from engine.read.findings import Findings

NAME = "config.toml"
_LIMIT = 2**16  # bytes; far more than there is to settle
_THEME = "theme"  # the file in the state folder that names one


class Settings(NamedTuple):
    """What a config file settles; None is what the app does by itself.

    `offer_session` is whether who leaves is asked if the session is to be kept. `keys` are further keys for
    what a key does, by the name that can be typed after `:`; `instead` are keys that it has and no others.
    """

    theme: str | None = None
    ascii: bool = False
    mouse: bool = False
    view: str | None = None
    offer_session: bool = True
    keys: Mapping[str, tuple[str, ...]] = {}
    instead: Mapping[str, tuple[str, ...]] = {}


def config_folder() -> Path:
    """Return the folder in which this user's programs find what is settled."""
    from platformdirs import user_config_path

    return user_config_path("bp-tui", appauthor=False)


def settings_in(file: Path) -> Settings:
    """Return what a file settles; nothing if there is none.

    Raises:
        ScenarioError: it can't be read, or something in it is wrong; it holds every error.
    """
    if not file.exists():
        return Settings()
    from engine.read.complaints import ScenarioError
    from engine.read.document.placed import placed
    from engine.read.document.source import decode, read_bytes
    from engine.read.document.syntax import parse
    from engine.read.findings import Findings
    from engine.spelling.nearest import nearest

    text = decode(read_bytes(file, _LIMIT, "Keep what is settled in it, and nothing else."), file)
    findings = Findings()
    found: dict[str, Any] = {}
    document = parse(text, file)
    for key, value in document.items():
        if key in _RULES:
            found[key] = _RULES[key](value, key, findings)
        elif key not in _TABLES:
            known = (*_RULES, *_TABLES)
            remedy = nearest(key, known) or f"The keys here are: {', '.join(known)}."
            findings.add((key,), "unknown key", remedy, at_key=True)
    found |= _keys({key: document[key] for key in _TABLES if key in document}, findings)
    if findings:
        raise ScenarioError(*placed(findings.found, text, file))
    return Settings(**found)


def _switch(value: object, key: str, findings: Findings) -> bool:
    from engine.read.findings import describe

    if type(value) is not bool:
        findings.add((key,), f"expected true or false, found {describe(value)}")
    return value is True


def _one_of(names: Callable[[], tuple[str, ...]]) -> Callable[[object, str, Findings], str]:
    def rule(value: object, key: str, findings: Findings) -> str:
        from engine.read.findings import describe
        from engine.spelling.nearest import nearest

        known = names()
        if value not in known:
            hint = nearest(value, known) if isinstance(value, str) else ""
            says = f"expected a {key}, found {describe(value)}"
            findings.add((key,), says, hint or f"One of: {', '.join(known)}.")
        return str(value)

    return rule


def _themes() -> tuple[str, ...]:
    from textual.theme import BUILTIN_THEMES

    from tui.theme import DARK, LIGHT

    return (DARK.name, LIGHT.name, *BUILTIN_THEMES)


def _keys(tables: dict[str, object], findings: Findings) -> dict[str, dict[str, tuple[str, ...]]]:
    """Check the tables of keys, by the names of what they do: each is a key that does nothing else.

    What has keys instead of its own gives those free.
    """
    from engine.read.findings import describe
    from tui.keys import NAMED, RESERVED, taken

    good: dict[str, dict[str, object]] = {}
    for key, value in tables.items():
        if isinstance(value, dict):
            good[key] = value
        else:
            says = f"expected a table, found {describe(value)}"
            findings.add((key,), says, f'[{key}], and below it next = "f6".')
    instead = good.get("instead", {})
    used = {word: name for word, name in taken().items() if name not in instead}
    used |= dict.fromkeys(RESERVED, "something that stays")
    found: dict[str, dict[str, tuple[str, ...]]] = {key: {} for key in good}
    for key in reversed(_TABLES):
        for name, given in good.get(key, {}).items():
            words = given if isinstance(given, list) else [given]
            if name not in NAMED:
                _unknown((key, name), findings)
            elif key == "keys" and name in instead:
                findings.add((key, name), f"{name} has other keys instead", "Name them all there.")
            elif key == "instead" and not words:
                findings.add((key, name), "expected at least one key", 'Such as "h", "f6" or "ctrl+n".')
            else:
                found[key][name] = _checked(words, (key, name), used, findings)
    return found


def _unknown(place: tuple[str, str], findings: Findings) -> None:
    from engine.spelling.nearest import nearest
    from tui.keys import NAMED

    remedy = nearest(place[1], NAMED) or f"The names are: {', '.join(NAMED)}."
    findings.add(place, "no key does this", remedy, at_key=True)


def _checked(
    words: list[object], place: tuple[str, str], used: dict[str, str], findings: Findings
) -> tuple[str, ...]:
    for word in words:
        says, remedy = _why_no_key(word, used)
        if says:
            findings.add(place, says, remedy)
        else:
            used[str(word)] = place[1]
    return tuple(map(str, words))


def _why_no_key(word: object, used: Mapping[str, str]) -> tuple[str, str]:
    """Return why a word can't be a further key, and the remedy; empty texts if it can."""
    from engine.read.findings import describe
    from tui.keys import is_key

    if not isinstance(word, str) or not is_key(word):
        return f"expected a key, found {describe(word)}", 'Such as "h", "f6" or "ctrl+n".'
    if word in used:
        return f'"{word}" is the key of {used[word]}', "Choose one that does nothing yet."
    return "", ""


_RULES: dict[str, Callable[[object, str, Findings], Any]] = {
    "theme": _one_of(_themes),
    "ascii": _switch,
    "mouse": _switch,
    "view": _one_of(lambda: VIEWS),
    "offer_session": _switch,
}
_TABLES = ("keys", "instead")


def remembered_theme(folder: Path) -> str | None:
    """Return the theme that was chosen last, if it is one."""
    with suppress(OSError, ValueError):
        name = (folder / _THEME).read_text(encoding="utf-8")[:_LIMIT].strip()
        return name if name in _themes() else None
    return None


def remember_theme(folder: Path, name: str) -> None:
    """Remember a theme; what can't be written is forgotten."""
    keep(folder, _THEME, name.encode())
