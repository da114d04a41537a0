"""What does the command line change in a scenario, for one run?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.commands.streams import say
from tui.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from engine.read.complaints import Complaint
    from engine.scenario import Scenario

_KEYS = ("optimizer", "mistake", "learning_rate")
"""The keys of `[training]` that are options too."""


def overridden(scenario: Scenario, chosen: argparse.Namespace) -> Scenario:
    """Return the scenario that the options ask for; say it if its mistake changes nothing.

    The update order is an option too, but no change: a run may be in another order than its scenario's.

    Raises:
        ScenarioError: they don't fit the scenario.
    """
    given = {key: getattr(chosen, key) for key in _KEYS}
    if {chosen.order, scenario.training.mistake, *given.values()} == {None}:
        return scenario
    # Imported when something is another: most sessions never need it.
    from engine.read.changed import changed
    from engine.read.complaints import ScenarioError
    from engine.read.moot import moot

    try:
        scenario = changed(scenario, chosen.order, **given)
    except ScenarioError as error:
        raise ScenarioError(*(_of_options(one, chosen) for one in error.complaints)) from None
    if why := moot(scenario, chosen.order):
        say(f"bp-tui: warning: {why}.")
    return scenario


def _of_options(complaint: Complaint, chosen: argparse.Namespace) -> Complaint:
    """Return what is wrong in a scenario with options as the options' fault: the file itself is right."""
    given = {key: value for key in (*_KEYS, "order") if (value := getattr(chosen, key)) is not None}
    options = " ".join(f"{_option(key)} {value}" for key, value in given.items())
    key = "" if complaint.key.removeprefix("training.") in given else complaint.key
    remedy = f"Leave out {options}; or change the file: {complaint.remedy[:1].lower()}{complaint.remedy[1:]}"
    return complaint._replace(file=f"{chosen.scenario} with {options}", key=key, remedy=remedy)


def _option(key: str) -> str:
    """Return the option of a key as it is typed."""
    return f"--{key.replace('_', '-')}"


def check_mine(chosen: argparse.Namespace) -> None:
    """Refuse to hold the user's numbers against nothing, or against a run that isn't as it should be."""
    if chosen.mine is None:
        if chosen.name:
            raise UsageError("bp-tui: --name says what a name in your own numbers means: it needs --mine.")
        return
    if chosen.scenario is None:
        raise UsageError("bp-tui: --mine needs a scenario; `bp-tui list` names them.")
    for option in ("mistake", "order", "follow"):
        if getattr(chosen, option) is not None:
            says = f"--mine holds your numbers against the run as it should be: leave out --{option}"
            raise UsageError(f"bp-tui: {says}.")


def check_resume(chosen: argparse.Namespace) -> None:
    """Refuse to go on in a session with what it has of its own, and to open a view of nothing."""
    if chosen.resume is None:
        if chosen.view is not None and chosen.scenario is None:
            raise UsageError("bp-tui: --view needs a scenario; `bp-tui list` names them.")
        return
    for option in (*_KEYS, "order", "mine", "follow"):
        if getattr(chosen, option) is not None:
            left_out = _option(option)
            raise UsageError(f"bp-tui: --resume goes on in a session as it was left: leave out {left_out}.")


def check_overrides(chosen: argparse.Namespace) -> None:
    """Refuse to change a scenario that isn't named."""
    if chosen.scenario is None:
        for key in _KEYS:
            if getattr(chosen, key) is not None:
                raise UsageError(f"bp-tui: {_option(key)} needs a scenario; `bp-tui list` names them.")
