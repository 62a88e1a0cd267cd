"""Puts a theme onto the application: Fusion, a palette and one style sheet, all made from the same table."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QFrame, QWidget

from gui.theme import fonts, resources
from gui.theme.stylesheet import stylesheet
from gui.theme.tokens import LIGHT, THEMES, Theme

_NOTIFIER = "sketchnet-theme-notifier"
_DRESSED = "sketchnet-dressed"
_current: Theme = LIGHT


class ThemeNotifier(QObject):
    """Tells whoever paints by hand that the table changed. Ask ``notifier()`` for it."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(_NOTIFIER)
        self.scheme = ""
        """The colour scheme that was chosen: "system", "light" or "dark"; "" for a theme that is to stay as it is."""
        self.kept: dict[object, Any] = {}  # icons rendered so far; they must not outlive the application
        # Both are kept: PySide forgets objects of Qt's that nobody in Python holds, and their signals with them.
        self._hints = QGuiApplication.styleHints()
        self._accessibility = self._hints.accessibility()
        self._hints.colorSchemeChanged.connect(self._system_changed)
        self._accessibility.contrastPreferenceChanged.connect(self._system_changed)

    def wants_contrast(self) -> bool:
        """Whether the system asks for high contrast."""
        return self._accessibility.contrastPreference() == Qt.ContrastPreference.HighContrast

    @Slot()
    def _system_changed(self) -> None:
        app = QApplication.instance()
        if self.scheme and isinstance(app, QApplication):
            chosen = system_theme() if self.scheme == "system" else _asked_for(self.scheme)
            if chosen != _current:
                _use(app, chosen)


def current() -> Theme:
    """The theme on screen now (light before the first ``apply``)."""
    return _current


@contextmanager
def painting_with(theme: Theme) -> Iterator[None]:
    """Have ``current()`` give another theme for a while, to paint a picture; the screen stays as it is."""
    global _current
    before, _current = _current, theme
    try:
        yield
    finally:
        _current = before


def family_colour(name: str) -> str:
    """The colour of a layer family in the current theme."""
    return _current.family_colour(name)


def system_theme() -> Theme:
    """The theme that goes with the system's colour scheme and contrast; light where the system does not say."""
    dark = QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark
    return _asked_for("dark" if dark else "light")


def _asked_for(scheme: str) -> Theme:
    """Light or dark, with high contrast where the system asks for it."""
    return THEMES[f"{scheme}-contrast" if notifier().wants_contrast() else scheme]


def notifier() -> ThemeNotifier:
    """The application's notifier; made on first use. RuntimeError without an application."""
    app = QApplication.instance()
    if app is None:
        raise RuntimeError("A theme needs a QApplication; none has been made yet.")
    found = app.findChild(ThemeNotifier, _NOTIFIER, Qt.FindChildOption.FindDirectChildrenOnly)
    return found if found is not None else ThemeNotifier(app)


def apply(app: QApplication, theme: Theme | str = "system") -> Theme:
    """Dress the whole application in a theme.

    ``theme`` is a Theme, or a name: "light" or "dark", with high contrast when the system asks for that,
    "light-contrast" or "dark-contrast", or "system" to follow the system in both from now on.
    Returns the theme now current. ValueError for an unknown name.
    """
    hints = app.styleHints()
    watching = notifier()
    if theme == "system":
        watching.scheme = "system"
        hints.unsetColorScheme()
        chosen = system_theme()
    else:
        if isinstance(theme, str):
            if theme not in THEMES:
                raise ValueError(f"Expected a theme named {', '.join(THEMES)} or system, found {theme!r}.")
            watching.scheme = "" if THEMES[theme].strong else theme
            chosen = _asked_for(theme) if watching.scheme else THEMES[theme]
        else:
            watching.scheme = ""
            chosen = theme
        # So that title bars and the system's own dialogs go along.
        hints.setColorScheme(Qt.ColorScheme.Dark if chosen.dark else Qt.ColorScheme.Light)
    _use(app, chosen)
    return chosen


def apply_stored(app: QApplication, name: object) -> Theme:
    """The same for a name that a file holds: what makes no sense is "system"."""
    return apply(app, str(name) if name in THEMES else "system")


def _use(app: QApplication, theme: Theme) -> None:
    global _current
    _current = theme
    resources.register()
    if not app.property(_DRESSED):
        app.setStyle("Fusion")
        app.setProperty(_DRESSED, True)
    app.setFont(fonts.font("text"))
    app.setPalette(palette(theme))
    app.setStyleSheet(stylesheet(theme))
    notifier().changed.emit()


def set_role(widget: QWidget, role: str) -> None:
    """Say what a widget is, so that the style sheet dresses it as such.

    Buttons: primary, plain, link, danger, pill. Labels: title, section, strong, quiet, faint, caption,
    hint, number, good, warning, error. Widgets: window, panel, toolbar, card, field. Frames: line (lying), bar
    (standing).
    """
    widget.setProperty("role", role)
    widget.style().unpolish(widget)
    widget.style().polish(widget)


def hairline() -> QFrame:
    """A line of one pixel lying between two parts of the window."""
    line = QFrame()
    set_role(line, "line")
    return line


def palette(theme: Theme) -> QPalette:
    """The theme as a QPalette, for everything the style sheet does not reach."""
    made = QPalette()
    role = QPalette.ColorRole
    table = {
        role.Window: theme.window,
        role.WindowText: theme.text,
        role.Base: theme.panel,
        role.AlternateBase: theme.field,
        role.Text: theme.text,
        role.Button: theme.field,
        role.ButtonText: theme.text,
        role.BrightText: theme.error_text,
        role.Highlight: theme.accent,
        role.HighlightedText: theme.on_accent,
        role.Link: theme.accent,
        role.LinkVisited: theme.accent,
        role.ToolTipBase: theme.panel,
        role.ToolTipText: theme.text,
        role.PlaceholderText: theme.quiet,
        role.Accent: theme.accent,
        role.Light: theme.panel,
        role.Midlight: theme.hairline,
        role.Mid: theme.border,
        role.Dark: theme.faint,
        role.Shadow: theme.window if theme.dark else theme.faint,
    }
    for name, colour in table.items():
        made.setColor(name, QColor(colour))
    for name in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(QPalette.ColorGroup.Disabled, name, QColor(theme.disabled))
    made.setColor(QPalette.ColorGroup.Disabled, role.Highlight, QColor(theme.border))
    made.setColor(QPalette.ColorGroup.Disabled, role.HighlightedText, QColor(theme.quiet))
    return made
