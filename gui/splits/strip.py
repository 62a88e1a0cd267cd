"""How the rows of a dataset are divided, as a strip: a bar of the parts, what each of them is, and why.

The boundaries are moved by mouse or by keyboard; what that comes to is one step of undo.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from engine.counting import counted
from engine.reports.data_words import short_name
from engine.reports.split_words import TITLES
from gui.plain_text import PlainLabel, plain_tip
from gui.splits.bar import Segment, SplitBar, paint_segment
from gui.splits.shares import Shares
from gui.theme.style import current, notifier, set_role

PARTS = ("train", "validation", "test")
_REST_MS = 1_000
"""How long keys rest before the next step is another step of undo."""
_MOST_CLASSES = 12
"""So many classes are named of a part; of more, the most frequent."""


@dataclass(frozen=True)
class SplitFacts:
    """What the strip shows: the ``shares``, and what is known of the rows.

    ``rows`` of each part, None while they are not read; ``classes`` are the rows of each class by part, empty for what
    has none, and ``names`` what the classes are called. ``words`` say how rows were divided and why, ``unit`` what a
    row is called, for one and for several.
    """

    shares: Shares
    rows: Mapping[str, int] | None = None
    classes: Mapping[str, Sequence[int]] = field(default_factory=dict)
    names: Sequence[str] = ()
    words: str = ""
    unit: tuple[str, str] = ("sample", "samples")


class SplitStrip(QWidget):
    """``moved(validation, test)`` tells the shares that are wanted, ``settled`` that a gesture is finished."""

    moved = Signal(float, float)
    settled = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = SplitFacts(Shares(0.0, 0.0))
        self._drafted: Shares | None = None
        """The shares while a boundary is being dragged."""
        self._total: int | None = None
        self._resting = QTimer(self)
        self._resting.setSingleShot(True)
        self._resting.setInterval(_REST_MS)
        self._resting.timeout.connect(self.settled)
        self.bar = SplitBar()
        self.words = PlainLabel()
        self.lines = {name: _LegendLine(name) for name in PARTS}
        """What is said of each part."""
        self._lay_out()
        self.bar.stepped.connect(self._step)
        self.bar.dragged.connect(self._drag)
        self.bar.dropped.connect(self._drop)
        self.bar.cancelled.connect(self._cancel)
        self.bar.left.connect(self._end_gesture)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        title = PlainLabel("Split")
        set_role(title, "section")
        column.addWidget(title)
        column.addWidget(self.bar)
        grid = QGridLayout()
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(1, 1)
        for row, line in enumerate(self.lines.values()):
            for place, widget in enumerate((line.swatch, line.title, line.rows, line.share)):
                side = Qt.AlignmentFlag.AlignRight if place > 1 else Qt.AlignmentFlag.AlignLeft
                grid.addWidget(widget, row, place, side | Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(grid)
        self.words.setWordWrap(True)
        set_role(self.words, "caption")
        column.addWidget(self.words)
        first, second = self.bar.boundaries
        first.setAccessibleName("Training, in percent")
        second.setAccessibleName("Test, in percent")
        keys = "Left and Right move the boundary by 1 %, Page Up and Page Down by 10 %."
        first.setAccessibleDescription(f"Where training ends and validation begins. {keys}")
        second.setAccessibleDescription(f"Where the test begins. {keys}")
        for boundary in self.bar.boundaries:
            boundary.setToolTip(plain_tip(boundary.accessibleDescription()))

    @property
    def shares(self) -> Shares:
        """The shares on show, those of a boundary that is being dragged too."""
        return self._drafted or self._facts.shares

    @property
    def test_width(self) -> float:
        """The part of all rows that is for the test, 0 … 1."""
        return self._widths()[2]

    def show_split(self, facts: SplitFacts, *, same_rows: bool = False) -> None:
        """Show a division. ``same_rows``: the rows are those shown before, divided otherwise."""
        self._total = sum(facts.rows.values()) if facts.rows else self._total if same_rows else None
        self._facts = facts
        if not self.bar.held:
            self._drafted = None
        self._show()

    def _show(self) -> None:
        facts, shares = self._facts, self.shares
        widths, rows, about = self._widths(), self._rows(), self._drafted is not None or facts.rows is None
        for name, width in zip(PARTS, widths, strict=True):
            count = None if rows is None else rows[name]
            self.lines[name].show_part(count, width, about=about, tip=self._tip(name, count, about=about))
        segments = [Segment(width, name, self.lines[name].tip) for name, width in zip(PARTS, widths, strict=True)]
        movable = (shares.can_move(0), shares.can_move(1))
        self.bar.show_segments(segments, movable)
        self.bar.setAccessibleName("Split")
        self.bar.setAccessibleDescription(". ".join(line.spoken for line in self.lines.values()))
        for number, boundary in enumerate(self.bar.boundaries):
            low, high = shares.bounds(number)
            place = shares.boundaries[number]
            percents = [round(100 * (one if number == 0 else 1 - one)) for one in (place, low, high)]
            boundary.show_value(percents[0], min(percents[1:]), max(percents[1:]))
        self.words.setText(facts.words)
        self.words.setVisible(bool(facts.words))

    def _widths(self) -> tuple[float, float, float]:
        """Of the parts, by their rows where these are known."""
        rows = self._facts.rows
        if rows is None or self._drafted is not None or not sum(rows.values()):
            return self.shares.widths
        total = sum(rows.values())
        train, held, judged = (rows.get(name, 0) / total for name in PARTS)
        return train, held, judged

    def _rows(self) -> Mapping[str, int] | None:
        if self._facts.rows is not None and self._drafted is None:
            return self._facts.rows
        if self._total is None:
            return None
        _, held, judged = (round(width * self._total) for width in self.shares.widths)
        return {"train": self._total - held - judged, "validation": held, "test": judged}

    def _tip(self, name: str, count: int | None, *, about: bool) -> str:
        return part_tip(self._facts, name, count, about=about)

    # Moving a boundary

    @Slot(int, int)
    def _step(self, boundary: int, percent: int) -> None:
        self._offer(self.shares.stepped(boundary, percent))
        self._resting.start()

    @Slot(int, float)
    def _drag(self, boundary: int, place: float) -> None:
        self._drafted = self._facts.shares.moved(boundary, place, 2)
        self._show()

    @Slot()
    def _drop(self) -> None:
        drafted, self._drafted = self._drafted, None
        if drafted is not None:
            self._offer(drafted)
            self._end_gesture()
        self._show()
        self.settled.emit()

    @Slot()
    def _cancel(self) -> None:
        self._drafted = None
        self._show()

    def _offer(self, shares: Shares) -> None:
        if shares != self._facts.shares:
            self.moved.emit(shares.validation, shares.test)

    @Slot()
    def _end_gesture(self) -> None:
        """What was moved so far by keys is one step of undo."""
        if self._resting.isActive():
            self._resting.stop()
            self.settled.emit()


class _LegendLine:
    """What is said of a part: its sign, its name, its rows and its share."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.swatch, self.title = _Swatch(name), PlainLabel(TITLES[name])
        self.rows, self.share = PlainLabel(), PlainLabel()
        self.tip = self.spoken = ""
        for label in (self.rows, self.share):
            set_role(label, "number")

    def show_part(self, count: int | None, width: float, *, about: bool, tip: str) -> None:
        """Show how many rows there are, None while that is not known, and which part of all they are."""
        about = about and bool(count)
        self.rows.setText("" if count is None else f"{'≈ ' if about else ''}{count:,}")
        self.share.setText(_percent(width, none=count == 0 or (count is None and width == 0)))
        self.tip = tip
        self.spoken = " ".join(filter(None, (TITLES[self.name], self.rows.text(), f"({self.share.text()})")))
        for widget in (self.swatch, self.title, self.rows, self.share):
            widget.setToolTip(plain_tip(tip))


class _Swatch(QWidget):
    """How a part is painted on the bar."""

    def __init__(self, look: str) -> None:
        super().__init__()
        self._look = look
        self.setFixedSize(QSize(14, 12))
        notifier().changed.connect(self.update)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_segment(painter, QRectF(self.rect()), self._look, current())


def part_tip(facts: SplitFacts, name: str, count: int | None, *, about: bool = False) -> str:
    """What a part says under the mouse: its rows, and those of each class where these are known."""
    lines = [TITLES[name] if count is None else f"{TITLES[name]}: {_rows_words(count, facts.unit, about=about)}"]
    classes = () if about else facts.classes.get(name, ())
    many = len(classes) > _MOST_CLASSES
    order = sorted(range(len(classes)), key=lambda at: -classes[at]) if many else range(len(classes))
    for at in order[:_MOST_CLASSES]:
        called = short_name(facts.names[at]) if at < len(facts.names) else str(at)
        lines.append(f"{called}: {classes[at]:,}")
    if many:
        lines.append(f"… {counted(len(classes) - _MOST_CLASSES, 'more class', 'more classes')}")
    return "\n".join(lines)


def _percent(share: float, *, none: bool) -> str:
    percent = 100 * share
    if none:
        return "0 %"
    if percent < 0.1:
        return "< 0.1 %"
    return f"{percent:.0f} %" if abs(percent - round(percent)) < 0.05 else f"{percent:.1f} %"


def _rows_words(count: int, unit: tuple[str, str], *, about: bool) -> str:
    return f"{'about ' if about else ''}{counted(count, *unit)}"
