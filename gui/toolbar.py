"""The bar at the top: the project, undo, the settings one changes most, Train, and how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from engine.graph.parameters import Choice
from engine.tasks.kind import TaskKind
from engine.tasks.registry import kind_named
from engine.text import printable
from engine.training.data_loading import kind_chosen
from engine.training.recipe import Recipe, Setting
from engine.training.recipe_changes import SettingDifference
from gui.document import Document
from gui.frame import TOOLBAR_HEIGHT
from gui.panels.fields import Field, explain, field_for
from gui.panels.task_choice import TASK_KIND, choose_kind, kinds_offered
from gui.plain_text import PlainLabel, caption, plain_tip
from gui.progress_pill import ProgressPill
from gui.quick_settings import change, settings_by_path
from gui.theme import icons, style
from gui.theme.style import notifier, set_role
from gui.toolbar_fit import CHEVRON, FITS, GAPS, NARROW_GAPS, QUICK, QUICK_FIELDS, QuickField, ToolbarFit
from gui.train_button import TrainButton
from gui.training.run_words import waiting_words


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
        self._wanted: tuple[str, ...] = QUICK
        """The settings that the kind of learning has on the bar, shown as far as there is room."""
        self.headings: dict[str, QLabel] = {}
        self._titles: dict[str, str] = {}
        """The declared titles of the settings on the bar, by path."""
        self._settings: dict[str, Setting] = {}
        """Those that have a field, as they were shown last."""
        self.name, self.unsaved_mark = PlainLabel(), PlainLabel("●")
        self._title, self._dataset = "", ""
        self._fit = FITS[0]
        # Widgets, because a layout's own spaces are deleted with it, and once more with whoever holds them here.
        self._gaps = [QWidget() for _ in GAPS]
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
        self.setFixedHeight(TOOLBAR_HEIGHT)
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
        column = self._column("dataset", "Data")
        self.dataset.setAccessibleName("Dataset")
        self.dataset.setFixedSize(self._fit.dataset, 28)
        self.dataset.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        self.dataset.setIconSize(QSize(14, 14))
        self.dataset.setStyleSheet("text-align: left; min-height: 18px; padding-top: 4px; padding-bottom: 4px;")
        self.dataset.clicked.connect(self.choose_dataset)
        column.addWidget(self.dataset)
        declared = {setting.path: setting.parameter.title for setting in Recipe().settings()}
        for field in QUICK_FIELDS:
            self._titles[field.path] = declared[field.path]
            self._columns[field.path] = self._column(field.path, field.titled(declared[field.path], narrow=False))
            if field.path == TASK_KIND:
                self._behind_kind = self._row.count()

    def _need_column(self, setting: Setting, title: str) -> None:
        """A place for a setting that was not on the bar before, right behind what is learned."""
        if setting.path not in self._columns:
            title = title or setting.parameter.title
            self._quick[setting.path] = QuickField(setting.path)
            self._titles[setting.path] = title
            self._columns[setting.path] = self._column(setting.path, title, self._behind_kind)

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
        for gap, width in zip(self._gaps, NARROW_GAPS if fit.narrow else GAPS, strict=True):
            gap.setFixedWidth(width)
            gap.setVisible(width > 0)
        self.train.narrow = fit.narrow
        self.train.updateGeometry()
        edge = 8 if fit.narrow else 16
        self._row.setContentsMargins(edge, 7, edge, 7)
        self._row.setSpacing(6 if fit.narrow else 8)
        self.dataset.setFixedWidth(fit.dataset)
        self._show_dataset()
        shown = fit.chosen(self._wanted)
        for path in self._quick:
            heading, width = self.headings[path], self._width(path)
            title = self._heading(path)
            if fit.narrow:  # no wider than what it is of
                title = heading.fontMetrics().elidedText(title, Qt.TextElideMode.ElideRight, width)
            heading.setText(title)
            self._set_visible(path, path in shown or path == TASK_KIND)
            if path in self._fields:
                self._fields[path].setFixedWidth(width)

    def _set_visible(self, path: str, visible: bool) -> None:
        self.headings[path].setVisible(visible)
        if path in self._fields:
            self._fields[path].setVisible(visible)

    def _width(self, path: str) -> int:
        """How wide the field of a setting is now, in pixels."""
        heading = self.headings[path]
        heading.ensurePolished()  # before it is shown it has another font
        wide = heading.fontMetrics().horizontalAdvance(self._heading(path)) + 2
        return self._quick[path].fitting(wide, self._fit)

    def _heading(self, path: str) -> str:
        """What stands above the field of a setting now, as far as there is room."""
        return self._quick[path].titled(self._titles[path], narrow=self._fit.narrow).upper()

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
        settings = settings_by_path(self._document)
        kind = kind_chosen(recipe)
        quick = QUICK if kind is None else kind.quick
        for path in reversed(quick):
            if path in settings:
                self._need_column(settings[path], "" if kind is None else kind.captions.get(path, ""))
        settings[TASK_KIND] = _kinds_to_choose(recipe, kind)
        for path, column in self._columns.items():
            self._show_setting(path, column, settings.get(path))
        self._fields[TASK_KIND].setEnabled(kind is not None)
        # The usual ones keep their place where, as with some optimizers, there is no such setting.
        wanted = tuple(path for path in quick if path in settings or path in QUICK)
        if wanted != self._wanted:
            self._wanted = wanted
            self._find_fit(self.width())

    def _show_setting(self, path: str, column: QVBoxLayout, setting: Setting | None) -> None:
        if setting is None:
            if path in self._fields:
                self._fields[path].setEnabled(False)
            return
        known = self._settings.get(path)
        self._settings[path] = setting
        if known is None or known.parameter != setting.parameter:
            old = self._fields.pop(path, None)
            if old is not None:
                column.removeWidget(old)
                old.hide()
                old.deleteLater()
            field = field_for(setting.parameter, setting.value, self)
            field.setFixedWidth(self._width(path))
            field.setVisible(not self.headings[path].isHidden())
            field.edited.connect(self._edited)
            field.refused.connect(self.refused)
            field.settled.connect(self._document.settle)
            field.belong_to(path)
            explain(self.headings[path], setting.parameter, path)
            self.headings[path].setBuddy(field)
            self._fields[path] = field
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
            if path in used:
                heading.setToolTip(plain_tip(f"From the next start: {waiting_words(used[path])}."))
            elif path in self._settings:
                explain(heading, self._settings[path].parameter, path)

    def field(self, path: str) -> Field:
        """The editor of one of the quick settings. Raises KeyError."""
        return self._fields[path]

    def show_dataset(self, title: str, tip: str) -> None:
        """The name of the dataset on its button."""
        self._dataset = title
        self.dataset.setToolTip(plain_tip(f"{title}\n{tip}\nClick to choose another."))
        self._show_dataset()

    def _show_dataset(self) -> None:
        room = self.dataset.maximumWidth() - CHEVRON
        shown = self.fontMetrics().elidedText(printable(self._dataset), Qt.TextElideMode.ElideRight, room)
        self.dataset.setText(caption(shown))

    @Slot(object)
    def _edited(self, value: object) -> None:
        sender = self.sender()
        path = next((p for p, field in self._fields.items() if field is sender), "")
        if path == TASK_KIND:
            choose_kind(self._document, kind_named(str(value)))
        else:
            change(self._document, self._settings[path], value)

    @Slot()
    def _dress(self) -> None:
        theme = style.current()
        self._actions["train"].setIcon(icons.icon("play", theme.on_accent))
        self.dataset.setIcon(icons.icon("chevron-down", theme.quiet))
        for _button, name in self._buttons:
            self._actions[name].setIcon(icons.icon(name))
        self.progress.update()


def _kinds_to_choose(recipe: Recipe, kind: TaskKind | None) -> Setting:
    """The kinds of learning that fit the data; "not known" where the data is not."""
    offered = kinds_offered(recipe) or ()
    if kind is not None and kind not in offered:
        offered = (*offered, kind)
    help = "What is learned from the data. The goal block says more about each kind of learning."
    if kind is None:
        unknown = Choice(name="kind", title="Learn to", default="", options=("",), labels=("not known",), help=help)
        return Setting(TASK_KIND, unknown, "")
    choice = Choice(
        name="kind",
        title="Learn to",
        default=offered[0].name,
        options=tuple(one.name for one in offered),
        labels=tuple(one.to_do for one in offered),
        helps=tuple(one.summary for one in offered),
        help=help,
    )
    return Setting(TASK_KIND, choice, kind.name)
