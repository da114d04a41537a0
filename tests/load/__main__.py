"""`python -m tests.load`: log a class in through a real ssh server, and print what that costs.

Exit code 1 if a limit is missed. The numbers are honest only on a host that does nothing else.
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from tests.load import day, measures, neighbours
from tests.load.host import Host, available

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.load.figures import Figure


_MEASURES: dict[str, Callable[[Host, argparse.Namespace], list[Figure]]] = {
    "logins": lambda host, options: measures.logins(host, options.logins, options.rounds),
    "stepping": lambda host, options: measures.stepping(host, options.sessions, options.steps),
    "link": lambda host, options: measures.slow_link(host, options.steps),
    "slow": lambda host, options: neighbours.slow_class(host, options.students, options.steps),
    "greedy": lambda host, options: neighbours.greedy(host, options.students, options.steps),
    "lesson": lambda host, options: measures.lesson(host, options.sessions, options.steps),
    "turns": lambda host, options: day.turns(host, options.sessions, max(1, options.steps // 10)),
    "kills": lambda host, options: day.kills(host, options.sessions // 2, 60 * options.minutes),
}


def main(arguments: list[str] | None = None) -> int:
    """Measure what is asked for, all by default."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument(
        "what",
        nargs="*",
        default=list(_MEASURES),
        metavar="WHAT",
        help=f"{', '.join(_MEASURES)}; all by default",
    )
    parser.add_argument("--logins", type=int, default=30, metavar="N", help="logins at once")
    parser.add_argument("--rounds", type=int, default=3, metavar="N", help="times that is done")
    parser.add_argument("--sessions", type=int, default=60, metavar="N", help="sessions, and followers")
    parser.add_argument("--students", type=int, default=30, metavar="N", help="with a slow or greedy one")
    parser.add_argument("--steps", type=int, default=20, metavar="N", help="steps of each")
    parser.add_argument("--minutes", type=float, default=10, metavar="N", help="of killing at random")
    options = parser.parse_args(arguments)
    for what in options.what:
        if what not in _MEASURES:
            parser.error(f"{what!r} is not one of {', '.join(_MEASURES)}")
    if not available():
        print("there is no ssh server or client here", file=sys.stderr)
        return 2
    good = True
    with Host() as host:
        # The clock must not wait for what it measures.
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, 0, -10)
        for what in options.what:
            figures = _MEASURES[what](host, options)
            print("\n".join(figure.line() for figure in figures), flush=True)
            good = good and all(figure.good for figure in figures)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
