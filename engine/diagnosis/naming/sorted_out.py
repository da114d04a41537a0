"""Which arrays are looked at, as what, and what is said of those that are not?"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from engine.diagnosis.naming.modules import by_modules
from engine.diagnosis.naming.names import halves, list_of, meanings
from engine.spelling.text import shortened

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from engine.diagnosis.layouts.readings import Reading
    from engine.diagnosis.naming.names import Meant
    from engine.diagnosis.naming.shapes import Shapes
    from engine.scenario import Network


class SortedOut(NamedTuple):
    """What the arrays mean, and why others are left.

    `beside` has the other half of each bias of torch's RNN; `unknown` are names that mean nothing, with an
    example of what one of them may be, `missing` halves alone, `second` those whose quantity another array
    has been told to be.
    """

    meant: dict[str, Meant]
    beside: dict[str, str]
    unknown: tuple[str, ...] = ()
    example: tuple[str, str] | None = None
    missing: tuple[str, ...] = ()
    second: tuple[tuple[str, str, str], ...] = ()

    @property
    def left(self) -> tuple[str, ...]:
        """The names that are not looked at."""
        return (*self.unknown, *self.missing, *(name for name, _, _ in self.second))

    @property
    def words(self) -> str:
        """What is said of those that are not looked at; the empty text if there are none."""
        return " ".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        if self.unknown:
            remedy = "none of them has the shape of a quantity"
            if self.example is not None:
                theirs, ours = self.example
                remedy = f"say it with --name, such as --name {shortened(theirs, 30)}={ours}"
            yield f"Not looked at, for it isn't known what is meant: {_listed(self.unknown)}; {remedy}."
        if self.missing:
            why = "a bias is the sum of bias_ih and bias_hh, and one is missing"
            yield f"Not looked at, for {why}: {_listed(self.missing)}."
        for name, ours, told in self.second:
            one, other = shortened(name, 30), shortened(told, 30)
            yield f"Not looked at, for --name says that {other} is {ours}: {one}."


def sorted_out(network: Network, shapes: Shapes, told: Mapping[str, str]) -> SortedOut:
    """Return which arrays are looked at; `told` says of some of them what they are.

    A name that may mean several things is taken only where the shape agrees.
    """
    found = meanings(shapes.arrays, network, told)
    unfit = {name for name, one in found.items() if name not in told and _is_unfit(name, one, shapes)}
    lists = {list_of(name) for name in unfit} - {""}
    for name in found:
        if name in unfit or (name not in told and list_of(name) in lists):
            found[name] = None
    mine = {one.name: name for name, one in found.items() if one is not None and name in told}
    second = tuple(
        (name, one.name, mine[one.name])
        for name, one in found.items()
        if one is not None and one.name in mine and name not in told
    )
    left = {name for name, _, _ in second}
    meant = {name: one for name, one in found.items() if one is not None and name not in left}
    unknown = [name for name, one in found.items() if one is None and name not in told]
    modules = by_modules(unknown, shapes, [one.name for one in meant.values()])
    meant |= modules
    meant = {name: meant[name] for name in shapes.arrays if name in meant}
    beside = halves(meant)
    missing = tuple(name for name, other in beside.items() if not other and _copies(meant[name], network) > 1)
    for name in missing:
        del meant[name]
    unknown = [name for name in unknown if name not in modules]
    taken = {one.name for one in meant.values()}
    examples = ((name, ours) for name in unknown if (ours := shapes.suggested(name, taken)))
    return SortedOut(meant, beside, tuple(unknown), next(examples, None), missing, second)


def _is_unfit(name: str, one: Meant | None, shapes: Shapes) -> bool:
    """Return whether a name that may mean several things has not the shape of what it would be."""
    if one is None or not one.loose or one.is_input:
        return False
    quantity = shapes.known.get(one.name)
    return quantity is None or not shapes.fits(name, quantity)


def _copies(meant: Meant, network: Network) -> int:
    return network.layers[meant.layer - 1].bias_copies if 0 < meant.layer <= len(network.layers) else 1


def _listed(names: Iterable[str]) -> str:
    some = [shortened(name, 30) for name in names]
    return ", ".join(some[:5]) + (f" and {len(some) - 5} more" if len(some) > 5 else "")


class Several(NamedTuple):
    """Arrays that are one quantity and of which some are wrong: what is said, and which are `left` aside."""

    words: str
    left: tuple[str, ...]


def told_twice(readings: Sequence[Reading], wrong: Collection[str]) -> Iterator[Several]:
    """Yield where several arrays are one quantity, and not all of them are right.

    All are held against ours. Of which mistake they come is asked of the first wrong one alone: no mistake
    makes two arrays of one quantity.
    """
    alike: dict[str, list[str]] = {}
    for one in readings:
        alike.setdefault(one.quantity.name, []).append(one.theirs)
    for ours, theirs in alike.items():
        bad = [name for name in theirs if name in wrong]
        if len(theirs) < 2 or not bad:
            continue
        good = [name for name in theirs if name not in wrong]
        words = f"{ours} is given {len(theirs)} times: {_both(bad)} {_are(bad)} wrong"
        if good:
            words += f", {_both(good)} {_are(good)} right"
        if bad[1:]:
            words += f"; what follows is of {shortened(bad[0], 30)}"
        yield Several(words, (*bad[1:], *good))


def _both(names: Sequence[str]) -> str:
    some = [shortened(name, 30) for name in names]
    return " and ".join((", ".join(some[:-1]), some[-1])) if some[1:] else some[0]


def _are(names: Sequence[str]) -> str:
    return "are" if names[1:] else "is"
