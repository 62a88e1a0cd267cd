"""A button that is an icon alone, as they stand above what one tries out."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QToolButton, QWidget

from gui import theme


def icon_button(parent: QWidget, icon: str, tip: str, name: str) -> QToolButton:
    """A button called ``icon``, whose picture follows the theme where its owner sets it; ``name`` is read aloud."""
    button = QToolButton(parent)
    button.setObjectName(icon)
    button.setToolTip(tip)
    button.setAccessibleName(name)
    button.setIconSize(QSize(16, 16))
    theme.set_role(button, "plain")
    return button
