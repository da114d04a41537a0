"""How often is what a step computes read, and where? What is read once is written where it is read.

Counted over the equations of a sample and a time, at one unit.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.program.forms import GAP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from engine.equations.equation import Equation, Home, Variable
    from engine.program.forms import Form


class Counting:
    """How often is each variable, and each part of a formula, read at one sample and time, and where?"""

    def __init__(self) -> None:
        self.uses: Counter[str] = Counter()
        self.readers: dict[str, set[Home | None]] = {}
        self.parts: dict[tuple[Variable, str], str] = {}
        self._known: dict[str, str] = {}
        self._names: dict[Variable, str] = {}

    def key(self, variable: Variable) -> str:
        """Return what a variable is counted under: what it is the same as."""
        return self._names.get(variable, str(variable))

    def reads(self, one: Equation) -> None:
        """Count what an equation reads that is no formula."""
        for term in one.terms:
            letters = {letter for read in (one.result, *term.factors) for letter in read.letters}
            for read in term.factors:
                once = letters <= set(read.letters) and one.home is not None and one.home.kind != "gradient"
                self._add(self.key(read.variable), one.home, 1 if once else 2)
        for _, read in one.arguments:
            self._add(self.key(read.variable), one.home, 2)

    def formula(self, one: Equation, form: Form, *, free: bool) -> None:
        """Count what a formula reads; a variable that is `free` is what it is the same as."""
        given = {name: self.key(read.variable) for name, read in one.arguments}
        for part, text, _ in form.parts:
            value = text.format_map(given)
            if value not in self._known:
                self._known[value] = f"<{value}>"
                self._gaps(text, given, one.home)
            given[part] = self.parts[one.variable, part] = self._known[value]
        value = form.text.format_map(given)
        same = value if value in given.values() else self._known.get(value)
        if same is not None and free:
            self._names[one.variable] = same
        elif same is not None:
            self._add(same, one.home, 1)
        else:
            self._known[value] = str(one.variable)
            self._gaps(form.text, given, one.home)

    def _gaps(self, text: str, given: Mapping[str, str], home: Home | None) -> None:
        for gap in GAP.findall(text):
            self._add(given[gap], home, 1)

    def _add(self, key: str, home: Home | None, times: int) -> None:
        self.uses[key] += times
        self.readers.setdefault(key, set()).add(home)
