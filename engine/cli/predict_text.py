"""What a trained network expects after a text: the likeliest next characters with their probabilities."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engine.cli import output
from engine.cli.failure import CommandError
from engine.cli.generate import learned
from engine.data.kinds import DataKind

if TYPE_CHECKING:
    from engine.project.project import Project

MOST = 10


def print_next(project: Project, path: Path, text: str) -> int:
    """Print one JSON line: the text, the likeliest character and the ten likeliest with their probabilities."""
    from engine.cli.show import json_line

    network = learned(project, str(path))
    if network.schema.kind is not DataKind.TEXT:
        raise CommandError(f"The network in {path} does not continue text; it learned from {network.schema.title}.")

    from engine.tasks.setup import TextContinuing, learner_module
    from engine.training.data_loading import kind_at_work

    module = learner_module(kind_at_work(network.recipe, network.schema))
    if not isinstance(module, TextContinuing):
        raise CommandError(f"The network in {path} does not continue text.")
    generator = module.continuing(network)
    found = generator.likeliest(text, MOST)
    remarks = generator.remarks(text)
    line = {"text": text, "answer": found[0][0], "probability": found[0][1], "probabilities": dict(found)}
    json_line({**line, "warnings": list(remarks)} if remarks else line)
    for remark in remarks:
        output.complain(f"Warning: {remark}")
    return 0
