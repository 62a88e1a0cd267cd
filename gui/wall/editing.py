"""Edits of images of the user's own files, each a step of undo: the recipe says them, the files stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import QObject, Slot

from engine.counting import counted
from engine.data.dataset import DataError
from engine.data.image_contents import ImageContents
from engine.data.pictures.edits import NONE, ImageEdits
from engine.data.pictures.layout import GivenPart
from engine.data.sources import own_pictures
from engine.data.sources.own_pictures import EDITS
from engine.text import printable
from engine.training.recipe import Recipe, RecipeError
from gui.document import Document
from gui.wall.filters import SPLIT_WORDS
from gui.wall.window import WallWindow


def unedited(recipe: Recipe) -> Recipe:
    """The same with the images as their files have them."""
    if recipe.dataset != own_pictures.NAME or EDITS not in recipe.dataset_options:
        return recipe
    options = {name: value for name, value in recipe.dataset_options.items() if name != EDITS}
    return recipe.with_setting("dataset_options", options)


class WallEditing(QObject):
    """Makes what is asked for in ``dialog`` edits of the document. ``images`` are as their files have them."""

    def __init__(self, document: Document, dialog: WallWindow) -> None:
        super().__init__(dialog)
        self._document, self._dialog = document, dialog
        self.images: ImageContents | None = None
        bar = dialog.edits
        bar.labelled.connect(self._label)
        bar.put.connect(self._put)
        bar.excluded.connect(self._exclude)
        bar.restored.connect(self._restore)
        bar.all_undone.connect(self._undo_all)

    def _selected(self) -> list[str]:
        """The names of the images that are selected."""
        images = self.images
        if images is None or not images.names:
            return []
        return [images.names[number] for number in self._dialog.view.selected.tolist()]

    def edit(self, label: str, change: Callable[[ImageEdits], ImageEdits]) -> None:
        """Make an edit one step of undo."""
        recipe = self._document.recipe
        if recipe.dataset != own_pictures.NAME:
            return
        options = {name: value for name, value in recipe.dataset_options.items() if name != EDITS}
        try:
            text = change(own_pictures.edits(recipe.dataset_options)).text()
            changed = recipe.with_setting("dataset_options", options | ({EDITS: text} if text else {}))
        except (DataError, RecipeError) as error:
            self._document.complain.emit(str(error))
            return
        self._document.set_recipe(label, changed)

    @Slot(int)
    def _label(self, number: int) -> None:
        images, names = self.images, self._selected()
        if images is None or not names:
            return
        selected = self._dialog.view.selected
        of_files = dict(zip(names, images.labels[selected].tolist(), strict=True))
        label = images.classes[number]
        self.edit(
            f"Label {counted(len(names), 'image')} as {printable(label)}",
            lambda edits: edits.labelled(names, label, lambda name: images.classes[of_files[name]]),
        )

    @Slot(int)
    def _put(self, part: int) -> None:
        names, wanted = self._selected(), GivenPart(part)
        where = f"into the {SPLIT_WORDS[wanted]} split" if wanted is not GivenPart.ANY else "where they are divided to"
        self.edit(f"Put {counted(len(names), 'image')} {where}", lambda edits: edits.put(names, wanted))

    @Slot(object)
    def put_each(self, parts: Mapping[str, int]) -> None:
        """Put each of some images into a split of its own, by their names."""

        def change(edits: ImageEdits) -> ImageEdits:
            for part in {*parts.values()}:
                edits = edits.put([name for name, wanted in parts.items() if wanted == part], GivenPart(part))
            return edits

        self.edit(f"Put {counted(len(parts), 'image')} into one split with their duplicates", change)

    @Slot(object)
    def exclude(self, names: Sequence[str]) -> None:
        """Leave images out."""
        self.edit(f"Exclude {counted(len(names), 'image')}", lambda edits: edits.excluding(names, True))

    @Slot(bool)
    def _exclude(self, excluded: bool) -> None:
        names = self._selected()
        words = f"{'Exclude' if excluded else 'Include'} {counted(len(names), 'image')}"
        self.edit(words, lambda edits: edits.excluding(names, excluded))

    @Slot()
    def _restore(self) -> None:
        names = self._selected()
        self.edit(f"Undo the edits of {counted(len(names), 'image')}", lambda edits: edits.without(names))

    @Slot()
    def _undo_all(self) -> None:
        self.edit("Undo all edits", lambda _edits: NONE)
