"""How are a few frames of the app made into one picture that moves? As SVG with keyframes of CSS, and nothing
else: no script, no font, no address.

Every run of text is written once, with the frames in which it stands; runs of the same frames are a group
that is seen in these. Where nothing moves, by choice or for want of CSS, one frame is seen.
"""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, NamedTuple

from rich.color import Color
from rich.style import Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from textual.strip import Strip

_CELL, _LINE, _FONT = 8.4, 16.3, 14  # of most monospaced fonts a cell is 0.6 by 1.164 of its size
_MARGIN = 8


class _Run(NamedTuple):
    """A text in one style at a place, in cells; without a text a stretch of ground."""

    x: int
    y: int
    cells: int
    text: str
    look: str


def moving(frames: Sequence[Sequence[Strip]], still: int, seconds: float) -> str:
    """Return frames as one SVG that shows each for so many seconds; `still` is seen where nothing moves."""
    ground = _colour(_style_of(frames[0]).bgcolor)
    places: dict[_Run, list[int]] = {}
    for number, strips in enumerate(frames):
        for run in _runs(strips, ground):
            places.setdefault(run, []).append(number)
    groups: dict[tuple[bool, tuple[int, ...]], list[_Run]] = {}
    for run, at in places.items():
        groups.setdefault((bool(run.text), tuple(at)), []).append(run)
    looks = {look: f"s{place}" for place, look in enumerate(dict.fromkeys(run.look for run in places))}
    columns, lines = sum(segment.cell_length for segment in frames[0][0]), len(frames[0])
    width, height = columns * _CELL + 2 * _MARGIN, lines * _LINE + 2 * _MARGIN
    css = [
        f"text{{font:{_FONT}px Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}}",
        *(f".{name}{{{look}}}" for look, name in looks.items()),
    ]
    body: list[str] = []
    for place, (written, numbers) in enumerate(sorted(groups)):  # grounds below all texts
        drawn = "".join(_drawn(run, looks[run.look]) for run in groups[written, numbers])
        if len(numbers) == len(frames):
            body.append(drawn)
            continue
        css.append(_keyframes(f"f{place}", numbers, len(frames), still, seconds))
        body.append(f'<g class="f{place}">{drawn}</g>')
    css.append("@media(prefers-reduced-motion:reduce){g{animation:none!important}}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_number(width)} {_number(height)}">\n'
        f"<style>{''.join(css)}</style>\n"
        f'<rect width="100%" height="100%" rx="8" fill="{ground}"/>\n'
        f'<g transform="translate({_MARGIN},{_MARGIN})">\n' + "\n".join(body) + "\n</g>\n</svg>\n"
    )


def _keyframes(name: str, numbers: tuple[int, ...], count: int, still: int, seconds: float) -> str:
    """Return the rules by which a group is seen in its frames alone."""
    changes: list[str] = []
    for number in range(count):
        seen = number in numbers
        if number == 0 or seen != (number - 1 in numbers):
            share = _number(100 * number / count)
            changes.append(f"{share}%{{visibility:{'visible' if seen else 'hidden'}}}")
    at_rest = "" if still in numbers else "visibility:hidden;"
    rule = f"animation:{name} {_number(count * seconds)}s step-end infinite"
    return f".{name}{{{at_rest}{rule}}}@keyframes {name}{{{''.join(changes)}}}"


def _runs(strips: Sequence[Strip], ground: str) -> Iterable[_Run]:
    for y, strip in enumerate(strips):
        x = 0
        for segment in strip:
            cells = segment.cell_length
            ink, under, emphasis = _look(segment.style or Style())
            if under != ground:
                yield _Run(x, y, cells, "", f"fill:{under}")
            # Apart at gaps, so that what stays is written once though its neighbour changes.
            for part in re.finditer(r"\S+(?: \S+)*", segment.text):
                yield _Run(x + part.start(), y, len(part[0]), part[0], f"fill:{ink}{emphasis}")
            x += cells


def _look(style: Style) -> tuple[str, str, str]:
    ink, under = _colour(style.color), _colour(style.bgcolor)
    if style.reverse:
        ink, under = under, ink
    emphasis = ";font-weight:bold" * bool(style.bold) + ";font-style:italic" * bool(style.italic)
    return ink, under, emphasis + ";text-decoration:underline" * bool(style.underline)


def _colour(colour: Color | None) -> str:
    return (colour or Color.parse("#121212")).get_truecolor().hex


def _style_of(strips: Sequence[Strip]) -> Style:
    return next((segment.style for segment in strips[0] if segment.style is not None), Style())


def _drawn(run: _Run, name: str) -> str:
    x, width = _number(run.x * _CELL), _number(run.cells * _CELL)
    if not run.text:
        return f'<rect class="{name}" x="{x}" y="{_number(run.y * _LINE)}" width="{width}" height="{_LINE}"/>'
    at = f'class="{name}" x="{x}" y="{_number(run.y * _LINE + _FONT - 1)}" textLength="{width}"'
    return f"<text {at}>{escape(run.text, quote=False)}</text>"


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
