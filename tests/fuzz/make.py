"""Which case has a number? The same seed and number make the same files on every machine."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from tests.fuzz.case import ODD, SCENARIO, Case
from tests.fuzz.numbers import good_numbers, spoil_zip
from tests.fuzz.seeds import good_case
from tests.fuzz.spoiling.spoil_bytes import spoil_bytes
from tests.fuzz.spoiling.spoil_data import spoil_csv, spoil_npz
from tests.fuzz.spoiling.spoil_document import spoil_document
from tests.fuzz.spoiling.spoil_tokens import spoil_tokens

if TYPE_CHECKING:
    from collections.abc import Callable


_WITH_NUMBERS = 0.3


def case_of(seed: int, number: int) -> Case:
    """A good case, spoilt once or a few times."""
    chance = Random(f"{seed} {number}")
    case = good_case(chance)
    if chance.random() < _WITH_NUMBERS:
        name, content = good_numbers(chance)
        case = Case({**case.files, name: content}, case.odd, case.spoilt)
    for _ in range(chance.choice((1, 1, 1, 2, 2, 3, 5))):
        case = _spoilt(case, chance)
    return case


def _spoilt(case: Case, chance: Random) -> Case:
    data = [name for name in case.files if name != SCENARIO]
    if not data and (SCENARIO not in case.files or case.odd):
        return case
    if chance.random() < 0.005 or (data and chance.random() < 0.02):
        return case.with_odd(chance.choice(list(case.files)), chance.choice(ODD))
    name = chance.choice(data) if data and chance.random() < 0.7 else SCENARIO
    if name not in case.files:
        return case
    ways: list[Callable[[bytes, Random], tuple[bytes, str]]] = [spoil_bytes]
    if name == SCENARIO:
        ways += [spoil_tokens, spoil_tokens, spoil_document, spoil_document]
    else:
        special = {"csv": spoil_csv, "npz": spoil_npz, "skops": spoil_zip}.get(name.rpartition(".")[2])
        ways += [] if special is None else [special] * 2
        ways += [spoil_zip] if name.endswith(".npz") else []
    content, how = chance.choice(ways)(case.files[name], chance)
    return case.with_file(name, content, how)
