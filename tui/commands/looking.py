"""What is found in the run of a scenario? The lines that `check --run` prints."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.facts.findings.search import findings
from engine.run.tracing import trace
from engine.to_the_end import to_the_end
from engine.words.runs.findings import not_there, told, where
from tui.commands.progress import progress
from tui.commands.streams import show, whoever_reads

if TYPE_CHECKING:
    from engine.scenario import Scenario


def look(scenario: Scenario, name: str) -> bool:
    """Run a scenario and print what is found in the run; return whether anything is."""
    run = trace(scenario)
    with progress(run.iterations, "running") as bar:
        while run.computed < run.iterations:
            run.advance(bar.pace())
            bar.at(run.computed, "")
    looked = to_the_end(findings(run))
    with whoever_reads():
        for one in looked.found:
            words = told(run, one)
            show(f"{name}: {where(run, one)}: {words.headline}")
            for line in words.lines:
                show(f"  {line}")
        if rest := not_there(run, looked):
            show("\n  ".join([f"{name}: {rest[0]}", *rest[1:]]))
    return bool(looked.found)
