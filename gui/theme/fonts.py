"""Which faces are used: Inter where installed, else the system's own; monospaced for numbers that change."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication

from gui.theme.tokens import TYPE

_MONOSPACED = (
    "JetBrains Mono",
    "SF Mono",
    "Menlo",
    "Cascadia Mono",
    "Consolas",
    "DejaVu Sans Mono",
    "Liberation Mono",
    "Noto Sans Mono",
    "Courier New",
)


@lru_cache(maxsize=1)
def text_family() -> str:
    """The face of all words."""
    if "Inter" in QFontDatabase.families():
        return "Inter"
    return QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).family()


@lru_cache(maxsize=1)
def number_family() -> str:
    """The face of numbers that change, so that they do not jump about while they do."""
    system = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    # A face named "monospace" is only a wish: some platforms answer it with a proportional face.
    if QFontInfo(system).fixedPitch() and system.family().lower() != "monospace":
        return system.family()
    installed = set(QFontDatabase.families())
    return next((family for family in _MONOSPACED if family in installed), system.family())


def font(role: str = "text") -> QFont:
    """A font by what it is for: text, strong, small, caption, section, title, answer, number, small-number.

    Sizes come from the table, in device-independent pixels. KeyError for any other role.
    """
    size, weight, fixed = _ROLES[role]
    made = QFont(number_family() if fixed else text_family())
    if fixed:
        made.setStyleHint(QFont.StyleHint.Monospace)
    # QFont counts whole pixels; half pixels are kept by asking in points of the logical screen.
    if size == int(size):
        made.setPixelSize(int(size))
    else:
        screen = QGuiApplication.primaryScreen()
        made.setPointSizeF(size * 72.0 / (screen.logicalDotsPerInch() if screen is not None else 96.0))
    made.setWeight(weight)
    if role == "section":
        made.setCapitalization(QFont.Capitalization.AllUppercase)
        made.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 103)
    return made


_ROLES: dict[str, tuple[float, QFont.Weight, bool]] = {
    "text": (TYPE.text, QFont.Weight.Normal, False),
    "strong": (TYPE.text, QFont.Weight.DemiBold, False),
    "small": (TYPE.small, QFont.Weight.Normal, False),
    "caption": (TYPE.caption, QFont.Weight.Normal, False),
    "section": (TYPE.section, QFont.Weight.DemiBold, False),
    "title": (TYPE.title, QFont.Weight.DemiBold, False),
    "answer": (TYPE.answer, QFont.Weight.Bold, False),
    "number": (TYPE.small, QFont.Weight.Normal, True),
    "small-number": (TYPE.caption, QFont.Weight.Normal, True),
}
