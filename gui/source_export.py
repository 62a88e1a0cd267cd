"""Exporting the open project as a Python file, with what belongs beside it."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from pathlib import Path

from gui.background import aside
from gui.project_session import ProjectSession


def files_in_the_way(session: ProjectSession, path: Path, *, with_training: bool = False) -> list[Path]:
    """The files of weights and rows that exporting the source to ``path``, or its training, would replace.

    Without those that belong to a source at ``path``: they are replaced together with it.
    """
    from engine.export.source import data_beside, is_of, weights_beside

    beside = [weights_beside(path)] if with_training or session.fitting is not None else []
    beside += [data_beside(path)] if with_training else []
    return [file for file in beside if os.path.lexists(file) and not is_of(path, file)]


def write_source(session: ProjectSession, path: Path, *, with_training: bool = False) -> list[Path]:
    """Write the network as a Python file, with its weights beside it; returns all that was written.

    Raises what ``engine.export.source.export_source`` raises.
    """
    from engine.export.source import export_source

    project = session.project()
    if not project.title and session.path is not None:
        project = replace(project, title=session.name)
    written = aside(partial(export_source, project, path, with_training=with_training))
    return [file for file in (written.source, written.weights, written.data) if file is not None]
