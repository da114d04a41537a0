"""Which column of a table becomes what?

Columns count from the left, the inputs and then the targets, or are named by `inputs` and `targets` of
`[data]`. Of a recurrent network the first two are `sample` and `time`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.read.data.labels import listed
from engine.read.numbers import counted
from engine.spelling.nearest import nearest
from engine.spelling.text import one_line, shortened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.read.data.opened import Expected
    from engine.read.findings import Findings


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of the cells of a row that are read, and the names of their columns where there are some.

    `places` are `sample` and `time` if there are such, the inputs, then the targets; that of a column of
    labels is the last.
    """

    total: int
    leading: int
    places: tuple[int, ...]
    inputs: int
    labels: bool
    names: tuple[str, ...] = ()

    def role(self, place: int) -> str:
        """Return what the column at a place becomes: `input 0`; its name, if it becomes nothing."""
        if place not in self.places:
            return self.names[place] if self.names else "not used"
        unit = self.places.index(place) - self.leading
        if unit < 0:
            return ("sample", "time")[unit + self.leading]
        return f"input {unit}" if unit < self.inputs else f"target {unit - self.inputs}"

    def words(self, classes: Sequence[str]) -> str:
        """Return what became of every column."""
        used = self.places[self.leading :]
        inputs, targets = used[: self.inputs], used[self.inputs :]
        what = f"{counted(len(inputs), 'input')}: {self._named(inputs)}"
        what += f"; {'target' if len(targets) == 1 else 'targets'}: {self._named(targets)}"
        if self.labels:
            what += f" → {len(classes)} classes: {listed(classes)}"
        rest = [place for place in range(self.total) if place not in self.places]
        return what + (f"; not used: {self._named(rest)}" if rest else "")

    def _named(self, places: Sequence[int]) -> str:
        if self.names:
            return listed([self.names[place] for place in places])
        if len(places) == 1:
            return f"column {places[0] + 1}"
        return f"columns {places[0] + 1} to {places[-1] + 1}"


def by_place(expected: Expected, total: int, names: Sequence[str] = ()) -> Layout:
    """Return the layout of a table of `total` columns that count from the left."""
    leading = 2 if expected.sequences else 0
    labels = expected.asked.labels and total == leading + expected.inputs + 1
    used = leading + expected.inputs + (1 if labels else expected.outputs)
    places = tuple(range(min(used, total)))  # a network may ask for a thousand million columns
    return Layout(used, leading, places, expected.inputs, labels, tuple(map(one_line, names)))


def by_name(expected: Expected, header: Sequence[str], findings: Findings) -> Layout | None:
    """Return the layout of a table whose columns are named, or None with findings."""
    header_names = [one_line(cell) for cell in header]
    asked, leading = expected.asked, 2 if expected.sequences else 0
    labels = asked.labels and (asked.targets is None or len(asked.targets) == 1)
    outputs = 1 if labels else expected.outputs
    chosen: dict[str, list[int]] = {}
    wanted = {key: names for key in ("inputs", "targets") if (names := getattr(asked, key)) is not None}
    for key, given in wanted.items():
        if (places := _places(header_names, given, key, findings)) is not None:
            chosen[key] = places
    if len(chosen) < len(wanted):
        return None
    for key, other in (("inputs", "targets"), ("targets", "inputs")):
        if key not in chosen:
            chosen[key] = [place for place in range(leading, len(header_names)) if place not in chosen[other]]
    good = True
    counts = (
        ("inputs", expected.inputs, "input (network.inputs)"),
        ("targets", outputs, "neuron of the last layer"),
    )
    for key, count, per in counts:
        if len(chosen[key]) != count:
            good = False
            named = [header_names[place] for place in chosen[key]]
            _complain_count(key, named, count, per, expected, findings)
    if not good:
        return None
    inputs, targets = chosen["inputs"], chosen["targets"]
    if both := set(inputs) & set(targets):
        says = f'the column "{shortened(header_names[min(both)])}" is an input and a target'
        findings.add(("data", "targets"), says, "Leave it out of one of the two.")
        return None
    order = (*range(leading), *inputs, *targets)
    return Layout(len(header), leading, order, expected.inputs, labels, tuple(header_names))


def _places(names: Sequence[str], wanted: Sequence[str], key: str, findings: Findings) -> list[int] | None:
    """Return the places of the columns with these names, or None with findings."""
    found = []
    for index, name in enumerate(wanted):
        word = one_line(name)
        if word in wanted[:index]:
            says = f'the column "{shortened(word)}" is named twice'
            findings.add(("data", key, index), says, "Leave one out.")
        elif (count := names.count(word)) != 1:
            says = f'{count} columns of the table are called "{shortened(word)}"'
            remedy = "Give each a name of its own."
            if not count:
                says = f'the header of the table has no column "{shortened(word)}"'
                remedy = f"{nearest(word, names)} The columns are: {listed(names)}.".lstrip()
            findings.add(("data", key, index), says, remedy)
        else:
            found.append(names.index(word))
    return found if len(found) == len(wanted) else None


def _complain_count(
    key: str, names: Sequence[str], count: int, per: str, expected: Expected, findings: Findings
) -> None:
    asked = getattr(expected.asked, key)
    noun = "column" if count == 1 else "columns"
    if asked is None:
        says = f"expected {count} other {noun}, one per {per}, found {len(names)}"
        place = "within the braces of data" if expected.asked.braces else "under [data]"
        remedy = f"Name the {key}: {key} = [...] {place}. The others are: {listed(names)}."
        findings.add(("data",), says, remedy, at_key=True)
        return
    says = f"expected {count} {noun}, one per {per}, found {len(names)}"
    remedy = ""
    if key == "targets" and len(names) == 1 and not expected.asked.labels:
        remedy = f"If it is a column of labels, {expected.asked.saying('one_hot = true')}."
    findings.add(("data", key), says, remedy)
