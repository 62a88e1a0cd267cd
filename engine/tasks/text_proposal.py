"""The network to begin with for a plain text: the LSTM of the template, trained as long as a few minutes allow.

The figures are rules of thumb: about seven million characters are gone through, in as many epochs as that takes, and
texts that are too short for the usual window get a smaller one.
"""

from __future__ import annotations

from pathlib import Path

from engine.data.dataset import DataError
from engine.data.sources.own_text import PATH
from engine.data.text_file import PlainText
from engine.data.text_windows import FEWEST_ROWS, WINDOW
from engine.graph import templates
from engine.graph.targets import TargetKind
from engine.tasks.proposed import Proposal
from engine.tasks.registry import kind_making
from engine.training.recipe import Recipe

SUFFIXES = PATH.suffixes
TEMPLATE = "char-lstm"
_CHARACTERS = 7_000_000
_MOST_EPOCHS = 60
_HELD = 0.1
"""The shares of validation and of test."""


def propose(path: Path, target: str = "", task: str = "") -> Proposal:
    """A drawing and a recipe for a text. Raises DataError: it cannot be read, or is not for the ``task``."""
    if target:
        raise DataError(f"{path.name} is a text: the next character is learned from it. Leave --target out.")
    kind = kind_making(TargetKind.NEXT_TOKEN)
    if task not in ("", kind.name):
        raise DataError(
            f"{path.name} is a text, from which a {kind.name} can be learned, not {task}. Leave --task out, or give a "
            "table (*.csv)."
        )
    length = PlainText(path).length
    window = max(WINDOW.low, min(WINDOW.default, int(_HELD * length) // FEWEST_ROWS))
    begin = templates.describe(TEMPLATE)
    learned = max(1, round((1 - 2 * _HELD) * length))
    recipe = Recipe().with_settings(
        {
            **begin.recipe,
            "dataset": "own-text",
            "dataset_options.path": str(path.absolute()),
            "dataset_options.window": window,
            "validation": _HELD,
            "test": _HELD,
            "epochs": min(_MOST_EPOCHS, max(1, round(_CHARACTERS / learned))),
        }
    )
    title = path.stem.replace("_", " ") or path.name
    return Proposal(begin.draw(), recipe, title, f"an LSTM that learns to continue {path.name}, {length:,} characters")
