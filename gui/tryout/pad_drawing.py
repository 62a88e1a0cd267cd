"""What is drawn on the pad: strokes over a picture, the stroke in progress, and what can be taken back. No pixels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from gui.tryout import ink
from gui.tryout.ink import Stroke

_LEAST_STEP = 0.5
"""Points nearer than this to the last one, in pad units, add nothing."""


class PadDrawing:
    """The drawing. Points are in pad units (0 to ``ink.SIDE``, y downwards).

    What changes the drawing can be taken back by ``undo``, but not ``restore``, which shows a saved one.
    """

    def __init__(self) -> None:
        self.strokes: tuple[Stroke, ...] = ()
        """The finished strokes."""
        self.picture: NDArray[np.uint8] | None = None
        """The picture under them (height×width, ink bright on black); None when there is none."""
        self._history: list[tuple[tuple[Stroke, ...], NDArray[np.uint8] | None]] = []
        self._points: list[tuple[float, float]] = []
        self._widths: list[float] = []

    @property
    def in_progress(self) -> Stroke:
        """The stroke that is not finished yet; without points when there is none."""
        return Stroke(tuple(self._points), tuple(self._widths))

    def newest(self, count: int) -> Stroke:
        """The last points of the stroke in progress: a long stroke then costs no more than a short one."""
        return Stroke(tuple(self._points[-count:]), tuple(self._widths[-count:]))

    @property
    def is_empty(self) -> bool:
        """Whether nothing is drawn and no picture lies here."""
        return not self.strokes and not self._points and self.picture is None

    @property
    def can_undo(self) -> bool:
        """Whether there is a finished stroke, a picture, or a clearing, to take back."""
        return bool(self._history)

    @property
    def words(self) -> str:
        """What is drawn, for a screen reader."""
        count = len(self.strokes)
        words = "empty" if count == 0 else "one stroke" if count == 1 else f"{count} strokes"
        if self.picture is not None:
            words = "an image" if count == 0 else f"an image and {words}"
        return words

    def add(self, point: tuple[float, float], pressure: float) -> bool:
        """Draw on to a point with a pressure from 0 to 1; returns False where it lies too near to the last one."""
        if self._points and max(abs(a - b) for a, b in zip(point, self._points[-1], strict=True)) < _LEAST_STEP:
            return False
        self._points.append(point)
        self._widths.append(ink.width_of(pressure))
        return True

    def drop(self) -> None:
        """Forget the stroke in progress."""
        self._points, self._widths = [], []

    def finish(self) -> Stroke:
        """The stroke in progress is finished; returns it."""
        stroke = self.in_progress
        self.drop()
        self.replace((*self.strokes, stroke), self.picture)
        return stroke

    def replace(self, strokes: tuple[Stroke, ...], picture: NDArray[np.uint8] | None) -> None:
        """Other strokes and another picture in place of these."""
        self._history.append((self.strokes, self.picture))
        self.strokes, self.picture = strokes, picture

    def erase(self, point: tuple[float, float]) -> bool:
        """Take away the strokes near a point; returns whether there were any."""
        kept = tuple(stroke for stroke in self.strokes if not stroke.comes_near(*point, ink.PEN))
        if kept == self.strokes:
            return False
        self.replace(kept, self.picture)
        return True

    def undo(self) -> bool:
        """Go back to what was drawn before the last change; returns whether there was one."""
        if not self._history:
            return False
        self.strokes, self.picture = self._history.pop()
        return True

    def restore(self, strokes: Iterable[Iterable[Sequence[float]]]) -> None:
        """Show a saved drawing as if it had just been drawn; ValueError for points that are no finite pairs."""
        made = (Stroke.from_points(points) for points in strokes)
        restored = tuple(stroke for stroke in made if stroke.points)
        self.drop()
        self._history = [(restored[:count], None) for count in range(len(restored))]
        self.strokes, self.picture = restored, None
