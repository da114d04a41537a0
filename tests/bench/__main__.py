"""`python -m tests.bench NAME [...]`: measure, and print the figures beside their limits.

A measurement is a module of this package with a docstring, `add_arguments(parser)` and `run(options)`,
which returns the exit code.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import sys
from typing import Final

MEASUREMENTS: Final = ("terminal", "engine", "seek", "find", "memory")


def main() -> int:
    """Run the measurement that the command line names."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.bench", description=sys.modules["tests.bench"].__doc__
    )
    commands = parser.add_subparsers(required=True, metavar="|".join(MEASUREMENTS))
    for name in MEASUREMENTS:
        if importlib.util.find_spec(f"tests.bench.{name}") is None:
            continue
        module = importlib.import_module(f"tests.bench.{name}")
        about = (module.__doc__ or "").splitlines()
        command = commands.add_parser(name, help=about[0] if about else "", description=module.__doc__)
        module.add_arguments(command)
        command.set_defaults(run=module.run)
    options = parser.parse_args()
    code: int = options.run(options)
    return code


if __name__ == "__main__":
    sys.exit(main())
