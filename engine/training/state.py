"""What a run needs to go on as if it had never stopped. Imports no torch: the project file reads and writes it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class TrainingState:
    """Where a run stands: ``tensors`` (optimizer, schedule, random numbers …) and ``position``, plain JSON values.

    Together with the weights, the drawing, the recipe and the data this is enough to go on bit for bit.
    """

    tensors: Mapping[str, np.ndarray] = field(default_factory=dict)
    position: Mapping[str, Any] = field(default_factory=dict)
