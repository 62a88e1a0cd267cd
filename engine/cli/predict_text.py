"""What a trained network expects after a text: the likeliest next characters with their probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.data_words import takes
from engine.cli.failure import CommandError
from engine.cli.projects import learned
from engine.data.kinds import DataKind

if TYPE_CHECKING:
    from engine.project.project import Project


def print_next(project: Project, path: Path, text: str) -> int:
    """Print one JSON line: the text, the likeliest character and the ten likeliest with their probabilities."""
    from engine.cli.show import json_line

    network = learned(project, path)
    if network.schema.kind is not DataKind.TEXT:
        raise CommandError(f"The network in {path} does not continue text; {takes(network.schema)}.")

    from engine.tasks.answerer import Answerer
    from engine.tasks.queries import NextTokens

    found = Answerer().answer(network, NextTokens(text))
    best, share = found.tokens[0]
    line = {"text": text, "answer": best, "probability": share, "probabilities": dict(found.tokens)}
    json_line({**line, "warnings": list(found.remarks)} if found.remarks else line)
    for remark in found.remarks:
        output.complain(f"Warning: {remark}")
    return 0
