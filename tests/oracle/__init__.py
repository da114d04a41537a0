"""What should every record of a run hold, worked out neuron by neuron from the contract alone?

Pure Python and `math`: nothing here is shared with the engine that it judges. `records(scenario)`
gives the records as they are printed; `Oracle(scenario).steps()` the same with `Number`s, which
also say how closely another evaluation in float64 has to agree.
"""

from tests.oracle.number import Number
from tests.oracle.run import Oracle, Step, records
from tests.oracle.verdict import differences

__all__ = ["Number", "Oracle", "Step", "differences", "records"]
