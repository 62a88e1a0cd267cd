"""The manual in the program: one Markdown file an entry, which link to one another by their file names."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent

CONTENTS = (
    ("Data", ("dataset", "looking-at-images", "sample", "split", "preparation", "augmentation")),
    (
        "Networks",
        (
            *("layer", "unit", "parameter", "activation", "convolution", "pooling", "normalisation", "dropout", "bypass"),
            "autoencoder",
        ),
    ),
    ("Training", ("loss", "gradient", "optimizer", "learning-rate", "batch", "step", "epoch", "seed", "freeze")),
    ("Generalisation", ("overfitting", "early-stopping", "checkpoint", "weight-decay", "undo-training")),
    (
        "Results",
        (
            *("accuracy", "baseline", "confidence-interval", "confusion-matrix", "precision-recall"),
            "mean-absolute-error",
        ),
    ),
    ("Using it", ("exporting", "settings", "recovery", "help")),
)
"""The order of reading: (heading, names of the entries under it)."""


def names() -> tuple[str, ...]:
    """Every entry there is a file of, by name."""
    return tuple(sorted(path.stem for path in _FOLDER.glob("*.md")))


def text(name: str) -> str:
    """An entry as Markdown; its first line is its title. Raises OSError where there is none of that name."""
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")
