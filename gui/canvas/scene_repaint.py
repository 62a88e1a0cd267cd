"""Having a piece of what views show of a scene painted anew, at once and not by way of the scene."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QGraphicsScene

from gui.canvas.painting import FULL_DETAIL


class SceneRepaint:
    """Updates the views of one scene."""

    def __init__(self, scene: QGraphicsScene) -> None:
        self._scene = scene

    @property
    def shows_details(self) -> bool:
        """Whether any view is near enough for more to be painted than plain boxes and lines."""
        return any(view.transform().m11() >= FULL_DETAIL for view in self._scene.views())

    def at(self, box: QRectF) -> None:
        """Have a piece of the views painted anew: a label, or the place that an item leaves.

        Qt notes the place an item leaves only when it comes to look through its changed items, and a view that is
        painted before that (another update was due, or ``update`` of the scene, which paints at once) forgets it:
        a picture of the item stays behind. So the place is handed to the view here, and not through the scene.
        """
        if box.isEmpty():
            return
        for view in self._scene.views():
            if view.transform().m11() < FULL_DETAIL:
                continue  # from afar every change has all of it painted
            view.viewport().update(view.mapFromScene(box).boundingRect().adjusted(-2, -2, 2, 2))
