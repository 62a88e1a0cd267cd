"""Which explanation belongs to a place on the screen, or to what has the keyboard.

The nearest thing with something to say answers: a setting, a row, a layer, a button; else the part it is in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from PySide6 import QtGui
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QLabel,
    QTabBar,
    QTabWidget,
    QToolButton,
    QWidget,
)

from gui import manual
from gui.canvas.hit import Hit, hit
from gui.canvas.tips import tip
from gui.canvas.view import Canvas
from gui.document import Document
from gui.help.declared_help import of_action, of_kind, of_layer, of_setting
from gui.help.explanation import Explanation, rich
from gui.help.window_parts import part_of
from gui.keys_in_words import key_of
from gui.panels.fields import Field
from gui.panels.layer_page import LayerPage
from gui.panels.outline_model import OutlineModel
from gui.panels.palette import PaletteModel
from gui.toolbar import Toolbar

_HERE = QSize(16, 16)
"""About how much of what lies under it the pointer hides."""
_LARGE = 300
"""What is wider and higher than this is no place that words can stand beside: they stand beside the pointer."""
_TITLES = {"badge": "Problem", "input": "Input", "output": "Output", "wire": "Wire"}


class HelpLookup:
    """Looks for explanations in the windows about one document."""

    def __init__(self, document: Document) -> None:
        self._document = document

    def under(self, widget: QWidget, at: QPoint) -> Explanation:
        """What is under a point of the screen, where ``widget`` is."""
        return self._look(widget, at)

    def focused(self, widget: QWidget) -> Explanation:
        """What has the keyboard."""
        return self._look(widget, None)

    def _look(self, widget: QWidget, at: QPoint | None) -> Explanation:
        ways: tuple[Callable[[QWidget, QPoint | None], Explanation | None], ...] = (
            self._setting,
            self._canvas,
            self._row,
            _tab,
            _action,
            self._page,
            _part,
            _tip,
        )
        for one in _upwards(widget):
            for way in ways:
                found = way(one, at)
                if found is not None:
                    return found
        key = key_of("explain")
        words = f"Press {key}" if key else "Choose Explain in the menu Help"
        words += " with the pointer on anything in the window, or with the keyboard focus in it, to have it explained."
        return Explanation("Sketchnet", rich([words]), _place(widget, at), "help")

    @staticmethod
    def _setting(widget: QWidget, at: QPoint | None) -> Explanation | None:
        if isinstance(widget, QLabel):
            buddy = widget.buddy()
            return of_setting(buddy, _row_of(buddy)) if isinstance(buddy, Field) else None
        # Asked first for what is inside the field: its editor has a tooltip too, which says less.
        field = next((one for one in _upwards(widget) if isinstance(one, Field)), None)
        return None if field is None else of_setting(field, _row_of(field))

    def _canvas(self, widget: QWidget, at: QPoint | None) -> Explanation | None:
        canvas = widget.parentWidget() if isinstance(widget.parentWidget(), Canvas) else widget
        if not isinstance(canvas, Canvas) or widget not in (canvas, canvas.viewport()):
            return None
        if at is not None:
            point = canvas.scene_at(QPointF(canvas.viewport().mapFromGlobal(at)))
            return self._hit(canvas, hit(canvas.projection, point, canvas.scale_now), QRect(at, _HERE))
        chosen = [id for id in self._document.selection if id in self._document.graph.nodes]
        if len(chosen) == 1:
            return self._hit(canvas, Hit("node", chosen[0]), _rect(canvas))
        if canvas.selected_wire is not None:
            middle = canvas.projection.wires[canvas.selected_wire].curve.point(0.5)
            place = canvas.viewport().mapToGlobal(canvas.viewportTransform().map(middle).toPoint())
            return self._hit(canvas, Hit("wire", wire=canvas.selected_wire), QRect(place, _HERE))
        return None

    def _hit(self, canvas: Canvas, found: Hit, place: QRect) -> Explanation | None:
        if found.what == "node" and found.node in canvas.projection.nodes:
            return of_layer(self._document, found.node, node_place(canvas, found.node))
        words = tip(self._document, found, canvas.costs)
        if found.what in _TITLES and words:
            return Explanation(_TITLES[found.what], words, place, "layer")
        if found.note:
            words = "A note or a frame of your own. It has no effect on the network. Double-click to write."
            return Explanation("Note", rich([words]), place)
        return None

    def _page(self, widget: QWidget, at: QPoint | None) -> Explanation | None:
        chosen = [id for id in self._document.selection if id in self._document.graph.nodes]
        if not isinstance(widget, LayerPage) or len(chosen) != 1:
            return None
        return of_layer(self._document, chosen[0], _place(widget, at))

    def _row(self, widget: QWidget, at: QPoint | None) -> Explanation | None:
        view = widget.parentWidget() if isinstance(widget.parentWidget(), QAbstractItemView) else widget
        if not isinstance(view, QAbstractItemView) or isinstance(view.parentWidget(), QAbstractItemView):
            return None
        index = view.currentIndex() if at is None else view.indexAt(view.viewport().mapFromGlobal(at))
        if not index.isValid():
            return None
        place = view.visualRect(index)
        place = QRect(view.viewport().mapToGlobal(place.topLeft()), place.size())
        model = view.model()
        if isinstance(model, PaletteModel):
            kind = model.kind_at(index)
            return None if kind is None else of_kind(kind, place)
        if isinstance(model, OutlineModel) and model.id_at(index) in self._document.graph.nodes:
            return of_layer(self._document, model.id_at(index), place)
        return _told(index, place)


def _told(index: QModelIndex | QPersistentModelIndex, place: QRect) -> Explanation | None:
    """What a row says of itself."""
    words = str(index.data(Qt.ItemDataRole.ToolTipRole) or "")
    title = str(index.data(Qt.ItemDataRole.DisplayRole) or "")
    return Explanation(title, _as_rich(words), place) if words and title and words != title else None


def _tab(widget: QWidget, at: QPoint | None) -> Explanation | None:
    if isinstance(widget, QTabWidget) and at is None:
        widget = widget.tabBar()
    if not isinstance(widget, QTabBar):
        return None
    index = widget.currentIndex() if at is None else widget.tabAt(widget.mapFromGlobal(at))
    pages = widget.parentWidget()
    if index < 0 or not isinstance(pages, QTabWidget):
        return None
    page = pages.widget(index)
    part = None if page is None else part_of(page)
    if part is None:
        return None
    place = widget.tabRect(index)
    place = QRect(widget.mapToGlobal(place.topLeft()), place.size())
    return Explanation(widget.tabText(index), rich([part.words]), place, part.entry)


def _action(widget: QWidget, _at: QPoint | None) -> Explanation | None:
    action = widget.defaultAction() if isinstance(widget, QToolButton) else None
    return None if action is None else of_action(action, _rect(widget))


def _part(widget: QWidget, at: QPoint | None) -> Explanation | None:
    part = part_of(widget)
    if part is None:
        return None
    return Explanation(part.title, rich([part.words, _own_words(widget)]), _place(widget, at), part.entry)


def _own_words(widget: QWidget) -> str:
    """What a part says of itself to a screen reader: keys that work in it."""
    words = widget.accessibleDescription()
    return words if len(words) > 20 else ""


def _tip(widget: QWidget, at: QPoint | None) -> Explanation | None:
    """The words of a widget's own, where it has any."""
    words = widget.toolTip() or widget.accessibleDescription()
    if " " not in words:  # a mere name, of a layer's class perhaps, explains nothing
        return None
    title = widget.text() if isinstance(widget, QAbstractButton | QLabel) else ""
    title = (widget.accessibleName() or title).replace("&", "").removesuffix("…")
    known = {entry.title.casefold(): name for name, entry in manual.entries().items()}
    return Explanation(title or "Help", _as_rich(words), _place(widget, at), known.get(title.casefold(), ""))


def _as_rich(words: str) -> str:
    return words if QtGui.Qt.mightBeRichText(words) else rich(words.splitlines())


def node_place(canvas: Canvas, id: str) -> QRect:
    """Where a layer is on the screen."""
    body = canvas.viewportTransform().mapRect(canvas.projection.nodes[id].body).toAlignedRect()
    seen = body.intersected(canvas.viewport().rect())
    return QRect(canvas.viewport().mapToGlobal(seen.topLeft()), seen.size())


def _upwards(widget: QWidget) -> Iterator[QWidget]:
    one: QWidget | None = widget
    while one is not None:
        yield one
        one = None if one.isWindow() else one.parentWidget()


def _rect(widget: QWidget) -> QRect:
    return QRect(widget.mapToGlobal(QPoint(0, 0)), widget.size())


def _row_of(field: Field) -> QRect:
    """Where a setting is, with the label in front of it: both are to be seen."""
    rect, form = _rect(field), field.parentWidget()
    if isinstance(form, Toolbar) or form is None:
        return rect
    row = _rect(form)
    return QRect(row.left(), rect.top(), row.width(), rect.height())


def _place(widget: QWidget, at: QPoint | None) -> QRect:
    rect = _rect(widget)
    large = rect.width() > _LARGE and rect.height() > _LARGE
    return QRect(at, _HERE) if large and at is not None else rect
