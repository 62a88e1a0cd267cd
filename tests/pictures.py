"""What a widget shows as a picture whose pixels are the widget's own, on a coarse screen and on a fine one."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget


def shot(widget: QWidget, area: QRect | None = None) -> QImage:
    """A picture of a widget, or of an area of it: what is at (x, y) there is at (x, y) here.

    On a screen with more pixels a point, one of those that lie on a point is shown.
    """
    picture = widget.grab() if area is None else widget.grab(area)
    size, image = picture.deviceIndependentSize().toSize(), picture.toImage()
    if image.devicePixelRatio() == 1.0:
        return image
    image.setDevicePixelRatio(1.0)
    return image.scaled(size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.FastTransformation)
