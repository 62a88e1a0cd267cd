"""Where the parts of a split lie on a strip, and what moving a boundary between two of them makes of their shares."""

from __future__ import annotations

from dataclasses import dataclass

LEAST_TRAIN = 0.1
"""The share of the rows that are divided which is always left to train on."""


@dataclass(frozen=True)
class Shares:
    """How rows are divided. ``validation`` and ``test`` are shares (0 … 0.9) of the rows that are divided at all.

    ``own_validation`` and ``own_test`` are the parts of *all* rows (0 … 1) that came with the data for it; None where
    none came, and the share applies.
    """

    validation: float
    test: float
    own_validation: float | None = None
    own_test: float | None = None

    @property
    def divided(self) -> float:
        """The part of all rows that is divided."""
        return max(1e-9, 1.0 - (self.own_validation or 0.0) - (self.own_test or 0.0))

    @property
    def widths(self) -> tuple[float, float, float]:
        """Training, validation and test as parts of all rows, together 1."""
        held = self.divided * self.validation if self.own_validation is None else self.own_validation
        judged = self.divided * self.test if self.own_test is None else self.own_test
        return max(0.0, 1.0 - held - judged), held, judged

    @property
    def boundaries(self) -> tuple[float, float]:
        """Where training ends and where the test begins, 0 … 1."""
        train, held, _ = self.widths
        return train, train + held

    def can_move(self, boundary: int) -> bool:
        """Whether the first (0) or second (1) boundary is one between shares."""
        return self.own_validation is None if boundary == 0 else self.own_test is None

    def bounds(self, boundary: int) -> tuple[float, float]:
        """Between which places a boundary can be, 0 … 1."""
        train, test = self.boundaries
        least = LEAST_TRAIN * self.divided
        if boundary == 0:
            return least, test
        if self.own_validation is None:
            return train, 1.0
        return least + self.own_validation, 1.0

    def moved(self, boundary: int, place: float, digits: int = 3) -> Shares:
        """The shares with a boundary at ``place``, as near as it can be; the share that grows or shrinks by it has so
        many ``digits`` behind the point."""
        low, high = self.bounds(boundary)
        place = min(max(place, low), high)
        train, test = self.boundaries
        if boundary == 0:
            return self._with(round(max(0.0, test - place) / self.divided, digits), self.test)
        if self.own_validation is None:
            both = (1.0 - train - (self.own_test or 0.0)) / self.divided
            judged = min(round((1.0 - place) / self.divided, digits), both)
            return self._with(round(max(0.0, both - judged), 6), judged)
        return self._with(self.validation, round((1.0 - place) / self.divided, digits))

    def stepped(self, boundary: int, percent: int) -> Shares:
        """The shares after a boundary has gone ``percent`` to the right, or to the left below 0."""
        return self.moved(boundary, self.boundaries[boundary] + percent / 100 * self.divided)

    def _with(self, validation: float, test: float) -> Shares:
        held = 0.0 if self.own_validation is not None else validation
        judged = 0.0 if self.own_test is not None else test
        if held + judged > 1 - LEAST_TRAIN:  # by rounding
            if validation != self.validation:
                validation = round(1 - LEAST_TRAIN - judged, 6)
            else:
                test = round(1 - LEAST_TRAIN - held, 6)
        return Shares(validation, test, self.own_validation, self.own_test)
