"""How is a session read from its file, and written as one?

It is judged as a scenario is: every error has its place and its remedy. Nothing in it is run.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import msgspec

from engine.draft.toml import toml
from engine.read.complaints import ScenarioError
from engine.read.document.source import decode, read_bytes, refusal
from engine.read.document.syntax import parse
from engine.read.document.walk import departures
from engine.read.findings import Findings, TooManyFindingsError, describe
from engine.spelling.nearest import nearest
from tui.sessions.document import VERSION, Session
from tui.telling.state import nonsense_in
from tui.view_names import EVERY_VIEW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from engine.read.findings import KeyPath

LIMIT = 2**20
_HEADING = "# A session of bp-tui: `bp-tui --resume FILE` goes on in it.\n"


def text_of(session: Session) -> str:
    """Return a session as the text of its file."""
    return _HEADING + toml(msgspec.to_builtins(session))


def session_in(file: Path) -> Session:
    """Return the session in a file.

    Raises:
        ScenarioError: it can't be read, or something in it is wrong; it holds every error.
    """
    text = decode(read_bytes(file, LIMIT, "No session is: is it another file?"), file)
    return session_of(text, file)


def session_of(text: str, file: Path) -> Session:
    """Return the session that the text of a file says.

    Raises:
        ScenarioError: it is none.
    """
    document = parse(text, file)
    _check_kind(document, file)
    findings = Findings()
    session = None
    more = False
    try:
        if _is_ours(document, findings):
            session = _shaped(document, findings)
    except TooManyFindingsError:
        more = True
    if session is None or findings:
        from engine.read.document.placed import placed

        raise ScenarioError(*placed(findings.found, text, file), more=more)
    return session


def _check_kind(document: dict[str, Any], file: Path) -> None:
    """Refuse what is something else, as a scenario."""
    if "session" in document:
        return
    if "format" in document and "network" in document:
        raise refusal(file, "this is a scenario, not a session", "`bp-tui FILE` opens it.")
    raise refusal(file, "this is no session: it has no key session", "`:save FILE` in the app writes one.")


def _is_ours(document: dict[str, Any], findings: Findings) -> bool:
    """Return whether to judge the file by the rules of this version."""
    number = document["session"]
    if type(number) is not int or number == VERSION:
        return True
    if number > VERSION:
        says = (
            f"session {describe(number).removeprefix('the number ')} is newer than this bp-tui, which reads"
        )
        findings.add(("session",), f"{says} session {VERSION}", "Install a newer bp-tui.")
    else:
        findings.add(("session",), f"expected {VERSION}, found {describe(number)}")
    return False


def _shaped(document: dict[str, Any], findings: Findings) -> Session | None:
    """Return the session that a document is; None, with findings, if it is none."""
    for path in _not_finite(document):
        findings.add(path, "expected a finite number")
    departures(document, Session, findings)
    if findings:
        return None
    session = msgspec.convert(document, Session, strict=True)
    _check_sense(session, findings)
    return session


def _not_finite(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, float) and not math.isfinite(value):
        yield path
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _not_finite(one, (*path, key))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _not_finite(one, (*path, place))


def _check_sense(session: Session, findings: Findings) -> None:
    """Note what a session of the right shape says that there is not."""
    looking, runs = session.looking, max(1, len(session.looking.runs))
    for one in nonsense_in(looking):
        findings.add(("looking", *one.key), one.says)
    if looking.view not in EVERY_VIEW:
        remedy = nearest(looking.view, EVERY_VIEW) or f"The views are: {', '.join(EVERY_VIEW)}."
        findings.add(("looking", "view"), "there is no such view", remedy)
    for place, run in enumerate(looking.runs):
        if run.parent is not None and run.parent >= place:
            says = f"a run branches off one of those before it, found {run.parent}"
            findings.add(("looking", "runs", place, "parent"), says, "The first is 0.")
    if looking.runs and looking.runs[0].parent is not None:
        findings.add(("looking", "runs", 0, "parent"), "the first run branches off none")
    if (session.scenario.name is None) == (session.scenario.file is None):
        findings.add(("scenario",), "expected name or file, and not both", at_key=True)
    letters = [one.letter for one in session.marks]
    for place, mark in enumerate(session.marks):
        if not mark.letter.isalnum() or mark.letter in letters[:place]:
            findings.add(("marks", place, "letter"), "expected a letter or a digit of its own")
        if mark.run >= runs:
            findings.add(("marks", place, "run"), f"there is no run {mark.run}")
    numbers = [one.number for one in session.breakpoints]
    for place, number in enumerate(numbers):
        if number in numbers[:place]:
            findings.add(("breakpoints", place, "number"), f"there are two breakpoints {number}")
