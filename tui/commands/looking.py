"""What is found in the run of a scenario? The lines that `check --run` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.findings.search import findings
from engine.run.tracing import trace
from engine.to_the_end import to_the_end
from engine.words.runs.findings import not_there, told, where
from tui.commands.progress import progress
from tui.commands.streams import whoever_reads

if TYPE_CHECKING:
    from engine.scenario import Scenario


def look(scenario: Scenario, name: str) -> bool:
    """Run a scenario and print what is found in the run; return whether anything is."""
    run = trace(scenario)
    with progress(run.iterations, "running") as show:
        while run.computed < run.iterations:
            run.advance(show.pace())
            show.at(run.computed, "")
    looked = to_the_end(findings(run))
    with whoever_reads():
        for one in looked.found:
            words = told(run, one)
            print(f"{name}: {where(run, one)}: {words.headline}")
            for line in words.lines:
                print(f"  {line}")
        if rest := not_there(run, looked):
            print(f"{name}: {rest[0]}", *rest[1:], sep="\n  ")
    return bool(looked.found)
