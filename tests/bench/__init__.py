"""What does bp-tui cost, beside programs and loops that do the same work with nothing around it?"""

import os

# One thread for the linear algebra of all that is measured, set before anything imports numpy.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ[_name] = "1"
