"""How often is the right mistake named? `python -m tests.engine.diagnosis FIRST COUNT`: of so many seeds."""

from __future__ import annotations

import sys

from engine import diagnose
from tests.engine.diagnosis.cases import planted, right, unknown


def main(first: int, count: int) -> None:
    seeds = range(first, first + count)
    named = 0
    for case in map(planted, seeds):
        found = diagnose(case.scenario, case.numbers, case.iteration)
        if found.mistakes[:1] == (case.mistake,):
            named += 1
        else:
            print(f"planted {case.words}: {found.first_wrong}, {found.where}")
    accused = 0
    for case in map(right, seeds):
        if (wrong := diagnose(case.scenario, case.numbers, case.iteration).first_wrong) is not None:
            accused += 1
            print(f"right {case.words}: {wrong}")
    invented = elsewhere = 0
    for case in map(unknown, seeds[: count // 2]):
        found = diagnose(case.scenario, case.numbers)
        invented += bool(found.mistakes or found.further or found.pair)
        elsewhere += found.first_wrong != case.first
    print(
        f"{named} of {count} planted mistakes are named first; {accused} of {count} right programs accused;"
    )
    print(f"of {count // 2} unknown mistakes {invented} are given a name, {elsewhere} found elsewhere")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3] or ("0", "40")))
