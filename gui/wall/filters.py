"""The row of choices above the wall: which class, split and prediction, what stands in the name, and how large."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QLineEdit, QSizePolicy, QSlider, QVBoxLayout, QWidget

from engine.data.pictures.layout import GivenPart
from engine.text import printable
from gui.plain_text import PlainLabel, plain_tip
from gui.wall.sieve import UNSURE_BELOW, ByPrediction, Sifted, WantedImages
from gui.wall.view import LEAST, MOST, SIDE

SPLIT_WORDS = {
    GivenPart.TRAIN: "training",
    GivenPart.VALIDATION: "validation",
    GivenPart.TEST: "test",
    GivenPart.ANY: "excluded",
}
_VERDICT_WORDS = {
    ByPrediction.ANY: "Any prediction",
    ByPrediction.RIGHT: "Right",
    ByPrediction.WRONG: "Wrong",
    ByPrediction.UNSURE: "Unsure",
}
_WIDEST = 40


class WallFilters(QWidget):
    """``changed``: something else is wanted. ``sized(side)``: thumbnails of another size are."""

    changed = Signal()
    sized = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.part, self.verdict = QComboBox(), QComboBox(), QComboBox()
        self.text, self.edited = QLineEdit(), QCheckBox("Edited")
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self._classes: tuple[str, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 16, 8)
        row.setSpacing(12)
        for words, widget in (
            ("Class", self.label),
            ("Split", self.part),
            ("Prediction", self.verdict),
            ("Name contains", self.text),
            ("Size", self.slider),
        ):
            column = QVBoxLayout()
            column.setSpacing(2)
            title = PlainLabel(words)
            title.setBuddy(widget)
            widget.setAccessibleName(words)
            column.addWidget(title)
            column.addWidget(widget)
            row.addLayout(column, 1 if widget is self.text else 0)
        row.insertWidget(4, self.edited, 0, Qt.AlignmentFlag.AlignBottom)
        for box in (self.label, self.part, self.verdict):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
            box.setMaximumWidth(240)
            box.setMaxVisibleItems(24)
            box.activated.connect(self._chosen)
        self.text.setClearButtonEnabled(True)
        self.text.setMinimumWidth(110)
        self.text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.text.textChanged.connect(self._chosen)
        self.edited.clicked.connect(self._chosen)
        self.slider.setRange(LEAST, MOST)
        self.slider.setValue(SIDE)
        self.slider.setSingleStep(8)
        self.slider.setPageStep(24)
        self.slider.setFixedWidth(110)
        self.slider.setToolTip(plain_tip("How large the images are shown"))
        self.slider.valueChanged.connect(self.sized)
        self.verdict.setToolTip(
            plain_tip(
                "What the trained network says. Unsure: the probability of its likeliest class is below "
                f"{UNSURE_BELOW:.0%}, right or wrong."
            )
        )

    @property
    def wanted(self) -> WantedImages:
        """What is chosen."""
        verdict = self.verdict.currentData()
        return WantedImages(
            self.label.currentData(),
            self.part.currentData(),
            self.text.text(),
            ByPrediction.ANY if verdict is None else ByPrediction(verdict),
            self.edited.isChecked(),
        )

    def begin(self, classes: tuple[str, ...], *, named: bool, may_edit: bool) -> None:
        """Offer these classes; ``named``: whether the images have names, ``may_edit``: whether they can be edited."""
        self.edited.setVisible(may_edit)
        if not may_edit:
            self.edited.setChecked(False)
        if classes != self._classes:
            self.label.clear()
        self._classes = classes
        self.text.setEnabled(named)
        if not named:
            self.text.clear()
            self.text.setToolTip(plain_tip("These images have no file names."))
        else:
            self.text.setToolTip("")

    def show_counts(self, sifted: Sifted, known: int) -> None:
        """How many there are by each choice; ``known``: of how many images the network's prediction is known."""
        names = [
            f"{printable(name)[:_WIDEST]} ({count:,})"
            for name, count in zip(self._classes, sifted.by_label, strict=True)
        ]
        _fill(
            self.label, [(f"All classes ({sifted.of_labels:,})", None), *((text, at) for at, text in enumerate(names))]
        )
        parts = [
            (part, SPLIT_WORDS[part]) for part in SPLIT_WORDS if part or sifted.by_part[0] or self.wanted.part == 0
        ]
        _fill(
            self.part,
            [
                (f"All ({sifted.of_parts:,})", None),
                *((f"{words.capitalize()} ({sifted.by_part[int(part)]:,})", int(part)) for part, words in parts),
            ],
        )
        _fill(
            self.verdict,
            [(f"{_VERDICT_WORDS[one]} ({sifted.by_verdict[one]:,})", one.value) for one in _VERDICT_WORDS],
        )
        self.verdict.setEnabled(known > 0 or self.wanted.verdict is not ByPrediction.ANY)
        self.edited.setText(f"Edited ({sifted.edited:,})")

    @Slot()
    def _chosen(self, *_values: object) -> None:
        self.changed.emit()


def _fill(box: QComboBox, entries: list[tuple[str, object]]) -> None:
    """Give a box these words, and keep what is chosen by its meaning."""
    chosen = box.currentData()
    with QSignalBlocker(box):
        if box.count() != len(entries):
            box.clear()
            for words, value in entries:
                box.addItem(words, value)
            box.setCurrentIndex(max(0, box.findData(chosen)))
            return
        for at, (words, value) in enumerate(entries):
            if box.itemText(at) != words or box.itemData(at) != value:
                box.setItemText(at, words)
                box.setItemData(at, value)
