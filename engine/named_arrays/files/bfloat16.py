"""How are numbers of bfloat16 kept, which numpy has not?"""

from __future__ import annotations

from typing import Final

import numpy as np

BRAIN: Final = 2.0**-8
"""The unit of rounding of bfloat16."""
BFLOAT16: Final = np.dtype("<f4", metadata={"unit": BRAIN})
"""The type of its numbers: kept in float32, and no more exact than they were."""
