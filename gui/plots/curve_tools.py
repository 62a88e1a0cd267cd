"""What belongs to both curves: the legend, the switch for a logarithmic loss and the smoothing slider, in one line."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QWidget

from gui import theme
from gui.plain_text import PlainLabel
from gui.plots import style


class LegendLine(QWidget):
    """A short piece of a curve, as it is drawn in the plots, for the legend."""

    def __init__(self, which: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._which = which
        self.setFixedSize(QSize(26, 14))
        theme.notifier().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.current()
        validation = self._which == "validation"
        colour = colours.validation if validation else colours.training
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = style.pen(colour, 2, dashed=validation)
        line.setCosmetic(False)
        painter.setPen(line)
        painter.drawLine(1, 7, 25, 7)
        if validation:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(style.pen(colour).color())
            painter.drawEllipse(QRectF(10, 4, 6, 6))
        painter.end()


class CurveTools(QWidget):
    """A line of small controls. It lies above the curves, or wherever there is room beside something else."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.log_switch = QCheckBox("Log scale")
        self.log_switch.setFont(theme.font("caption"))
        self.log_switch.setToolTip("Show the loss in powers of ten: small improvements late in a run become visible.")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, 100)
        self.slider.setFixedWidth(64)
        self.slider.setAccessibleName("Smoothing")
        self.slider.setToolTip("Smooths the training curve. The raw curve stays visible behind it.")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.SPACING.tiny)
        for which in ("training", "validation"):
            words = PlainLabel(which)
            theme.set_role(words, "caption")
            line.addWidget(LegendLine(which))
            line.addWidget(words)
            line.addSpacing(theme.SPACING.tiny)
        line.addStretch(1)
        line.addWidget(self.log_switch)
        line.addSpacing(theme.SPACING.small)
        smoothing = PlainLabel("Smoothing")
        theme.set_role(smoothing, "caption")
        smoothing.setBuddy(self.slider)
        line.addWidget(smoothing)
        line.addWidget(self.slider)
