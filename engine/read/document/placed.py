"""Where in the file does each finding stand, and which are one, because of one cause?"""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

from engine.read.complaints import Complaint
from engine.read.findings import Finding, key_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


class _Placed(NamedTuple):
    """A finding, and the line and column, from 1, at which it stands, if there is such a place."""

    finding: Finding
    place: tuple[int, int] | None


def placed(findings: Sequence[Finding], text: str, path: Path) -> list[Complaint]:
    """Return the findings with their places, in file order."""
    if not findings:
        return []
    from engine.read.document.places import Places

    places = Places(text, [finding.path for finding in findings])
    lines = text.split("\n")
    every = [_Placed(one, places.find(one.path, at_key=one.at_key)) for one in findings]
    complaints = []
    for finding, place in _without_commas(every, text):
        line, column = place or (1, None)
        source = lines[line - 1].removesuffix("\r") if place else None
        key = key_text(finding.path)
        complaints.append(Complaint(str(path), finding.says, finding.remedy, key, line, column, source))
    return sorted(complaints, key=lambda complaint: (complaint.line or 0, complaint.column or 0))


def _without_commas(every: Sequence[_Placed], text: str) -> Sequence[_Placed]:
    """Return findings, with one for all lists that are too long because of decimal commas."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    lists = {
        starts[one.place[0] - 1] + one.place[1] - 1: one
        for one in every
        if one.place is not None and one.finding.numbers is not None
    }
    if not lists:
        return every
    from engine.read.document.decimals import misread, remedy

    lengths = {start: one.finding.numbers or 0 for start, one in lists.items()}
    wrong, commas = misread(text, lengths)
    if not wrong:
        return every
    because = [lists[start] for start in sorted(wrong)]
    line = bisect_right(starts, commas[0].offset)
    # The first may stand in a list that is as long as it should be.
    path = because[0].finding.path if min(wrong) < commas[0].offset else ()
    finding = Finding(path, commas[0].says, remedy(commas))
    told = _Placed(finding, (line, commas[0].offset - starts[line - 1] + 1))
    return [told, *(one for one in every if one not in because)]
