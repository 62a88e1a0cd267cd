"""What stands on the two ends of the diagram: the dataset on the data block, the goal on the goal block."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QObject, Slot

from engine.counting import counted
from engine.data.kinds import DataKind
from engine.graph.targets import CLASSIFIED, TargetKind
from engine.reports.data_words import name_unread, unit
from engine.reports.losses import loss_name
from gui.canvas.faces import of_columns
from gui.canvas.view import Canvas
from gui.dataset_preview import DatasetPreview
from gui.workspace import Workspace

_TARGETS = 18
"""As many letters of the targets' names find room on the goal block."""
_NOUNS = {**dict.fromkeys(CLASSIFIED, ("class", "classes")), TargetKind.LABELS: ("label", "labels")}


class Ends(QObject):
    """Keeps both ends up to date with the workspace."""

    def __init__(self, studio: Workspace, canvas: Canvas) -> None:
        super().__init__(canvas)
        self._studio, self._canvas = studio, canvas
        studio.looked.connect(self.show_data)
        studio.document.changed.connect(self.show_goal)
        studio.session.replaced.connect(self.show_goal)

    @Slot(object)
    def show_data(self, look: DatasetPreview | None) -> None:
        """Title, thumbnails and the number of samples of the dataset."""
        schema = self._studio.schema
        if schema is None:
            self._canvas.set_data_block("Unknown data", None, [name_unread(self._studio.document.recipe)])
            return
        lines = []
        if look is not None and look.rows:
            count = sum(look.rows.values())
            lines.append(f"{count:,} {unit(schema, count)}")
        elif look is not None and look.problem:
            lines.append("not downloaded")
        pictures = look.pictures if look is not None else None
        if pictures is None:
            lines += of_columns(schema.columns)
        self._canvas.set_data_block(schema.title, pictures, lines)

    @Slot()
    def show_goal(self, *_values: object) -> None:
        """Show the loss, the optimizer and the names of the targets on the goal block."""
        recipe, schema = self._studio.document.recipe, self._studio.schema
        lines = []
        if schema is not None:
            target = schema.target
            names = target.names
            shown = _of_names(names, _NOUNS.get(target.kind, ("number", "numbers")))
            if schema.kind is DataKind.TEXT:
                shown = f"next of {counted(target.size, 'token')}"
            kind = self._studio.kind
            facts = {"loss": loss_name(recipe, schema), "optimizer": recipe.optimizer.kind}
            lines = [(name, words) for name, words in facts.items() if kind is None or kind.uses(name)]
            if target.gives_back_input:
                names, shown = (), ""
            if not target.goals:
                lines += [("targets", shown)] if names or kind is None or kind.automatic else [("task", kind.title)]
        self._canvas.set_goal_block(lines, several=schema is not None and bool(schema.target.goals))


def _of_names(names: Sequence[str], noun: tuple[str, str]) -> str:
    """All of the names, the first and the last, or how many there are: what finds room."""
    if len(names) < 2:
        return "".join(names)
    ways = (", ".join(names), f"{names[0]} … {names[-1]}")
    return next((words for words in ways if len(words) < _TARGETS), counted(len(names), *noun))
