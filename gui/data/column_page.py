"""One column of a table: what it was taken for and why, how its values are spread, and what it is to be for."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QStandardItemModel
from PySide6.QtWidgets import QCheckBox, QComboBox, QSizePolicy, QVBoxLayout, QWidget

from engine.counting import counted
from engine.data.column_settings import ColumnSetting
from engine.data.fields import DataField, Feature, Role
from engine.data.sources.own_table_roles import CHOICES
from engine.data.sources.own_table_view import ColumnSummary
from engine.number_text import rounded
from engine.text import printable
from gui.data.column_choices import ColumnChoices
from gui.data_warnings import WarningList
from gui.elided import ElidedLabel
from gui.painted_bars import paint_bars
from gui.plain_text import PlainLabel, plain_tip
from gui.theme import fonts
from gui.theme.contrast import mix
from gui.theme.style import current, set_role

_LINE, _CHART = 22, 96
_ROLE_WORDS = {
    Role.INPUT: "Input: learned from",
    Role.TARGET: "Target: to be predicted",
    Role.GROUP: "Group: its rows stay in one split",
    Role.TIME: "Time: the latest rows are tested on",
    Role.PARTS: "Split: train, validation or test",
    Role.UNUSED: "Left out",
}
_NO_OTHER = "To leave the target out, make another column the target first."


class SpreadChart(QWidget):
    """How the values of a column are spread: a histogram of numbers, the most frequent of other values."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._summary: ColumnSummary | None = None
        self._rows = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_summary(self, summary: ColumnSummary, rows: int) -> None:
        """Show a column of a table of ``rows``."""
        self._summary, self._rows = summary, rows
        self.setFixedHeight(self.sizeHint().height())
        self.update()

    def sizeHint(self) -> QSize:
        summary = self._summary
        if summary is None:
            return QSize(200, 0)
        return QSize(200, _CHART + _LINE if summary.is_number else _LINE * len(summary.top))

    def paintEvent(self, event: QPaintEvent) -> None:
        summary, theme = self._summary, current()
        if summary is None:
            return
        painter = QPainter(self)
        painter.setFont(fonts.font("small"))
        bar = mix(theme.panel, theme.quiet, 0.6)
        if summary.is_number:
            paint_bars(painter, QRectF(0, 0, self.width(), _CHART), summary.bars, bar)
            painter.setPen(QColor(theme.quiet))
            line = QRectF(0, _CHART, self.width(), _LINE)
            painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, rounded(summary.low))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, rounded(summary.high))
            return
        most, width = max(summary.bars, default=1), self.width()
        for place, (text, count) in enumerate(summary.top):
            line = QRectF(0, place * _LINE, width, _LINE)
            share = width * 0.3 * count / most
            painter.fillRect(QRectF(width * 0.5, line.top() + 6, max(1.0, share), _LINE - 12), QColor(bar))
            painter.setPen(QColor(theme.text))
            words = painter.fontMetrics().elidedText(
                printable(text[:200]), Qt.TextElideMode.ElideRight, int(width * 0.48)
            )
            painter.drawText(QRectF(line.topLeft(), QPointF(width * 0.49, line.bottom())), _LEFT, words)
            painter.setPen(QColor(theme.quiet))
            painter.drawText(line, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, f"{count:,}")


_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ColumnPage(QWidget):
    """``role_wanted(name, Role)``, ``label_wanted(name, on)`` and ``log_wanted(name, on)`` tell what is chosen for the
    column on show."""

    role_wanted = Signal(str, object)
    label_wanted = Signal(str, bool)
    log_wanted = Signal(str, bool)
    chosen = Signal(str, object, str)
    """What else is chosen, as ``ColumnChoices.chosen``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = ""
        self.title, self.kind = ElidedLabel(), PlainLabel()
        self.reason, self.figures, self.note = PlainLabel(), PlainLabel(), PlainLabel(_NO_OTHER)
        self.chart = SpreadChart()
        self.role = QComboBox()
        self.label = QCheckBox("One of several labels")
        self.choices = ColumnChoices()
        self.warnings = WarningList()
        """What there is to say of the column on show."""
        self.log = QCheckBox("Take the logarithm, log(1 + x)")
        set_role(self.title, "title")
        for label in (self.reason, self.figures, self.note):
            label.setWordWrap(True)
            set_role(label, "quiet")
        for role in CHOICES:
            self.role.addItem(_ROLE_WORDS[role], role.value)
        self.role.setAccessibleName("What the column is for")
        self.label.setToolTip(
            plain_tip("Learned together with the other targets: a row may have several labels or none.")
        )
        self.log.setToolTip(plain_tip("For positive, skewed numbers: a few large ones weigh less."))
        use = PlainLabel("What it is for")
        use.setBuddy(self.role)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        for widget in (
            self.title,
            self.kind,
            self.warnings,
            self.chart,
            self.figures,
            self.reason,
            use,
            self.role,
            self.note,
        ):
            column.addWidget(widget)
        column.addWidget(self.label)
        column.addWidget(self.log)
        column.addWidget(self.choices)
        column.addStretch(1)
        self.choices.chosen.connect(self.chosen)
        self.role.activated.connect(self._choose_role)
        self.label.clicked.connect(self._choose_label)
        self.log.clicked.connect(self._choose_log)

    @property
    def column_name(self) -> str:
        """Of the column on show, "" for none."""
        return self._name

    def show_column(
        self,
        name: str,
        summary: ColumnSummary,
        rows: int,
        field: DataField | None,
        setting: ColumnSetting | None = None,
        *,
        may_be_label: bool = False,
    ) -> None:
        """Show a column of a table of ``rows``; ``field`` is what it was taken for, None while that is not known.

        ``may_be_label``: it is one of several labels, or can be one more.
        """
        self._name = name
        setting = setting or ColumnSetting()
        title = printable(f"{setting.title} ({name} in the file)" if setting.title else name)
        self.title.setText(title)
        self.title.setToolTip(plain_tip(title))
        self.chart.show_summary(summary, rows)
        self.figures.setText(_figures(summary, rows))
        self.kind.setText("" if field is None else _kind(field))
        self.reason.setText("" if field is None else printable(field.reason))
        self.reason.setVisible(bool(self.reason.text()))
        is_target = field is not None and field.role is Role.TARGET
        self.role.setEnabled(field is not None and not is_target)
        self.note.setVisible(is_target and not may_be_label)
        self.label.setVisible(may_be_label)
        self.label.setChecked(is_target)
        model = self.role.model()
        if isinstance(model, QStandardItemModel) and (item := model.item(self.role.findData(Role.PARTS.value))):
            item.setEnabled(summary.tells_parts)  # with the arrow keys one gets past it
        if field is not None:
            role = Role.UNUSED if field.role is Role.IDENTITY else field.role
            self.role.setCurrentIndex(max(0, self.role.findData(role.value)))
        numbers = field is not None and field.role is Role.INPUT and field.feature is Feature.NUMBER
        self.log.setVisible(numbers and summary.is_number and summary.low > -1)
        self.log.setChecked(field is not None and field.log)
        self.choices.show_column(name, summary, field, setting)

    @Slot(int)
    def _choose_role(self, place: int) -> None:
        self.role_wanted.emit(self._name, Role(self.role.itemData(place)))

    @Slot(bool)
    def _choose_label(self, on: bool) -> None:
        self.label_wanted.emit(self._name, on)

    @Slot(bool)
    def _choose_log(self, on: bool) -> None:
        self.log_wanted.emit(self._name, on)


def _kind(field: DataField) -> str:
    words = field.feature.value[:1].upper() + field.feature.value[1:]
    return words if field.role is Role.INPUT else f"{words} · {field.role.value}"


def _figures(summary: ColumnSummary, rows: int) -> str:
    share = f" ({100 * summary.missing / rows:.3g} %)" if summary.missing and rows else ""
    missing = f"{summary.missing:,} of {counted(rows, 'row')} missing{share}" if summary.missing else "None missing"
    lines = [missing, f"{counted(summary.different, 'different value', 'different values')}"]
    if summary.is_number:
        lines.append(f"Median {rounded(summary.median)}")
    more = summary.different - len(summary.top)
    if not summary.is_number and more > 0:
        lines[1] += f", the {len(summary.top)} most frequent shown"
    return "\n".join(lines)
