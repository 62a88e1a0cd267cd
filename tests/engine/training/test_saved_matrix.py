"""The confusion matrix of hundreds of classes as it is saved: small, read back the same, and nothing else is taken."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from engine.files.json_input import MOST_VALUES, values_at_most
from engine.training.saved_values import SavedValueError, bounded_figures, check_figures


def figures(classes: int, rows: int = 3_000) -> dict[str, Any]:
    """Of a run on so many classes, whose test rows are mixed up at random."""
    chance = np.random.default_rng(classes)
    counts = np.zeros((classes, classes), dtype=int)
    np.add.at(counts, (chance.integers(0, classes, rows), chance.integers(0, classes, rows)), 1)
    share = [0.5] * classes
    return {"test_rows": rows, "confusion": counts.tolist(), "precision": share, "recall": share, "f1": share}


@pytest.mark.parametrize("classes", [2, 100, 101, 300, 1_000])
def test_it_is_read_back_as_it_was(classes: int) -> None:
    before = figures(classes)
    assert check_figures(json.loads(json.dumps(bounded_figures(before)))) == before


def test_forty_runs_of_a_thousand_classes_can_be_kept() -> None:
    saved = json.dumps(bounded_figures(figures(1_000)))
    assert 40 * values_at_most(saved) < MOST_VALUES
    assert values_at_most(json.dumps(figures(1_000))) > MOST_VALUES / 4, "as a whole four would be too many"


def test_projects_that_hold_all_of_it_are_read() -> None:
    before = figures(300)
    assert check_figures(json.loads(json.dumps(before))) == before


@pytest.mark.parametrize(
    "matrix",
    [
        {},
        {"classes": 300},
        {"classes": 10**9, "cells": []},
        {"classes": 3, "cells": []},
        {"classes": "300", "cells": []},
        {"classes": 300, "cells": [0, 0]},
        {"classes": 300, "cells": [0, 300, 1]},
        {"classes": 300, "cells": [-1, 0, 1]},
        {"classes": 300, "cells": [0, 0, -1]},
        {"classes": 300, "cells": [0, 0, 1.5]},
        {"classes": 300, "cells": [True, 0, 1]},
        {"classes": 301, "cells": [0, 0, 1]},
    ],
)
def test_what_is_no_such_matrix_is_refused(matrix: dict[str, Any]) -> None:
    share = [0.5] * 300
    with pytest.raises(SavedValueError):
        check_figures({"confusion": matrix, "precision": share, "recall": share, "f1": share})
