"""How does a printed numpy program print the records of its steps, in their order?

Loops over samples and times are those of the list of the order; layers are written out. What a trace forms
when it is looked at is formed here by the same call: a sample's share of a gradient, the total so far.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.equations.equation import SAMPLE, TIME, Home, Variable
from engine.equations.forward import LOSS, TERMS
from engine.equations.updates import old
from engine.listing import layout
from engine.listing.gathering_code import idle
from engine.program.names import short_name
from engine.program.recorded import gradients, updates, vectors
from engine.update_orders import Each

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from engine.equations.equation import Factor
    from engine.equations.table import Table
    from engine.update_orders import Item

SHOW = '''\
# `0.0 + x` is printed for x where a trace adds up from 0.0: it never has -0.0 there.
steps = count()


def show(step, **numbers):
    """Print the numbers of a step under the names that they have in a trace."""
    fields = (f"{name} {np.asarray(value).tolist()}" for name, value in numbers.items())
    print(f"step {next(steps)}  {step}", *fields, sep="  ")'''

_NO_SIGN = "0.0 + {}"  # a sum of the trace never is -0.0


class Records:
    """The lines that print the records of an iteration, or of one of its samples (`in_turn`).

    `samples` and `times` are how many the arrays have; `looped` says that a loop over samples is around.
    Updates of the layers `in_lists` happen at each time: their numbers stand in lists. `whole` says after how
    many gradients of a layer the sum so far is one that the program has formed, for its first update.
    """

    def __init__(
        self,
        table: Table,
        samples: int,
        times: int,
        *,
        looped: bool,
        in_turn: bool,
        sequences: bool,
        missing: bool,
        in_lists: set[int],
        whole: Mapping[int, int],
    ) -> None:
        self._table, self._samples, self._times = table, samples, times
        self._looped, self._in_turn, self._sequences = looped, in_turn, sequences
        self._missing, self._in_lists, self._whole = missing, in_lists, whole

    def lines(self, items: Sequence[Item]) -> Iterator[str]:
        """Yield the lines for the steps of a list."""
        layers = max(one.layer or 0 for one in self._table.parameters)
        yield from self._items(items, layers, None, at_sample=self._in_turn, at_time=False)

    def _items(
        self, items: Sequence[Item], layers: int, layer: int | None, *, at_sample: bool, at_time: bool
    ) -> Iterator[str]:
        for item in items:
            if not isinstance(item, Each):
                home = Home(item, None if item == "loss" else layer)
                yield from self._step(home, at_sample=at_sample, at_time=at_time)
            elif item.over == "layer":
                numbers = range(1, layers + 1)
                for number in reversed(numbers) if item.back else numbers:
                    yield from self._items(item.body, layers, number, at_sample=at_sample, at_time=at_time)
            else:
                inner = self._items(
                    item.body,
                    layers,
                    layer,
                    at_sample=at_sample or item.over == "sample",
                    at_time=at_time or item.over == "time",
                )
                size = self._samples if item.over == "sample" else self._times
                if size > 1:
                    letter = SAMPLE if item.over == "sample" else TIME
                    every = f"range({size})"
                    yield f"for {letter} in {f'reversed({every})' if item.back else every}:"
                    inner = (f"    {line}" for line in inner)
                yield from inner

    # -- steps ------------------------------------------------------------------------------------

    def _step(self, home: Home, *, at_sample: bool, at_time: bool) -> Iterator[str]:
        words: list[str] = [home.kind]
        if at_sample:
            words.append("sample {s}" if self._looped or self._samples > 1 else "sample 0")
        if at_time and self._sequences:
            words.append("time {t}" if self._times > 1 else "time 0")
        if home.layer is not None:
            words.append(f"layer {home.layer}")
        text = "  ".join(words)
        head = f'f"{text}"' if "{" in text else f'"{text}"'
        if home.kind == "update":
            yield from layout.call("show", [head, *self._update(home)])
        elif home.kind == "gradient":
            assert home.layer is not None
            for factor in self.gathered(home.layer):
                yield f"{name_of_list(factor, home.layer)}.append({self._read(factor)})"
            yield from layout.call("show", [head, *self._gradient(home.layer)])
        else:
            fields = [
                f"{one.name}={self._vector(one.variable, before=one.before)}"
                for one in vectors(self._table, home)
            ]
            if home.kind != "loss":
                yield from layout.call("show", [head, *fields])
                return
            fields.append(f'loss={_NO_SIGN.format(f"""np.einsum("i->", {self._vector(TERMS)})""")}')
            lines = layout.call("show", [head, *fields])
            if self._missing:
                yield f"if not no_target{self._index()}:"
                lines = [f"    {line}" for line in lines]
            yield from lines

    def _index(self) -> str:
        at = [TIME] * (self._times > 1) + [SAMPLE] * (self._samples > 1)
        return f"[{', '.join(at)}]" if at else ""

    def _vector(self, variable: Variable, *, before: bool = False) -> str:
        return f"{short_name(variable)}{'_before' if before else ''}{self._index()}"

    def _read(self, factor: Factor) -> str:
        return self._vector(factor.variable, before=factor.shift < 0)

    def gathered(self, layer: int) -> list[Factor]:
        """Return what the gradients of a layer are made of, each once."""
        found: dict[str, Factor] = {}
        for gradient in gradients(self._table, layer):
            for factor in self._table.making[gradient.total].factors():
                found.setdefault(name_of_list(factor, layer), factor)
        return list(found.values())

    def _gradient(self, layer: int) -> Iterator[str]:
        for gradient in gradients(self._table, layer):
            one = self._table.making[gradient.total]
            (term,) = one.terms
            times = "" if term.coefficient == 1.0 else f"{term.coefficient!r} * "
            if not gradient.so_far:
                parts = [self._read(factor) for factor in term.factors]
                share = parts[0] if len(parts) == 1 else f"np.outer({', '.join(parts)})"
                yield f"{gradient.name}={_NO_SIGN.format(f'{times}{share}')}"
                continue
            specs = ",".join("".join(x for x in factor.letters if x != TIME) for factor in term.factors)
            names = [name_of_list(factor, layer) for factor in term.factors]
            own = self._own(names[0]) if one.gathers == "sample" else ""
            lists = ", ".join(f"{name}{own}" for name in names)
            total = f'np.einsum("{specs}->{"".join(one.result.letters)}", {lists})'
            if one.gathers == "run" or times:
                total = _NO_SIGN.format(f"{times}{total}")
            if layer in self._whole:
                whole = self._parameter(gradient.total, self._formed(gradient.total))
                count = f"len({names[0]}) == {self._whole[layer]}"
                alone = self._whole[layer] == self._samples * self._times == 1 and not self._looped
                total = whole if alone else f"{whole} if {count} else {total}"
            yield f"{gradient.name}={total}"

    def _own(self, name: str) -> str:
        """Return which part of a list is of its last sample: there is one of it for each time."""
        return "[-1:]" if self._times == 1 else f"[(len({name}) - 1) // {self._times} * {self._times} :]"

    def signed(self, layer: int) -> list[str]:
        """Return the totals that an update reads in a formula where a trace adds them up from 0.0."""
        if layer in self._whole:
            return []
        totals = {one.total for one in gradients(self._table, layer)}
        formulas = [one for one in self._table.at[Home("update", layer)] if one.formula is not None]
        read = (factor.variable for one in formulas for factor in one.factors())
        return [short_name(one) for one in read if one in totals]

    def _formed(self, total: Variable) -> str:
        """Return what the first update of a layer has applied."""
        return f"{applied(total)}[0]" if total.layer in self._in_lists else short_name(total)

    def _parameter(self, variable: Variable, name: str = "") -> str:
        """Return a parameter, or what is of its shape, with all of its axes."""
        shape = self._table.axes[variable]
        text = name or short_name(variable)
        return f"np.reshape({text}, {shape})" if 1 in shape else text

    def _update(self, home: Home) -> list[str]:
        assert home.layer is not None
        if home.layer in self._in_lists:
            return [f"**updates{home.layer}.pop(0)"]
        return [f"{field}={value}" for field, value in self.update_fields(home.layer)]

    def update_fields(self, layer: int) -> Iterator[tuple[str, str]]:
        """Yield the fields of the record of an update, and their values when it is done."""
        made = {old(one): self._table.making[one] for one in self._table.making}
        for name, variable, before in updates(self._table, layer):
            one = made[variable]
            if before:
                yield name, self._parameter(variable, f"{short_name(variable)}_before")
            elif idle(one):
                yield name, f"np.zeros({self._table.axes[variable]})"
            else:
                text = self._parameter(variable)
                yield name, _NO_SIGN.format(text) if one.terms else text

    def narrow(self) -> Iterator[str]:
        """Yield the lines that give arrays of one unit their axis back."""
        homes = [home for home in self._table.at if home.kind in ("forward", "loss", "delta")]
        shown = {
            f"{short_name(one.variable)}{'_before' if one.before else ''}"
            for home in homes
            for one in vectors(self._table, home)
            if one.variable != LOSS and self._table.axes[one.variable][-1] == 1
        }
        if shown:
            names = ", ".join(sorted(shown))
            shape = tuple(size for size in (self._times, self._samples) if size > 1)
            value = f"(np.reshape(one, {(*shape, 1)}) for one in ({names},))"
            yield from layout.assignment(names if len(shown) > 1 else f"{names},", value)


def applied(total: Variable) -> str:
    """Return the list that keeps what updates apply, where they happen at each time."""
    return f"applied_{short_name(total)}"


def name_of_list(factor: Factor, layer: int) -> str:
    """Return the list that keeps what the gradients of a layer are made of."""
    own = factor.variable == Variable("activation", layer)  # beside that for the layer above
    return f"all_{short_name(factor.variable)}{'_before' if factor.shift < 0 else '_own' if own else ''}"
