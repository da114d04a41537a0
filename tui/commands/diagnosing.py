"""What does `bp-tui diagnose` print?"""

from __future__ import annotations

from shlex import quote
from typing import TYPE_CHECKING

from engine.diagnosis.diagnosing import diagnose, quantity_of, right_of
from engine.diagnosis.judging.loss import NAME as LOSS
from engine.diagnosis.naming import names
from engine.diagnosis.placed import beginning, placed
from engine.diagnosis.words import about_first, named, sentence
from engine.diagnosis.worked.working import SAMPLE_MARK
from engine.named_arrays.files.numbersfile import read_numbers
from engine.numerals import apart, counted, numeral
from engine.read.changed import with_mistake
from engine.read.fitting import why_unfit
from engine.run.tracing import trace
from engine.update_orders import ORDERS, WAITING
from tui.commands.streams import width
from tui.draw.kit.rows import plain
from tui.draw.kit.wide import cells, wrapped
from tui.draw.reasons.equation import worked_rows
from tui.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from engine.diagnosis.diagnosis import Cause, Diagnosis, Worked
    from engine.facts.entry import Number
    from engine.run.tracing import Trace
    from engine.scenario import Order, Scenario

_DIGITS = 9
_INDENT = "  "
_ALTERNATIVES = 3
_MARK = 2
"""The cells before an equation in which the app marks the chosen one."""


def names_told(told: Sequence[str]) -> dict[str, str]:
    """Return which of our names each of theirs is, as the options `--name` have it."""
    try:
        return names.names_told(told)
    except ValueError as error:
        raise UsageError(f"bp-tui: {error}.") from error


def diagnosis_of(scenario: Scenario, numbers: str, iteration: int, told: Sequence[str]) -> Diagnosis:
    """Return what is wrong in the numbers of a file."""
    return diagnose(scenario, read_numbers(numbers), iteration, names_told(told), file=numbers)


def sentences(
    scenario: Scenario, found: Diagnosis, name: str, mine: str = "", told: Sequence[str] = ()
) -> Iterator[str]:
    """Yield the lines that tell a diagnosis; `name` is the scenario as it was called, `mine` the numbers.

    What names in them mean has been `told`.
    """
    yield from _agreement(found)
    if found.first_wrong is not None:
        right = trace(right_of(scenario), WAITING)
        yield from _listed("wrong", found.wrong)
        yield ""
        yield from _causes(found)
        yield from _what_exactly(found)
        yield from _excluded(found)
        if mine and name != "-":
            first = right.schedule.first_step(found.iteration) + 1
            at = f" --step {first}" if found.iteration else ""
            meant = "".join(f" --name {quote(one)}" for one in told)
            line = f"Yours beside it: bp-tui {quote(name)} --mine {quote(mine)}{meant}{at}"
            if cells(line) <= width():  # a command that is broken is none
                yield line
        run = _with_cause(right.scenario, found) or right
        # In the right run nothing is wrong: it has what should be there.
        label = "As it should be" if run is right else "See it"
        yield f"{label}: {_command(scenario.training.order, run, found, name)}"
    if found.not_looked_at:
        yield ""
        yield from wrapped(found.not_looked_at, width())


def _agreement(found: Diagnosis) -> Iterator[str]:
    if not found.agrees:
        yield "Nothing agrees."
    else:
        known = found.digits or {}
        fewest = min((known[one] for one in found.agrees if one in known), default=16)
        how = f"to {counted(fewest, 'digit')} at least" if fewest < 16 else "to every digit"
        if found.rounding:
            how += f"; your numbers are {found.rounding}"
        if found.first_wrong is None:
            part = " of what was looked at" if found.left else ""
            yield from wrapped(f"All agrees{part}, {how}: {' '.join(found.agrees)}", width())
        else:
            yield from _listed("agrees", found.agrees)
            yield f"        {how}"
    if found.read_as:
        yield from wrapped(f"Read as: {', '.join(found.read_as)}.", width())


def _listed(word: str, names: Sequence[str]) -> Iterator[str]:
    for place, line in enumerate(wrapped(" ".join(names), width() - 8)):
        yield f"{word if not place else '':8}{line}"


def _causes(found: Diagnosis) -> Iterator[str]:
    first = found.first_wrong
    if first == LOSS:
        yield "The loss alone is wrong, and no gradient is made of its value."
        return
    alone = (*found.causes, *found.further)
    if found.pair:
        yield f"Two mistakes together make exactly these numbers; {first} is the first that is wrong."
        for one in found.pair:
            yield from _cause(one)
        return
    if not alone and found.told:
        yield from wrapped(f"{about_first(found)}.", width())
        yield from wrapped(found.hint, width())
        return
    if not alone:
        yield from wrapped(
            f"{first} is the first that is wrong. No known mistake makes exactly these numbers, nor do two "
            "but by chance.",
            width(),
        )
        yield from wrapped(found.hint, width())
        return
    yield f"{first} is the first that is wrong. One mistake makes exactly these numbers:"
    yield from _cause(alone[0])
    if alone[1:]:
        yield "So would, as far as these numbers tell:"
        for one in alone[1:_ALTERNATIVES]:
            yield from _cause(one)
        if alone[_ALTERNATIVES:]:
            yield f"{_INDENT}and {', '.join(one.name for one in alone[_ALTERNATIVES:])}"


def _cause(one: Cause) -> Iterator[str]:
    yield f"{_INDENT}{named(one)}"
    for label, text in (("wrong", one.instead), ("right", one.right)):
        for place, line in enumerate(wrapped(text, width() - 11)):
            yield f"{_INDENT}{_INDENT}{label if not place else '':7}{line}"


def _what_exactly(found: Diagnosis) -> Iterator[str]:
    said = [remark for remark in found.remarks if remark != found.told]
    if said:
        yield ""
    for remark in said:
        yield from wrapped(sentence(remark), width())
    entry = found.entry
    if entry is None:
        return
    yield ""
    at, *below = entry.worked
    number = at.right.result.number
    digits = max(_DIGITS, apart(entry.theirs, entry.ours))
    theirs, ours = (numeral(one, digits=digits) for one in (entry.theirs, entry.ours))
    yield f"{at.right.result.symbol}{_of_sample(number)}: yours {theirs}, right {ours}"
    lines = [*_worked(at)]
    if at.theirs is None:
        lines.append(
            f"{_INDENT}{'yours':7}{at.right.result.symbol} = {numeral(entry.theirs)}  as it was found"
        )
    for one in below:
        result = one.right.result
        lines += [f"It begins in {result.symbol}{_of_sample(result.number)}:", *_worked(one)]
    yield from lines
    if any(SAMPLE_MARK in line for line in lines):
        yield f"Behind {SAMPLE_MARK} stands the sample."


def _of_sample(number: Number) -> str:
    sample = number.reference.sample
    return "" if sample is None else f" of sample {sample + 1}"


def _worked(one: Worked) -> Iterator[str]:
    for equation, label in ((one.right, "right"), (one.theirs, "yours")):
        if equation is None:
            continue
        beside = one.right.result.value if label == "yours" else None
        for place, row in enumerate(worked_rows(equation, beside, width() - 9)):
            yield f"{_INDENT}{label if not place else '':7}{plain(row)[_MARK:].rstrip()}"


def _excluded(found: Diagnosis) -> Iterator[str]:
    if found.excluded:
        yield ""
        text = f"Right, too, for what is made of them is right: {' '.join(found.excluded)}"
        yield from wrapped(text, width())
    yield ""


def _with_cause(right: Scenario, found: Diagnosis) -> Trace | None:
    """Return the run with the mistake that was found, if the app can make it: in all layers."""
    if not found.causes or not found.causes[0].whole:
        return None
    name = found.causes[0].name
    if name in ORDERS:
        return trace(right, name)
    if why_unfit(right, name):
        return None
    return trace(with_mistake(right, name), WAITING)


def _command(order: Order, run: Trace, found: Diagnosis, name: str) -> str:
    """Return the command that opens the app at what is wrong first, in a run: theirs if it can be made."""
    words = ["bp-tui", "FILE" if name == "-" else quote(name)]
    if run.mistake is not None:
        words += ["--mistake", run.mistake]
    if run.order != order:
        words += ["--order", run.order]
    if found.first_wrong == LOSS:
        return " ".join([*words, "--step", str(run.schedule.last_loss(found.iteration) + 1)])
    quantity = quantity_of(run.scenario, found.first_wrong or "")
    place = found.entry.place if found.entry else beginning(quantity)
    shown = placed(run, quantity, found.iteration, place)
    return " ".join([*words, "--step", str(shown.step + 1)])
