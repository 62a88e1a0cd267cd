"""A slider for each number of a code, from the lowest to the highest that held-out samples have."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QSlider, QWidget

from engine.number_text import rounded
from gui import theme
from gui.plain_text import PlainLabel

MOST = 10
"""So many numbers of a code have sliders; more could not be told apart."""
_STEPS = 200


class CodeSliders(QWidget):
    """``moved`` brings the code, float32 of one number a slider, when somebody has moved one of them."""

    moved = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._low = self._high = np.zeros(0)
        self._code: NDArray[np.float64] = np.zeros(0)
        self.sliders: list[QSlider] = []
        self._values: list[PlainLabel] = []
        self._names: list[PlainLabel] = []
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.SPACING.small)
        self._grid.setVerticalSpacing(theme.SPACING.tiny)
        self._grid.setColumnStretch(1, 1)

    def set_ranges(self, low: NDArray[np.floating], high: NDArray[np.floating]) -> None:
        """Have as many sliders as there are numbers, from ``low`` to ``high`` each; none where there are too many."""
        low, high = np.asarray(low, dtype=np.float64), np.asarray(high, dtype=np.float64)
        if len(low) > MOST:
            low = high = np.zeros(0)
        spread = np.maximum(high - low, 1e-6)
        self._low, self._high = low - 0.1 * spread, high + 0.1 * spread
        while len(self.sliders) > len(low):
            for widgets in (self.sliders, self._values, self._names):
                widget = widgets.pop()
                self._grid.removeWidget(widget)
                widget.deleteLater()
        while len(self.sliders) < len(low):
            self._add(len(self.sliders))
        if len(self._code) != len(low):
            self._code = (self._low + self._high) / 2
        self.show_code(self._code)

    def _add(self, number: int) -> None:
        slider, value, name = QSlider(Qt.Orientation.Horizontal), PlainLabel(), PlainLabel(f"{number + 1}")
        slider.setRange(0, _STEPS)
        slider.setPageStep(_STEPS // 10)
        slider.setAccessibleName(f"Number {number + 1} of the code")
        slider.setToolTip("Change this number of the code and see what the network makes of it")
        slider.valueChanged.connect(self._moved)
        value.setFont(theme.font("small-number"))
        theme.set_role(value, "number")
        theme.set_role(name, "quiet")
        value.setMinimumWidth(value.fontMetrics().horizontalAdvance("-0.0000"))
        value.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        for column, widget in enumerate((name, slider, value)):
            self._grid.addWidget(widget, number, column)
        self.sliders.append(slider)
        self._values.append(value)
        self._names.append(name)

    def show_code(self, code: NDArray[np.floating]) -> None:
        """Put the sliders where a code is."""
        if len(code) != len(self.sliders):
            return
        self._code = np.asarray(code, dtype=np.float64).copy()
        for slider, value, low, high in zip(self.sliders, self._code, self._low, self._high, strict=True):
            slider.blockSignals(True)
            slider.setValue(round(_STEPS * float(np.clip((value - low) / (high - low), 0, 1))))
            slider.blockSignals(False)
        self._tell()

    @Slot()
    def _moved(self) -> None:
        slider = self.sender()
        for number, one in enumerate(self.sliders):
            if one is slider:  # the others stay where the sample has them, between two places of theirs
                share = one.value() / _STEPS
                self._code[number] = self._low[number] + share * (self._high[number] - self._low[number])
        self._tell()
        self.moved.emit(self._code.astype(np.float32))

    def _tell(self) -> None:
        for label, value in zip(self._values, self._code, strict=True):
            label.setText(rounded(float(value), 3))
