"""How the rows of a table are divided, on one line: the bar of the parts, and how many rows each has."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from gui.plain_text import PlainLabel, plain_tip
from gui.splits.bar import Segment, SplitBar
from gui.splits.strip import PARTS, SplitFacts, part_tip
from gui.theme.style import set_role

_BAR = 200


class SplitLine(QWidget):
    """Hidden while the rows are not known. It is changed at the data block, not here."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar, self.words = SplitBar(fixed=True), PlainLabel()
        self.bar.setFixedWidth(_BAR)
        set_role(self.words, "quiet")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.bar)
        row.addWidget(self.words)
        row.addStretch(1)
        self.hide()

    def show_split(self, facts: SplitFacts | None) -> None:
        """Show a division; None where it is not known."""
        rows = None if facts is None else facts.rows
        self.setVisible(rows is not None)
        if facts is None or rows is None:
            return
        total = max(1, sum(rows.values()))
        counts = {name: rows.get(name, 0) for name in PARTS}
        segments = [Segment(counts[name] / total, name, part_tip(facts, name, counts[name])) for name in PARTS]
        self.bar.show_segments(segments, (False, False))
        words = " · ".join(f"{count:,} {_AS[name]}" for name, count in counts.items())
        self.words.setText(words)
        self.bar.setAccessibleName("Split")
        self.bar.setAccessibleDescription(words)
        self.words.setToolTip(plain_tip(facts.words))


_AS = {"train": "training", "validation": "validation", "test": "test"}
