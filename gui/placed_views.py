"""Tabs whose views may lie elsewhere: one beside the curves, any over the window, any in a window of its own.

There is one rule for where a view lies (``_wanted``) and one place that moves them there (``arrange``), so that no view
is lost whatever happens.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from PySide6.QtCore import QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QCursor, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QMenu, QTabWidget, QWidget

from gui.beside import LEAST_WIDTH, CurvesPage
from gui.detached_view import DetachedView, EnlargedView, StandIn
from gui.view_places import Beside, ViewPlace, ViewPlaces


class PlacedViews(QTabWidget):
    """Views by name. Whoever extends it says which there are (``set_views``) and which of them have no use now."""

    room_changed = Signal()
    """Something is on show that needs another height than before."""
    enlarging = Signal(bool)
    """A view is to lie over the window, in ``enlarged``; or none any more."""

    def __init__(self, page: CurvesPage, page_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.curves_page, self._page_name = page, page_name
        self.enlarged = EnlargedView()
        self.window_actions: list[QAction] = []
        """What has keys in the windows of views too."""
        self._widgets: dict[str, QWidget] = {}
        self._titles: dict[str, str] = {}
        self._order: tuple[str, ...] = ()
        self._hidden: set[str] = set()
        self._beside = Beside()
        self._first = ""
        self._large = ""
        self._detached: list[str] = []
        self._lie: dict[str, ViewPlace] = {}
        self._windows: dict[str, DetachedView] = {}
        self._stand_ins: dict[str, StandIn] = {}
        self._places = ViewPlaces("")
        self._unremembered = 0
        self._shown = self._arranging = self._out_of_date = False
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._begin)
        self.setDocumentMode(True)
        bar = self.tabBar()
        bar.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        bar.customContextMenuRequested.connect(self._open_menu_of_tab)
        self.tabBarDoubleClicked.connect(self._enlarge_tab)
        self.currentChanged.connect(self._remember_front)
        page.enlarge_wanted.connect(self._enlarge_map)
        page.menu_wanted.connect(self._open_menu_of_map)
        page.share_chosen.connect(self._remember_share)
        self.enlarged.back_wanted.connect(self.go_back)
        self.enlarged.detach_wanted.connect(self._detach_enlarged)

    # Which views there are

    def set_views(self, kind: str, views: Mapping[str, tuple[str, QWidget]], first: str, beside: Beside) -> None:
        """Have these views, by name with title and widget, in this order; those there were before and are not among
        them are put away. ``kind`` is what they are remembered by, ``first`` the one to show where nothing is."""
        self.go_back()
        self._remember_detached()
        chosen = self._places.front if self._places.front not in ("", self._first) else ""
        self._places = ViewPlaces(kind)
        with self._by_itself():
            for name, (title, widget) in views.items():
                self._widgets[name], self._titles[name] = widget, title
            if [name for name in self._order if name in views] != [name for name in views if name in self._order]:
                for name in self._order:
                    self._take_out(name)
            self._order, self._beside, self._first = tuple(views), beside, first
            self._detached = [name for name in self._detached if name in views]
            if self._shown:
                self._detach_remembered()
            self.curves_page.set_share(self._places.share)
            self.arrange()
            self._bring_one_of(self._places.front, chosen, first)
        self._remember_detached()

    def offer(self, name: str, is_there: bool) -> None:
        """Have the tab of a view, or hide it for as long as it has no use."""
        if is_there == (name not in self._hidden):
            return
        self._hidden.symmetric_difference_update({name})
        with self._by_itself():
            self.arrange()

    def set_title(self, name: str, title: str) -> None:
        """Call a view something else."""
        if self._titles.get(name) == title:  # to say the same again would lay out the whole lower half
            return
        self._titles[name] = title
        if (tab := self._tab_of(name)) >= 0:
            self.setTabText(tab, title)
        if name in self._windows:
            self._windows[name].setWindowTitle(title)

    # What is on show

    @property
    def front(self) -> str:
        """The view whose tab is in front; "" for none."""
        current = self.currentWidget()
        if isinstance(current, StandIn):
            return current.name
        return next((name for name, widget in self._widgets.items() if widget is current), "")

    def bring(self, name: str) -> None:
        """Show a view, wherever it lies."""
        if self._large and self._large != name:
            self.go_back()
        if self._lie.get(name) is ViewPlace.WINDOW and not self._unremembered:
            self._windows[name].raise_()
            self._windows[name].activateWindow()
            return
        shown = self._page_name if self._lie.get(name) is ViewPlace.BESIDE else name
        if not self._is_of_use(name):
            shown = self._page_name
        self.setCurrentIndex(self._tab_of(shown))

    def _bring_one_of(self, *names: str) -> None:
        """Bring the first of these that is there and in no window of its own; any other where there is none."""
        tabs = (*names, self._page_name, *self._order)
        there = [name for name in tabs if name in self._order and name not in (*self._detached, *self._hidden)]
        if there:
            self.bring(there[0])

    @property
    def windows(self) -> Mapping[str, DetachedView]:
        """The windows of views, by the name of each."""
        return self._windows

    @property
    def is_enlarged(self) -> bool:
        """Whether a view lies over the window."""
        return bool(self._large)

    # Moving them

    def enlarge(self, name: str) -> None:
        """Show a view over the window; one in a window of its own fills the screen instead."""
        if name in self._windows:
            self._windows[name].toggle_full_screen()
        elif name in self._order and name != self._large:
            self._large = name
            with self._by_itself():
                self.arrange()
            self.enlarging.emit(True)

    @Slot()
    def go_back(self) -> None:
        """Put the view that lies over the window back to its place."""
        if self._large:
            self._large = ""
            with self._by_itself():
                self.arrange()
            self.enlarging.emit(False)
            self.room_changed.emit()

    def detach(self, name: str) -> None:
        """Give a view a window of its own."""
        if name not in self._order or name in self._detached:
            return
        if self._large == name:
            self.go_back()
        self._detached.append(name)
        with self._by_itself():
            in_front = self.front == name
            self.arrange()
            if in_front:
                self._bring_one_of(self._first)
        self._remember_detached()

    @Slot(str)
    def put_back(self, name: str) -> None:
        """Put a view that is in a window of its own back into its tab, or beside the curves."""
        if name in self._detached:
            self._detached.remove(name)
            with self._by_itself():
                self.arrange()
                self.bring(name)
            self._remember_detached()

    @Slot()
    def enlarge_front(self) -> None:
        """Enlarge what is in front."""
        self.enlarge(self.front)

    @Slot(QPoint)
    def open_menu_of_front(self, at: QPoint) -> None:
        """Open the menu of what is in front, at a place of whoever asks for it."""
        asking = self.sender()
        self._menu_of(self.front).popup(asking.mapToGlobal(at) if isinstance(asking, QWidget) else QCursor.pos())

    def show_progress(self) -> None:
        """Bring what shows a run best to the front, unless the curves or the map are there already."""
        with self._by_itself():
            if self.front not in (self._page_name, self._beside.name):
                self._bring_one_of(self._first)

    @Slot()
    def enlarge_chosen(self) -> None:
        """Enlarge the view in use, or put it back."""
        self.go_back() if self._large else self.enlarge(self._in_use())

    @Slot()
    def detach_chosen(self) -> None:
        """Give the view in use a window of its own, or put it back."""
        name = self._large or self._in_use()
        self.put_back(name) if name in self._detached else self.detach(name)

    def keep(self) -> None:
        """Remember where all views lie, and close their windows: the main window is about to close."""
        self._remember_detached()
        self._places = ViewPlaces("")
        self._large, self._detached = "", []
        self.arrange()

    # The rule

    def arrange(self) -> None:
        """Move every view to where it belongs, and keep in front what is in front."""
        self._out_of_date = True
        if self._arranging:  # what is moved may resize what holds it, which asks again
            return
        self._arranging = True
        try:
            while self._out_of_date:
                self._out_of_date = False
                self._arrange()
        finally:
            self._arranging = False

    def _arrange(self) -> None:
        front = self.front
        wanted = {name: self._wanted(name) for name in self._widgets}
        moved = [name for name, place in wanted.items() if self._lie.get(name, ViewPlace.NOWHERE) is not place]
        for name in moved:
            self._take_out(name)
        for name in (name for name in self._order if name in moved):
            self._put(name, wanted[name])
        for name in self._order:
            if (tab := self._tab_of(name)) >= 0:
                visible = self._is_of_use(name)
                if visible != self.isTabVisible(tab):
                    self.setTabVisible(tab, visible)
        if front and front in self._order and front != self.front:
            self.bring(front)
        current = self.currentIndex()
        if current >= 0 and not self.isTabVisible(current):
            self.setCurrentIndex(self._tab_of(self._page_name))
        if moved and self.isVisible():
            self.room_changed.emit()

    def _wanted(self, name: str) -> ViewPlace:
        if name not in self._order:
            return ViewPlace.NOWHERE
        of_use = self._is_of_use(name)
        if of_use and name == self._large:
            return ViewPlace.ENLARGED
        if of_use and self._shown and name in self._detached:
            return ViewPlace.WINDOW
        if name == self._beside.name and of_use and not self._beside.is_wide and self.width() >= LEAST_WIDTH:
            return ViewPlace.BESIDE
        return ViewPlace.TAB

    def _is_of_use(self, name: str) -> bool:
        return name not in self._hidden and (name != self._beside.name or self._beside.fits)

    def set_beside(self, beside: Beside) -> None:
        """Say what is to stand beside the curves now, and move it if need be."""
        lies_elsewhere = (beside.name, beside.is_wide) != (self._beside.name, self._beside.is_wide)
        self._beside = beside
        with self._by_itself():
            self.arrange()
            if lies_elsewhere:
                self._bring_one_of(self._places.front, self._first)

    def _take_out(self, name: str) -> None:
        widget, place = self._widgets[name], self._lie.pop(name, ViewPlace.NOWHERE)
        if place is ViewPlace.TAB:
            self.removeTab(self.indexOf(widget))
            widget.hide()
            widget.setParent(None)
        elif place is ViewPlace.BESIDE:
            self.curves_page.take_away()
        elif place is ViewPlace.ENLARGED:
            self.enlarged.release()
        elif place is ViewPlace.WINDOW:
            window = self._windows.pop(name)
            self._places.set_geometry(name, window.saveGeometry())
            window.release()
        stand_in = self._stand_ins.pop(name, None)
        if stand_in is not None:
            self.removeTab(self.indexOf(stand_in))
            stand_in.deleteLater()

    def _put(self, name: str, place: ViewPlace) -> None:
        widget = self._widgets[name]
        self._lie[name] = place
        if place is ViewPlace.TAB:
            self._insert(name, widget)
        elif place is ViewPlace.BESIDE:
            self.curves_page.put_beside(widget)
        else:
            stand_in = self._stand_ins[name] = StandIn(name)
            stand_in.back_wanted.connect(self.put_back)
            self._insert(name, stand_in)
            if place is ViewPlace.ENLARGED:
                self.enlarged.hold(widget, self._titles[name])
            elif place is ViewPlace.WINDOW:
                window = self._windows[name] = DetachedView(name, self._titles[name], widget, self.window())
                window.closing.connect(self.put_back)
                window.place(self._places.geometry(name), self.window_actions, len(self._windows) - 1)

    def _insert(self, name: str, widget: QWidget) -> None:
        before = self._order[: self._order.index(name)]
        self.insertTab(sum(self._tab_of(other) >= 0 for other in before), widget, self._titles[name])

    def _tab_of(self, name: str) -> int:
        widget = self._stand_ins.get(name) or self._widgets.get(name)
        return -1 if widget is None else self.indexOf(widget)

    def _name_of(self, tab: int) -> str:
        return next((name for name in self._order if tab >= 0 and self._tab_of(name) == tab), "")

    # Mouse and keys

    def _in_use(self) -> str:
        """The view of the active window, or under the pointer, or with the keyboard, or else in front."""
        active, under, focus = QApplication.activeWindow(), QApplication.widgetAt(QCursor.pos()), self.focusWidget()
        for name, window in self._windows.items():
            if window is active:
                return name
        beside = self.curves_page.beside
        for widget in (under, focus):
            if beside is not None and widget is not None and (widget is beside or beside.isAncestorOf(widget)):
                return self._beside.name
        return self.front

    def _menu_of(self, name: str) -> QMenu:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if name in self._detached:
            menu.addAction("Put it back here").triggered.connect(lambda: self.put_back(name))
        else:
            menu.addAction("Enlarge").triggered.connect(lambda: self.enlarge(name))
            menu.addAction("Detach").triggered.connect(lambda: self.detach(name))
        return menu

    @Slot(QPoint)
    def _open_menu_of_tab(self, at: QPoint) -> None:
        bar = self.tabBar()
        index = bar.tabAt(at)
        if name := self._name_of(index if index >= 0 else self.currentIndex()):
            self._menu_of(name).popup(bar.mapToGlobal(at))

    @Slot(QPoint)
    def _open_menu_of_map(self, at: QPoint) -> None:
        self._menu_of(self._beside.name).popup(at)

    @Slot(int)
    def _enlarge_tab(self, index: int) -> None:
        name = self._name_of(index)
        if name in self._windows:
            self.bring(name)
        elif name:
            self.enlarge(name)

    @Slot()
    def _enlarge_map(self) -> None:
        self.enlarge(self._beside.name)

    @Slot()
    def _detach_enlarged(self) -> None:
        self.detach(self._large)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        with self._by_itself():
            self.arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._shown:  # when the project that is opened at the start is known, and the window is on screen
            self._soon.start()

    @Slot()
    def _begin(self) -> None:
        if self.isVisible() and not self._shown:
            self._shown = True
            self._detach_remembered()
            with self._by_itself():
                self.arrange()
                if self.front in self._windows:
                    self._bring_one_of(self._first)

    # Remembering

    @contextmanager
    def _by_itself(self) -> Iterator[None]:
        """What comes to the front within it was not chosen by anybody, and is not remembered."""
        self._unremembered += 1
        try:
            yield
        finally:
            self._unremembered -= 1

    @Slot()
    def _remember_front(self, *_tab: int) -> None:
        if not self._unremembered and self.front in self._order:
            self._places.front = self.front

    @Slot(float)
    def _remember_share(self, share: float) -> None:
        self._places.share = share

    def _remember_detached(self) -> None:
        if self._shown:
            self._places.detached = [name for name in self._detached if name in self._order]
            for name, window in self._windows.items():
                self._places.set_geometry(name, window.saveGeometry())

    def _detach_remembered(self) -> None:
        remembered = [name for name in self._places.detached if name in self._order]
        self._detached += [name for name in remembered if name not in self._detached]
