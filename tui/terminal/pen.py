"""What colours and attributes does a cell have, and what is the cheapest way to switch between two?

A `Pen` is the terminal's state for the next character. Pens are interned: two equal pens are the same
object, so cells are compared by identity.
"""

from __future__ import annotations

from typing import Final

ESC_RESET: Final = "\x1b[m"

#: More pens than this are no palette but an animation: forget them all. Pens from before stay right, they
#: are only no longer the same objects, so some cells are written once more than needed.
_MAX_PENS: Final = 16384

#: Flags with a well supported "off" code, and that code. The others are only left through a full reset.
_OFF: Final = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 7: 27, 8: 28, 9: 29}

#: Flags that show on a blank: underline, reverse, strike, double underline, frames, overline.
_SHOWS_ON_BLANK: Final = frozenset({4, 7, 9, 21, 51, 52, 53})


class Pen:
    """One combination of attributes, foreground, background and hyperlink. Make it with `pen`."""

    __slots__ = ("_changes", "background", "blank", "flags", "foreground", "link", "plain_blank")

    def __init__(self, flags: frozenset[int], foreground: str, background: str, link: str) -> None:
        self.flags = flags
        self.foreground = foreground
        self.background = background
        self.link = link
        #: What a blank in this pen looks like: the same object for all pens whose blanks look the same.
        self.blank = self
        #: True if a blank shows nothing but the background.
        self.plain_blank = False
        self._changes: dict[Pen, str] = {}

    def draws_blanks_of(self, other: Pen) -> bool:
        """Return whether a blank in this pen shows nothing but the ground, and that is the other's."""
        return self.plain_blank and self.blank is other.blank

    def change_from(self, current: Pen) -> str:
        """Return the shortest sequence that turns `current` into this pen."""
        if current is self:
            return ""
        known = self._changes.get(current)
        if known is None:
            if len(self._changes) >= _MAX_PENS:
                self._changes.clear()
            known = self._changes[current] = _change(current, self)
        return known


_pens: dict[tuple[frozenset[int], str, str, str], Pen] = {}
_parsed: dict[tuple[str, str], Pen] = {}


def pen(
    flags: frozenset[int] = frozenset(), foreground: str = "", background: str = "", link: str = ""
) -> Pen:
    """Return the one pen with these properties; "" stands for the terminal's own colour, or no link."""
    key = (flags, foreground, background, link)
    found = _pens.get(key)
    if found is None:
        if len(_pens) >= _MAX_PENS:
            _pens.clear()
            _parsed.clear()
        found = _pens[key] = Pen(flags, foreground, background, link)
        visible = flags & _SHOWS_ON_BLANK
        found.plain_blank = not visible and not link
        # An underlined or reversed blank shows the foreground too, so it stays as it is.
        found.blank = found if not found.plain_blank else pen_of_blank(found)
    return found


def pen_of_blank(of: Pen) -> Pen:
    """Return the pen with the background of `of` and nothing else."""
    if not of.flags and not of.foreground:
        return of
    return pen(background=of.background)


DEFAULT: Final = pen()


def parse(sgr: str, link: str = "") -> Pen:
    """Return the pen for the parameters of an SGR sequence, such as "1;38;5;120"."""
    found = _parsed.get((sgr, link))
    if found is None:
        found = _parsed[sgr, link] = _parse(sgr, link)
    return found


def _parse(sgr: str, link: str) -> Pen:
    codes = sgr.split(";") if sgr else []
    flags: set[int] = set()
    foreground = background = ""
    at = 0
    while at < len(codes):
        code = int(codes[at])
        length = 1
        if code in (38, 48):
            length = 3 if codes[at + 1] == "5" else 5
        colour = ";".join(codes[at : at + length])
        if 30 <= code <= 38 or 90 <= code <= 97:
            foreground = colour
        elif 40 <= code <= 48 or 100 <= code <= 107:
            background = colour
        elif code == 39:
            foreground = ""
        elif code == 49:
            background = ""
        elif code:
            flags.add(code)
        at += length
    return pen(frozenset(flags), foreground, background, link)


def _change(current: Pen, new: Pen) -> str:
    full = [str(flag) for flag in sorted(new.flags)]
    full += [colour for colour in (new.foreground, new.background) if colour]
    best = f"\x1b[0;{';'.join(full)}m" if full else ESC_RESET
    off = current.flags - new.flags
    if off <= _OFF.keys():
        on = new.flags - current.flags
        codes = {_OFF[flag] for flag in off}
        if 22 in codes:
            on |= new.flags & {1, 2}  # bold and dim share their "off"
        delta = [str(code) for code in (*sorted(codes), *sorted(on))]
        if current.foreground != new.foreground:
            delta.append(new.foreground or "39")
        if current.background != new.background:
            delta.append(new.background or "49")
        changed = f"\x1b[{';'.join(delta)}m" if delta else ""
        best = min(changed, best, key=len)
    if current.link != new.link:
        best += f"\x1b]8;{new.link or ';'}\x1b\\"
    return best
