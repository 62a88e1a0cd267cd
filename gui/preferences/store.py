"""The values of the preferences: read with their defaults, checked, put into force, and told of when they change."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from engine.graph.parameters import BadParameter
from engine.training import machine_choice
from gui import theme
from gui.preferences.declared import AUTOMATIC, PREFERENCES, preference
from gui.settings_file import settings

_NAME = "sketchnet-preferences"


class Preferences(QObject):
    """The application's preferences; ask ``preferences()`` for them. ``changed`` brings the name of one."""

    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NAME)

    def value(self, name: str) -> Any:
        """The value in force; the default where none was chosen, or what is stored makes no sense."""
        return stored_value(name)

    def set(self, name: str, value: Any) -> None:
        """Choose a value; it is kept, and counts from when its declaration says. Raises BadParameter."""
        parameter = preference(name).parameter
        value = parameter.check(value)
        if value == self.value(name):
            return
        if value == parameter.default:
            settings().remove(name)
        else:
            settings().setValue(name, parameter.show(value))
        self._apply(name)
        self.changed.emit(name)

    def reset(self) -> None:
        """Choose the default everywhere."""
        for entry in PREFERENCES:
            self.set(entry.name, entry.parameter.default)

    def apply_all(self) -> None:
        """Put into force what was chosen in earlier sessions."""
        for entry in PREFERENCES:
            self._apply(entry.name)

    def _apply(self, name: str) -> None:
        app = QCoreApplication.instance()
        if name == "theme" and isinstance(app, QApplication):
            theme.apply(app, self.value(name))
        elif name == "threads":
            chosen = self.value(name)
            machine_choice.use_threads(None if chosen == AUTOMATIC else int(chosen))
        elif name == "device":
            chosen = self.value(name)
            machine_choice.use_device("" if chosen == AUTOMATIC else chosen)


def stored_value(name: str) -> Any:
    """The value in force of a preference, which needs no application."""
    parameter = preference(name).parameter
    stored = settings().value(name)
    if stored is None:
        return parameter.default
    try:
        return parameter.parse(str(stored))
    except BadParameter:
        return parameter.default


def preferences() -> Preferences:
    """The application's preferences; made on first use. RuntimeError without an application."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("Preferences need an application; none has been made yet.")
    found = app.findChild(Preferences, _NAME, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else Preferences(app)
