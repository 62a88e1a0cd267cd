"""Icons drawn for this program, coloured from the theme's table and sharp on every screen.

The files in ``resources/icons`` are outlines on a 24 x 24 grid in ``currentColor``; the colour is put in when
one is rendered, so there is one drawing for both themes.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPixmap

from gui.theme.resources import ICONS
from gui.theme.style import current, notifier

if TYPE_CHECKING:
    from PySide6.QtSvg import QSvgRenderer

# Sizes one icon is rendered at: 16, 20 and 24 px on screens of 1, 1.5, 2 and 3 device pixels.
_SIZES = (12, 16, 20, 24, 30, 32, 36, 40, 48, 64, 72)
_FAMILY_INK = "#FFFFFF"


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Every icon there is, by name."""
    return tuple(sorted(path.stem for path in ICONS.glob("*.svg")))


@cache
def svg(name: str, colour: str) -> bytes:
    """The drawing of an icon in one colour (``#RRGGBB``), as SVG. KeyError for an unknown name."""
    path = ICONS / f"{name}.svg"
    if not path.is_file():
        raise KeyError(f"There is no icon named {name!r}; there are: {', '.join(names())}.")
    return path.read_text(encoding="utf-8").replace("currentColor", colour).encode()


def _renderer(name: str, colour: str) -> QSvgRenderer:
    # Kept with the application and not in this module: a pixmap or renderer must not outlive the application.
    from PySide6.QtSvg import QSvgRenderer  # the window's frame has no icons, and is not to wait for it

    kept = notifier().kept
    if (name, colour) not in kept:
        kept[name, colour] = QSvgRenderer(QByteArray(svg(name, colour)))
    drawing: QSvgRenderer = kept[name, colour]
    return drawing


def paint_icon(painter: QPainter, name: str, rectangle: QRectF, colour: str) -> None:
    """Draw an icon into ``rectangle`` with any painter, at that painter's own resolution."""
    _renderer(name, colour).render(painter, rectangle)


def paint_family(painter: QPainter, family: str, rectangle: QRectF) -> None:
    """The badge of a layer family: a rounded square in its colour with its sign in white."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(current().family_colour(family)))
    radius = rectangle.width() * 0.2
    painter.drawRoundedRect(rectangle, radius, radius)
    margin = rectangle.width() * 0.15
    name = f"family-{family}" if f"family-{family}" in names() else "family-shape"
    paint_icon(painter, name, rectangle.adjusted(margin, margin, -margin, -margin), _FAMILY_INK)
    painter.restore()


def pixmap(name: str, size: int, colour: str | None = None, ratio: float = 1.0) -> QPixmap:
    """An icon of ``size`` device-independent pixels for a screen with ``ratio`` device pixels to each."""
    drawing = _renderer(name, colour or current().text)
    made = _blank(round(size * ratio))
    painter = QPainter(made)
    drawing.render(painter, QRectF(made.rect()))
    painter.end()
    made.setDevicePixelRatio(ratio)
    return made


def icon(name: str, colour: str | None = None) -> QIcon:
    """An icon for buttons, menus and lists, in ``colour`` or the theme's text colour; dimmer when disabled.

    Ask again when the theme changes (``notifier().changed``): a QIcon keeps the colour that it was made with.
    """
    theme = current()
    tint = colour or theme.text
    kept = notifier().kept
    key = ("icon", name, tint, theme.disabled)
    if key not in kept:
        kept[key] = _icon(name, tint, theme.disabled)
    return QIcon(kept[key])


def family_icon(family: str) -> QIcon:
    """The badge of a layer family as a QIcon, for lists and headings."""
    kept = notifier().kept
    key = ("family", family, current().family_colour(family))
    if key not in kept:
        kept[key] = _family_icon(family)
    return QIcon(kept[key])


def _icon(name: str, colour: str, disabled: str) -> QIcon:
    made = QIcon()
    for mode, tint in ((QIcon.Mode.Normal, colour), (QIcon.Mode.Disabled, disabled)):
        for size in _SIZES:
            made.addPixmap(pixmap(name, size, tint), mode)
    return made


def _family_icon(family: str) -> QIcon:
    made = QIcon()
    for size in _SIZES:
        drawn = _blank(size)
        painter = QPainter(drawn)
        paint_family(painter, family, QRectF(drawn.rect()))
        painter.end()
        for mode in (QIcon.Mode.Normal, QIcon.Mode.Selected):  # in a chosen row too, a family keeps its colour
            made.addPixmap(drawn, mode)
    return made


def _blank(size: int) -> QPixmap:
    made = QPixmap(QSize(size, size))
    made.fill(Qt.GlobalColor.transparent)
    return made
