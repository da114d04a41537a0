"""What is told unasked of the run, once something serious has been seen in it?

It is looked for in the background whenever the run has come twice as far, and at its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.facts.findings.noticed import Noticed as Fact
    from engine.run.tracing import Trace
    from tui.meanwhile.maker import Maker
    from tui.meanwhile.quest import Quest

_FIRST = 64  # iterations after which it is looked for the first time, unless the run ends before


def looked_at_again(trace: Trace, computed: int) -> int:
    """Return how many iterations there are when a run is looked at again; more than it has after its end."""
    return trace.iterations + 1 if computed >= trace.iterations else min(2 * computed, trace.iterations)


class Noticed:
    """What has been seen in a run; `changed` is called when it is something else.

    Who has asked for the findings is told no more.
    """

    def __init__(self, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._trace: Trace | None = None
        self._quest: Quest[tuple[Fact, ...]] | None = None
        self._next = _FIRST
        self._seen: tuple[Fact, ...] = ()

    @property
    def looks(self) -> bool:
        """Whether it is looking now."""
        return self._quest is not None and self._quest.runs

    def words(self, trace: Trace, step: int) -> str:
        """Return what has been seen in a run, in a few words for who is at a step; empty if nothing has."""
        if trace is not self._trace or not self._seen:
            return ""
        from engine.words.runs.findings import ahead

        return f"F: {ahead(self._seen, trace.schedule.site(step).iteration)}"

    def follow(self, trace: Trace, apart: Maker | None = None) -> None:
        """Look at a run, if there is more of it to be seen; at a large one by who computes it `apart`."""
        if trace is not self._trace:
            self.end()
            self._trace, self._next, self._seen = trace, trace.begins + _FIRST, ()
        whole = trace.computed >= trace.iterations
        if self._next == trace.iterations + 1 or not (whole or trace.computed >= self._next):
            return
        if self.looks:
            return
        self._next = looked_at_again(trace, trace.computed)
        # Imported when the run has come so far: the first frame needs none of it.
        from engine.facts.findings.noticed import noticed
        from tui.meanwhile.quest import Quest

        def see(seen: tuple[Fact, ...]) -> None:
            before, self._seen = self._seen, seen
            if seen != before:
                self._changed()
            self.follow(trace, apart)  # meanwhile the run may have come to its end: nobody says so again

        self._quest = Quest(noticed(trace), see, lambda: None, apart)
        self._quest.start(calmly=True)

    def seen(self) -> None:
        """Tell no more of this run: the findings are asked for."""
        self.end()
        if self._trace is not None:
            self._next, self._seen = self._trace.iterations + 1, ()

    def end(self) -> None:
        """Look no more."""
        if self._quest is not None:
            self._quest.stop()
