"""Which step is which? What every order of the operations of a run can be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.order.shapes import Shapes
    from engine.order.site import Site
    from engine.scenario import Order


class Schedule(Protocol):
    """A list of sites, one a step, that answers by arithmetic.

    In the deferred order an update applies what has been gathered and not yet applied, in the premature
    order the one gradient at its site.
    """

    shapes: Shapes
    order: Order

    def __len__(self) -> int:
        """Return the number of steps of the whole run."""

    def site(self, step: int) -> Site:
        """Return the site of a step in 0..len-1."""

    def anchor(self, step: int) -> Site:
        """Return the site up to which all is done with this step: its own, unless it is out of turn."""

    def step(self, site: Site) -> int:
        """Return the step that is done at a site."""

    def first_step(self, iteration: int) -> int:
        """Return the first step of an iteration (the length of the run for the one past the last)."""

    def updates_before(self, step: int, layer: int) -> int:
        """Return how often `layer` has been updated in this step's iteration before this step."""

    def update_step(self, iteration: int, layer: int, update: int) -> int:
        """Return the step of the given update (0-based) of a layer within an iteration."""
