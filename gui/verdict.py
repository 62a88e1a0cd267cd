"""The test figures of a run in words. Any of them may be missing: what is not finite is saved as missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

NOTHING_YET = "The test figures stand here when a run has finished: how the network does on rows it has never seen."
NO_ROWS = "There were no test rows."
NO_LOSS = "The loss of the test rows is beyond all numbers: look for values far outside the others."


def explained_verdict(test: Mapping[str, Any] | None) -> str:
    """The test figures, for where there is room to explain them."""
    if test is None:
        return NOTHING_YET
    if "test_loss" in test and test["test_loss"] is None:
        return f"{_explained(test)} {NO_LOSS}"
    return _explained(test)


def _explained(test: Mapping[str, Any]) -> str:
    if test.get("test_accuracy") is not None:
        return f"On test rows it has never seen, {100 * test['test_accuracy']:.2f} % are right."
    errors = f"mean absolute error {_shown(test, 'test_mae')}, mean squared error {_shown(test, 'test_mse')}."
    if test.get("test_r2") is not None:
        return f"On test rows it has never seen: R² {_shown(test, 'test_r2', '.4f')} (1 is perfect), {errors}"
    if test.get("test_mae") is not None:
        # R² compares with always answering the mean; where all answers are the same there is nothing to compare.
        return f"On test rows it has never seen: {errors}"
    return NO_ROWS


def verdict(test: Mapping[str, Any]) -> str:
    """The same in one short sentence, for the end of a run."""
    if test.get("test_accuracy") is not None:
        return f"Done. On test rows it has never seen, {100 * test['test_accuracy']:.2f} % are right."
    error = _shown(test, "test_mae")
    if test.get("test_r2") is not None:
        r2 = _shown(test, "test_r2", ".4f")
        return f"Done. On test rows it has never seen: R² {r2}, mean absolute error {error}."
    if test.get("test_mae") is not None:
        return f"Done. On test rows it has never seen, the answer is {error} off on average."
    return "Done." if test else f"Done. {NO_ROWS}"


def _shown(test: Mapping[str, Any], name: str, form: str = ".4g") -> str:
    value = test.get(name)
    if value is None:
        return "–"
    # So large a number has too many digits to be read as it is.
    return format(value, form if abs(value) < 1e15 else ".4g")
