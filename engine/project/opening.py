"""A project that was read from a file, with its data where it is now."""

from __future__ import annotations

from pathlib import Path

from engine.data import carrying
from engine.project.members import DamagedError
from engine.project.project import Project
from engine.training.data_at_hand import with_data_at_hand


def opened(project: Project, file: Path) -> tuple[Project, str]:
    """The project in ``file`` with its data taken out of it, or found beside it; and a sentence about that, or ""."""
    part = project.unknown_parts.get(carrying.PART)
    try:
        carried = part if part is None or isinstance(part, bytes) else part.read()
    except DamagedError:
        carried = None
    recipe, words = with_data_at_hand(project.recipe, project.run.preparation, file.absolute().parent, carried)
    return (project if recipe is project.recipe else project.with_data_at(recipe)), words
