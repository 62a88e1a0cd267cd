"""How a row of the outline looks."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from engine.graph.advice.problems import Severity
from engine.text import printable
from gui.panels.outline_model import OutlineModel
from gui.panels.outline_rows import Entry
from gui.theme import icons
from gui.theme.fonts import font
from gui.theme.style import current
from gui.theme.tokens import RADII

ROW, INDENT = 40, 14
_Index = QModelIndex | QPersistentModelIndex


class RowPainter(QStyledItemDelegate):
    """Paints a row in two lines: badge, name and what it gives; below them the kind and where its data come from."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(140, ROW)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: _Index) -> None:
        left = option.rect.left() + 30
        editor.setGeometry(left, option.rect.top() + 4, option.rect.right() - left - 6, ROW - 8)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        model = index.model()
        assert isinstance(model, OutlineModel)
        row, theme, rect = model.entry(index), current(), QRectF(option.rect)
        if row is None:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        box = rect.adjusted(2, 1, -2, -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(theme.selected if chosen else theme.hover))
            painter.drawRoundedRect(box, RADII.field, RADII.field)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(QColor(theme.accent), theme.stroke(1.0)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADII.field, RADII.field)
        left = rect.left() + 8.0 + INDENT * row.depth
        if row.depth:
            painter.setPen(QPen(QColor(theme.border), theme.stroke(1.0)))
            x = rect.left() + 15.0
            painter.drawLine(QPointF(x, rect.top()), QPointF(x, rect.bottom()))
        badge = QRectF(left, rect.top() + 4.0, 16.0, 16.0)
        if row.family:
            icons.paint_family(painter, row.family, badge)
        else:
            icons.paint_icon(painter, "note", badge, theme.quiet)
        self._words(painter, row, QRectF(left + 22.0, rect.top(), rect.right() - left - 30.0, rect.height()))
        painter.restore()

    def _words(self, painter: QPainter, row: Entry, box: QRectF) -> None:
        theme = current()
        upper = QRectF(box.left(), box.top() + 2.0, box.width(), 20.0)
        lower = QRectF(box.left(), box.top() + 20.0, box.width(), 16.0)
        middle, right = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        if row.label:
            painter.setFont(font("small-number"))
            painter.setPen(QColor(theme.quiet))
            painter.drawText(upper, right, row.label)
            upper.setRight(upper.right() - painter.fontMetrics().horizontalAdvance(row.label) - 8)
        painter.setFont(font("strong"))
        painter.setPen(QColor(theme.text))
        elide = Qt.TextElideMode.ElideRight
        name = printable(row.name)
        painter.drawText(upper, middle, painter.fontMetrics().elidedText(name, elide, int(upper.width())))
        painter.setFont(font("caption"))
        if row.trouble:
            colours = {Severity.ERROR: theme.error_text, Severity.WARNING: theme.warning_text}
            painter.setPen(QColor(colours.get(row.severity or Severity.HINT, theme.accent)))
            painter.drawText(lower, right, row.trouble)
            lower.setRight(lower.right() - painter.fontMetrics().horizontalAdvance(row.trouble) - 8)
        painter.setPen(QColor(theme.quiet))
        painter.drawText(lower, middle, painter.fontMetrics().elidedText(row.detail, elide, int(lower.width())))
