"""How well a network reads the user's own drawings, beside its test figure: "MNIST 99.6 % · you 91 % (64 drawings)"."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.counting import counted
from engine.reports.figures import percent


@dataclass(frozen=True)
class OwnFigure:
    """``right`` of ``count`` drawings were read as they are meant. ``held``: the others have been learned from."""

    right: int
    count: int
    held: bool = False

    @property
    def words(self) -> str:
        """As in "you 91 % (64 drawings)"."""
        rest = " not learned from" if self.held else ""
        share = "–" if not self.count else f"{100 * self.right / self.count:.0f} %"
        return f"you {share} ({counted(self.count, 'drawing')}{rest})"


def accuracy_of(test: Mapping[str, Any] | None) -> float | None:
    """The test accuracy among the figures of a run; None where it is not known."""
    value = (test or {}).get("test_accuracy")
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def beside(title: str, accuracy: float | None, own: OwnFigure | None) -> str:
    """Both figures; ``title`` names the data that the test accuracy is of."""
    parts = [] if accuracy is None else [f"{title} {_short(accuracy)}"]
    return " · ".join([*parts, *([] if own is None else [own.words])])


def gained_and_lost(
    title: str, before: tuple[float | None, OwnFigure | None], after: tuple[float | None, OwnFigure | None]
) -> str:
    """What teaching has changed: "You 4 → 9 of 10 drawings it was not taught with · MNIST 99.6 % → 99.5 %"."""
    parts = []
    (was, own_was), (now, own_now) = before, after
    if own_now is not None and own_now.count:
        old = f"{own_was.right} → " if own_was is not None and own_was.count == own_now.count else ""
        parts.append(f"You {old}{own_now.right} of {counted(own_now.count, 'drawing')} it was not taught with")
    if now is not None:
        parts.append(f"{title} {_short(was)} → {_short(now)}" if was is not None else f"{title} {_short(now)}")
    return " · ".join(parts)


def _short(share: float) -> str:
    return percent(share) if share in (0.0, 1.0) else f"{100 * share:.1f} %"
