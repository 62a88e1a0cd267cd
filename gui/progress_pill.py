"""How far a run is, in words on a bar that fills: in fewer words where the toolbar leaves it little room."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QSizePolicy

from engine.training.run_status import ENDED, RunStatus
from engine.training.telemetry import Report
from gui.plain_text import plain_tip
from gui.theme import fonts, style

_MARGIN, _GAP = 12, 16
"""Left and right of the words, and at least between those at the left and those at the right, in pixels."""

_STAGE = "Cross-validation: a network is trained and judged for each fold, then the one that is kept is trained."
_AT_ITS_ENDS = {
    RunStatus.PREPARING: "getting ready…",
    RunStatus.STOPPING: "stopping…",
    RunStatus.STOPPED: "stopping…",
    RunStatus.FINISHED: "finishing…",
    RunStatus.FAILED: "stopping…",
}
"""What is said while a run makes no steps. After its last one there is a record to be made: how long is not known."""


class ProgressPill(QFrame):
    """The words are all in the tooltip and in what a screen reader says, whatever the width."""

    def __init__(self) -> None:
        super().__init__()
        self._share, self._left, self._right, self._short = 0.0, "", "", ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(24)
        self.setMinimumWidth(96)
        self.setMaximumWidth(300)
        self.setAccessibleName("Progress of training")

    def show_words(self, left: str, right: str = "", share: float = 0.0, *, short: str = "", more: str = "") -> None:
        """Words at both ends and the filled part, 0 … 1.

        ``short`` stands for ``left`` where that does not fit; ``more`` is told in the tooltip only.
        """
        told = " · ".join(words for words in (left, right) if words)
        self.setToolTip(plain_tip("\n".join(words for words in (told, more) if words)))
        if (left, right, share, short) == (self._left, self._right, self._share, self._short):
            return
        self._left, self._right, self._share, self._short = left, right, share, short
        self.setAccessibleDescription(f"{left} {right}".strip())
        self.update()

    def show_report(self, report: Report, *, stopping: bool = False) -> None:
        """How far a run is; ``stopping`` for one that was told to stop."""
        epoch, total = min(report.epoch + 1, report.total_epochs), report.total_epochs
        left, short = f"epoch {epoch:,} of {total:,}", f"epoch {epoch}/{total}"
        if report.state == RunStatus.PAUSED:
            left, short = f"paused · {left}", f"paused {epoch}/{total}"
        elif stopping or report.state in _AT_ITS_ENDS:
            left = short = "stopping…" if stopping else _AT_ITS_ENDS[report.state]
        if report.stage and not stopping and report.state not in (RunStatus.STOPPING, *ENDED):
            words = f"paused · {report.stage}" if report.state == RunStatus.PAUSED else report.stage
            self.show_words(words, "", report.progress, short=report.stage, more=_STAGE)
            return
        done = f"{report.throughput:,.0f}/s" if report.throughput else ""
        right = done if report.eta is None else f"{_clock(report.eta)} left"
        more = f"Step {report.step:,} of {report.total_steps:,} · {report.throughput:,.0f} samples per second"
        right = "" if stopping or report.state in _AT_ITS_ENDS else right
        self.show_words(left, right, report.progress, short=short, more=more)

    @property
    def words(self) -> Sequence[str]:
        """The words at the left and at the right."""
        return (self._left, self._right)

    @property
    def fitting(self) -> Sequence[str]:
        """The words at the left and at the right for which there is room."""
        letters = QFontMetrics(fonts.font("small"))
        room = self.width() - 2 * _MARGIN
        fits = letters.horizontalAdvance(self._left) <= room
        left = self._left if fits else self._short or self._left
        left = letters.elidedText(left, Qt.TextElideMode.ElideRight, room)
        both = letters.horizontalAdvance(left) + _GAP + letters.horizontalAdvance(self._right)
        return (left, self._right if both < room else "")

    def sizeHint(self) -> QSize:
        return QSize(230, 24)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._left:
            return
        theme = style.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inset = theme.edge / 2 if theme.strong else 0.0
        box = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        pill = QPainterPath()
        pill.addRoundedRect(box, box.height() / 2, box.height() / 2)
        painter.fillPath(pill, QColor(theme.field))
        if self._share > 0:
            painter.setClipRect(QRectF(0, 0, self.width() * self._share, self.height()))
            painter.fillPath(pill, QColor(theme.progress))
            painter.setClipping(False)
        if theme.strong:
            self._edge(painter, pill)
        painter.setFont(fonts.font("small"))
        inside = QRectF(self.rect()).adjusted(_MARGIN, 0, -_MARGIN, 0)
        left, right = self.fitting
        painter.setPen(QColor(theme.text))
        painter.drawText(inside, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, left)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(inside, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, right)
        painter.end()

    def _edge(self, painter: QPainter, pill: QPainterPath) -> None:
        """Words lie on the filled part, so that its ground is close to the other one: lines tell where it ends."""
        theme = style.current()
        if 0 < self._share < 1:
            at = self.width() * self._share
            painter.setClipPath(pill)
            painter.fillRect(QRectF(at - theme.edge, 0, theme.edge, self.height()), QColor(theme.accent))
            painter.setClipping(False)
        painter.setPen(QPen(QColor(theme.hairline), theme.edge))
        painter.drawPath(pill)


def _clock(seconds: float) -> str:
    """Seconds as 0:04 or 1:02:03."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"
