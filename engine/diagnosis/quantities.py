"""Which quantities can be held against somebody's numbers, and in which order do they depend on one another?

Their names are those of the public contract: z1 a1 slope1 error1 delta1, the totals of the batch gW1 gU1 gb1,
the parameters W1_after U1_after b1_after. The order is that in which the steps of an iteration write them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from engine.equations.back.transpose import derivative
from engine.equations.equation import Equation, Factor, Home, Variable
from engine.equations.functions.formula import parse
from engine.equations.updates import BATCH, SHORT, new, total_over
from engine.order.flow import Flow
from engine.order.quantities import PARAMETER_LETTERS
from engine.order.schedule import Schedule
from engine.order.shapes import shapes_of
from engine.order.site import Sort
from engine.update_orders import WAITING

if TYPE_CHECKING:
    from engine.equations.table import Table
    from engine.order.quantities import Parameter
    from engine.scenario import Scenario

VECTORS: Final = {
    "z": "pre_activation",
    "a": "activation",
    "slope": "slope",
    "error": "error",
    "delta": "delta",
}
"""The quantities of each sample (and time) by their names in the contract."""
FORWARD: Final = ("pre_activation", "activation", "slope")
"""What is made of a sample's inputs alone."""
BACKWARD: Final = ("error", "delta")
"""What is made on the way back."""


class Quantity(NamedTuple):
    """A quantity by its `name` in the contract; `variable` is what the equations call it.

    `mean` is what else people give under that name: the mean over the batch in place of the total.
    """

    name: str
    variable: Variable
    group: Parameter | None = None
    mean: Variable | None = None

    @property
    def layer(self) -> int:
        """The layer, from 1."""
        return self.variable.layer or 1

    @property
    def is_of_samples(self) -> bool:
        """Whether it is of each sample (and time), not of a group of parameters."""
        return self.group is None

    @property
    def is_total(self) -> bool:
        """Whether it is a gradient, the total of the batch."""
        return self.mean is not None


def quantities(scenario: Scenario, table: Table) -> dict[str, Quantity]:
    """Return the quantities of a network by their names, each after all that it depends on.

    Beside those of the contract the parameters before the update (`W1`).
    """
    found = {}
    for number in range(1, len(scenario.network.layers) + 1):
        for name, word in VECTORS.items():
            if (variable := Variable(word, number)) in table.making:
                found[variable] = Quantity(f"{name}{number}", variable)
    for parameter in table.parameters:
        for group, letter in PARAMETER_LETTERS.items():
            if group == parameter.name:
                name, total = f"{letter}{parameter.layer}", derivative(parameter)
                found[total] = Quantity(f"g{name}", total, group, mean_of(parameter))
                found[new(parameter)] = Quantity(f"{name}_after", new(parameter), group)
    ordered = sorted(found, key=_places(scenario, table).__getitem__)
    before = {
        f"{PARAMETER_LETTERS[group]}{one.layer}": Quantity(
            f"{PARAMETER_LETTERS[group]}{one.layer}", one, group
        )
        for one in table.parameters
        for group in PARAMETER_LETTERS
        if group == one.name
    }
    return before | {found[variable].name: found[variable] for variable in ordered}


def _places(scenario: Scenario, table: Table) -> dict[Variable, tuple[int, int]]:
    """Return where in an iteration each quantity is first written: the step, and the place within it."""
    schedule = Schedule(shapes_of(scenario), WAITING)
    flow = Flow(schedule, scenario)
    found: dict[Variable, tuple[int, int]] = {}
    for home in table.at:
        if home.layer is None:
            continue
        step = schedule.nth(0, Sort(home.kind, home.layer), 0)
        for place, written in enumerate(flow.writes(step)):
            variable = Variable(written.quantity, written.layer)
            name = new(variable) if home.kind == "update" else variable
            found[name if name in table.making else variable] = step, place
    return found


def mean_of(parameter: Variable) -> Variable:
    """Return the name of what is a total over the samples of the batch: their mean."""
    return Variable(f"{SHORT[parameter.name]}_mean", parameter.layer)


def means(table: Table) -> list[Equation]:
    """Return the equations of the means: no program forms them by themselves, but people print them."""
    found = []
    for parameter in table.parameters:
        total = table.making[derivative(parameter)].result
        read = (("total", total), ("batch", Factor(BATCH)))
        result = total._replace(variable=mean_of(parameter))
        home = Home("update", parameter.layer)
        found.append(Equation(result, formula=parse(total_over(1)), arguments=read, home=home, helper=True))
    return found
