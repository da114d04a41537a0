"""Tests; they mirror the modules. What they are given is in `given`, what holds of everything at the top."""

import os

# One thread for the linear algebra, as the app has it: several workers share few processors.
for _name in ("OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
