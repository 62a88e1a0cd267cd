"""The bar at the top: the project, undo, the settings one changes most, Train, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QIcon, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QStyle,
    QStyleOptionToolButton,
    QStylePainter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from engine.text import printable
from engine.training.data_loading import kind_chosen
from engine.training.recipe import Recipe, Setting
from engine.training.recipe_changes import SettingDifference
from gui.document import Document
from gui.panels.fields import Field, explain, field_for
from gui.plain_text import PlainLabel, caption, plain_tip
from gui.progress_pill import ProgressPill
from gui.theme import icons, style
from gui.theme.style import notifier, set_role
from gui.training.run_words import waiting_words


@dataclass(frozen=True)
class QuickField:
    """A setting on the bar: how wide its field is, in pixels, in a roomy and in a ``narrow`` bar.

    ``title`` and, in a narrow bar, ``short`` stand in place of the declared title where that is too long.
    """

    path: str
    width: int
    narrow: int
    title: str = ""
    short: str = ""

    def titled(self, declared: str, *, narrow: bool) -> str:
        """What stands above the field."""
        return (self.short if narrow else "") or self.title or declared


QUICK_FIELDS = (
    QuickField("optimizer.kind", 104, 104),
    QuickField("optimizer.learning_rate", 84, 72, short="Rate"),
    QuickField("batch_size", 68, 64, title="Batch"),
    QuickField("epochs", 66, 64),
)
QUICK = tuple(field.path for field in QUICK_FIELDS)
"""Those where it is not known what is learned; a kind of learning names its own (``TaskKind.quick``)."""
_USUAL_WIDTH = (74, 66)
"""How wide the field of any other setting is, in a roomy and in a narrow bar."""
_BUTTON_WORDS = ("Train", "Continue", "Training…", "Stopping…", "Resume")
_ARROW = 20
"""Width of the part of the Train button that opens its menu."""
_GAPS, _NARROW_GAPS = (8, 4), (2, 0)
"""Before the buttons that undo, and behind them, besides the space between any two."""
_CHEVRON = 42
"""What the dataset's button needs beside its words."""


@dataclass(frozen=True)
class ToolbarFit:
    """How the bar is laid out. ``name`` and ``dataset`` are the room for the names of both, in pixels."""

    brand: bool
    name: int
    narrow: bool = False
    dataset: int = 150


FITS = (
    ToolbarFit(True, 130, dataset=200),
    ToolbarFit(True, 130),
    ToolbarFit(False, 130),
    ToolbarFit(False, 110, True, 126),
    ToolbarFit(False, 40, True, 126),
    ToolbarFit(False, 0, True, 126),
)
"""From roomy to tight. The title bar says the names too, so they give way first, and then the boxes."""


class TrainButton(QToolButton):
    """A tool button with its icon and word in the middle: Qt writes them at the left, whatever the width.

    Where there are several ways to train, an arrow at its right opens a menu of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._ways = QMenu(self)
        self._ways.setToolTipsVisible(True)
        self.narrow = False

    def offer(self, ways: list[QAction]) -> None:
        """Show these actions in a menu beside the button; none for no menu."""
        if ways == self._ways.actions():
            return
        self._ways.clear()
        self._ways.addActions(ways)
        self.setMenu(self._ways if ways else None)  # type: ignore[arg-type]  # None takes it away
        mode = QToolButton.ToolButtonPopupMode
        self.setPopupMode(mode.MenuButtonPopup if ways else mode.DelayedPopup)
        self.update()

    def sizeHint(self) -> QSize:
        # As wide for every word and with or without the arrow: nothing beside it moves when the state changes.
        letters = self.fontMetrics()
        words = max(map(letters.horizontalAdvance, _BUTTON_WORDS))
        around = 8 if self.narrow else 24
        return QSize(words + self.iconSize().width() + around + _ARROW, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionToolButton()
        self.initStyleOption(option)
        icon, words, size = self.icon(), self.text(), self.iconSize()
        option.icon, option.text = QIcon(), ""
        painter.drawComplexControl(QStyle.ComplexControl.CC_ToolButton, option)
        width = self.fontMetrics().horizontalAdvance(words)
        room = self.width() - (_ARROW if self.menu() is not None else 0)
        left = (room - size.width() - 4 - width) // 2
        mode = QIcon.Mode.Normal if self.isEnabled() else QIcon.Mode.Disabled
        icon.paint(painter, QRect(QPoint(left, (self.height() - size.height()) // 2), size), mode=mode)
        theme = style.current()
        painter.setPen(QColor(theme.on_accent if self.isEnabled() else theme.quiet))
        colour = theme.on_accent if self.isEnabled() else theme.quiet
        place = QRect(left + size.width() + 4, 0, width + 4, self.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, words)
        if self.menu() is not None:
            painter.fillRect(QRect(room, 7, 1, self.height() - 14), QColor(colour))
            chevron = icons.icon("chevron-down", colour)
            chevron.paint(painter, QRect(room + 1, 0, _ARROW - 2, self.height()), Qt.AlignmentFlag.AlignCenter)


class Toolbar(QWidget):
    """Shows and edits the recipe's first settings; its buttons are the actions that the window gives it."""

    choose_dataset = Signal()
    refused = Signal(str)

    def __init__(self, document: Document, actions: dict[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._actions = actions
        set_role(self, "toolbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._fields: dict[str, Field] = {}
        self._columns: dict[str, QVBoxLayout] = {}
        self._quick = {field.path: field for field in QUICK_FIELDS}
        self.headings: dict[str, QLabel] = {}
        self._titles: dict[str, str] = {}
        """The declared titles of the settings on the bar, by path."""
        self._parameters: dict[str, Any] = {}
        self.name, self.unsaved_mark = PlainLabel(), PlainLabel("●")
        self._title, self._dataset = "", ""
        self._fit = FITS[0]
        # Widgets, because a layout's own spaces are deleted with it, and once more with whoever holds them here.
        self._gaps = [QWidget() for _ in _GAPS]
        self.dataset = QPushButton()
        self.train = TrainButton()
        self.progress = ProgressPill()
        self._buttons: list[tuple[QToolButton, str]] = []
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(16, 7, 16, 7)
        self._row.setSpacing(8)
        self._add_title()
        self._add_settings()
        self._row.addStretch(1)
        self._add_run()
        self.setFixedHeight(64)
        document.changed.connect(self._refresh)
        notifier().changed.connect(self._dress)
        self._dress()
        self._refresh()

    def _add_title(self) -> None:
        self.brand = PlainLabel("Sketchnet")
        set_role(self.brand, "title")
        set_role(self.name, "quiet")
        self.unsaved_mark.setToolTip("Not saved yet")
        self.unsaved_mark.setAccessibleName("Not saved yet")
        set_role(self.unsaved_mark, "warning")
        # Its place is kept, so that the first edit moves nothing.
        keeping = self.unsaved_mark.sizePolicy()
        keeping.setRetainSizeWhenHidden(True)
        self.unsaved_mark.setSizePolicy(keeping)
        self.unsaved_mark.hide()
        for widget in (self.brand, self.name, self.unsaved_mark):
            self._row.addWidget(widget)
        self._row.addWidget(self._gaps[0])
        for name in ("undo", "redo"):
            self._row.addWidget(self._button(name))
        self._row.addWidget(self._gaps[1])

    def _button(self, name: str) -> QToolButton:
        button = QToolButton()
        self._actions[name].setIconVisibleInMenu(False)  # of a menu's entries a few would have one
        button.setDefaultAction(self._actions[name])
        button.setIconSize(QSize(16, 16))
        button.setFixedSize(32, 32)
        self._buttons.append((button, name))
        return button

    def _add_settings(self) -> None:
        column = self._column("dataset", "Dataset")
        self.dataset.setAccessibleName("Dataset")
        self.dataset.setFixedSize(self._fit.dataset, 28)
        self.dataset.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.dataset.setIconSize(QSize(14, 14))
        self.dataset.setStyleSheet("text-align: left; min-height: 18px; padding-top: 4px; padding-bottom: 4px;")
        self.dataset.clicked.connect(self.choose_dataset)
        column.addWidget(self.dataset)
        self._behind_dataset = self._row.count()
        declared = {setting.path: setting.parameter.title for setting in Recipe().settings()}
        for field in QUICK_FIELDS:
            self._titles[field.path] = declared[field.path]
            self._columns[field.path] = self._column(field.path, field.titled(declared[field.path], narrow=False))

    def _need_column(self, setting: Setting) -> None:
        """A place for a setting that was not on the bar before, right behind the dataset."""
        if setting.path not in self._columns:
            title = setting.parameter.title
            self._quick[setting.path] = QuickField(setting.path, *_USUAL_WIDTH)
            self._titles[setting.path] = title
            self._columns[setting.path] = self._column(setting.path, title, self._behind_dataset)

    def _column(self, path: str, title: str, place: int = -1) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(1)
        label = PlainLabel(title.upper())
        set_role(label, "section")
        self.headings[path] = label
        column.addWidget(label)
        self._row.insertLayout(place, column)
        return column

    def _add_run(self) -> None:
        self._actions["train"].setIconVisibleInMenu(False)  # it has the colour of words on the button
        self.train.setDefaultAction(self._actions["train"])
        self.train.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.train.setFixedHeight(34)
        set_role(self.train, "primary")
        self._row.addWidget(self.train)
        for name in ("pause", "step", "stop"):
            self._row.addWidget(self._button(name))
        self._row.addSpacing(4)
        self._row.addWidget(self.progress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._find_fit(event.size().width())
        super().resizeEvent(event)

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        # What needs more room than it did, as another field or another font, would squeeze the others.
        asked = event.type() == QEvent.Type.LayoutRequest and self._fit is not FITS[-1]
        if asked and self._row.minimumSize().width() > self.width():
            self._find_fit(self.width())
        return handled

    def _find_fit(self, width: int) -> None:
        """Take the roomiest arrangement in which nothing is squeezed."""
        for fit in FITS:
            self._arrange(fit)
            for column in self._row.findChildren(QVBoxLayout):
                column.invalidate()  # by itself it hears only later of what lies in it
            self._row.invalidate()
            if self._row.minimumSize().width() <= width:
                return

    def _arrange(self, fit: ToolbarFit) -> None:
        self._fit = fit
        self.brand.setVisible(fit.brand)
        self.name.setVisible(fit.name > 0)
        self.name.setFixedWidth(fit.name)  # whatever the project is called, nothing behind it moves
        self.name.setText(self.fontMetrics().elidedText(printable(self._title), Qt.TextElideMode.ElideMiddle, fit.name))
        for gap, width in zip(self._gaps, _NARROW_GAPS if fit.narrow else _GAPS, strict=True):
            gap.setFixedWidth(width)
            gap.setVisible(width > 0)
        self.train.narrow = fit.narrow
        self.train.updateGeometry()
        edge = 8 if fit.narrow else 16
        self._row.setContentsMargins(edge, 7, edge, 7)
        self._row.setSpacing(6 if fit.narrow else 8)
        self.dataset.setFixedWidth(fit.dataset)
        self._show_dataset()
        for field in self._quick.values():
            title = field.titled(self._titles[field.path], narrow=fit.narrow)
            self.headings[field.path].setText(title.upper())
            if field.path in self._fields:
                self._fields[field.path].setFixedWidth(self._width(field.path))

    def _width(self, path: str) -> int:
        """How wide the field of a setting is now, in pixels."""
        field = self._quick[path]
        return field.narrow if self._fit.narrow else field.width

    # Showing

    def show_title(self, name: str, dirty: bool) -> None:
        """The project's name, and whether it holds something that is not saved."""
        self.unsaved_mark.setVisible(dirty)
        if name != self._title:
            self._title = name
            self.name.setToolTip(plain_tip(name))
            self._find_fit(self.width())

    @Slot()
    def _refresh(self, *_values: object) -> None:
        recipe: Recipe = self._document.recipe
        settings = {setting.path: setting for setting in recipe.settings()}
        kind = kind_chosen(recipe)
        quick = QUICK if kind is None else kind.quick
        for path in reversed(quick):
            if path in settings:
                self._need_column(settings[path])
        for path, column in self._columns.items():
            self._show_setting(path, column, settings.get(path))
            shown = path in quick
            if self.headings[path].isHidden() == shown:
                self.headings[path].setVisible(shown)
                if path in self._fields:
                    self._fields[path].setVisible(shown)
                self._find_fit(self.width())

    def _show_setting(self, path: str, column: QVBoxLayout, setting: Setting | None) -> None:
        if setting is None:
            if path in self._fields:
                self._fields[path].setEnabled(False)
            return
        if self._parameters.get(path) != setting.parameter:
            old = self._fields.pop(path, None)
            if old is not None:
                column.removeWidget(old)
                old.hide()
                old.deleteLater()
            field = field_for(setting.parameter, setting.value)
            field.setFixedWidth(self._width(path))
            field.edited.connect(self._edited)
            field.refused.connect(self.refused)
            field.settled.connect(self._document.settle)
            field.belong_to(path)
            explain(self.headings[path], setting.parameter, path)
            self.headings[path].setBuddy(field)
            self._fields[path], self._parameters[path] = field, setting.parameter
            column.addWidget(field)
        self._fields[path].setEnabled(True)
        self._fields[path].set_value(setting.value)

    def show_waiting(self, waiting: Sequence[SettingDifference]) -> None:
        """Mark the settings that count only from the next start."""
        used = {setting.path: setting for setting in waiting}
        for path, heading in self.headings.items():
            if heading.property("waiting") != (path in used):
                heading.setProperty("waiting", path in used)
                set_role(heading, "section")
            setting = self._parameters.get(path)
            if path in used:
                heading.setToolTip(plain_tip(f"From the next start: {waiting_words(used[path])}."))
            elif setting is not None:
                explain(heading, setting, path)

    def field(self, path: str) -> Field:
        """The editor of one of the quick settings. Raises KeyError."""
        return self._fields[path]

    def show_dataset(self, title: str, tip: str) -> None:
        """The name of the dataset on its button."""
        self._dataset = title
        self.dataset.setToolTip(plain_tip(f"{title}\n{tip}\nClick to choose another."))
        self._show_dataset()

    def _show_dataset(self) -> None:
        room = self.dataset.maximumWidth() - _CHEVRON
        shown = self.fontMetrics().elidedText(printable(self._dataset), Qt.TextElideMode.ElideRight, room)
        self.dataset.setText(caption(shown))

    @Slot(object)
    def _edited(self, value: object) -> None:
        sender = self.sender()
        path = next((p for p, field in self._fields.items() if field is sender), "")
        self._document.try_setting("Change the training", path, value)

    @Slot()
    def _dress(self) -> None:
        theme = style.current()
        self._actions["train"].setIcon(icons.icon("play", theme.on_accent))
        self.dataset.setIcon(icons.icon("chevron-down", theme.quiet))
        for _button, name in self._buttons:
            self._actions[name].setIcon(icons.icon(name))
        self.progress.update()
