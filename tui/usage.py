"""What is said of a command line that can't be carried out?"""

from __future__ import annotations


class UsageError(Exception):
    """The command can't be carried out as it was given; the message is the sentence to print."""


def check_step(step: int | None, steps: int) -> None:
    """Refuse a step (1-based) that a run of so many steps doesn't have."""
    if step is not None and step > steps:
        raise UsageError(f"bp-tui: there is no step {step}: the run has {steps}.")
