"""With which words of a command line does one come back to a place in a scenario?"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.catalog import shipped_shelf
from engine.facts.beside.theirs import theirs_of
from engine.looking.lesson.notes import view_at
from tui.telling.runs import root_of
from tui.view_names import BY_LETTER, key_of
from tui.walking.orders import at_same_place

if TYPE_CHECKING:
    from pathlib import Path

    from engine.catalog import Shelf
    from engine.scenario import Scenario
    from tui.screens.stepping import SteppingScreen


def scenario_words(file: Path, shelf: Shelf) -> list[str]:
    """Return what names the scenario in a file."""
    if shelf.named(file.stem) != file:
        return [f"./{file}" if str(file).startswith("-") else str(file)]
    return [file.stem, *([] if shelf.folder == shipped_shelf().folder else ["--folder", str(shelf.folder)])]


def training_words(screen: SteppingScreen, filed: Scenario, view: str) -> list[str]:
    """Return what is otherwise than the file says in the run that others branch off, and the place in it."""
    place = screen.walk.place._replace(cursor=screen.walk.journey.goal)
    root = root_of(place.trace).undisturbed
    own, training = filed.training, root.scenario.training
    words = [] if root.order == own.order else ["--order", root.order]
    for name in ("optimizer", "mistake", "learning_rate"):
        value = getattr(training, name)
        if value != getattr(own, name) and value is not None:
            words += [f"--{name.replace('_', '-')}", str(value)]
    step = place.cursor.step if root is place.trace else at_same_place(place, root).cursor.step
    showing = view if screen.view in BY_LETTER else screen.view
    return words + place_of(step, showing, 0, view_at(root, step) or view)


def holds_theirs(screen: SteppingScreen, words: list[str]) -> bool:
    """Return whether the user's own numbers would be held against the same iteration by these words too."""
    trace, here = screen.walk.place
    theirs = theirs_of(trace)
    if theirs is None or {"--order", "--mistake"} & {*words}:
        return False
    return theirs.iteration == trace.schedule.site(here.step).iteration


def place_of(step: int, view: str, step_before: int, view_before: str) -> list[str]:
    """Return what leads to a step (0-based) and a view, where one would be at others."""
    words = [] if step == step_before else ["--step", str(step + 1)]
    return words if view == view_before else [*words, "--view", key_of(view)]
