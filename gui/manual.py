"""The entries of the manual, and what each of them is about: settings, layers, and parts of the window.

Apart from the window that shows them, since every tooltip asks whether there is an entry to point to.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from engine.graph.layers import LayerKind
from resources import manual

_LINK = re.compile(r"\]\(([^)]*)\)")
ENDING = ".md"
"""A link names the file of the entry it leads to."""


@dataclass(frozen=True)
class ManualEntry:
    """A short text about one term. ``markdown`` is all of it, with the title as its first line."""

    name: str
    title: str
    markdown: str

    @property
    def links(self) -> tuple[str, ...]:
        """Where its links lead, as they are written."""
        return tuple(_LINK.findall(self.markdown))

    def answers(self, words: str) -> bool:
        """Whether every one of the words is in it, in the title or the text."""
        said = self.markdown.casefold()
        return all(word in said for word in words.casefold().split())


@cache
def entries() -> dict[str, ManualEntry]:
    """All entries by name, in the order of reading."""
    found = {}
    for _heading, names in manual.CONTENTS:
        for name in names:
            text = manual.text(name)
            found[name] = ManualEntry(name, text.partition("\n")[0].removeprefix("# ").strip(), text)
    return found


SETTINGS = {
    "dataset": "dataset",
    "validation": "split",
    "test": "split",
    "folds": "split",
    "preparation": "preparation",
    "answer_preparation": "preparation",
    "batch_size": "batch",
    "epochs": "epoch",
    "patience": "early-stopping",
    "l1": "weight-decay",
    "gradient_clipping": "gradient",
    "seed": "seed",
    "augmentation.kind": "augmentation",
    "loss.kind": "loss",
    "optimizer.kind": "optimizer",
    "optimizer.learning_rate": "learning-rate",
    "optimizer.momentum": "optimizer",
    "optimizer.weight_decay": "weight-decay",
    "schedule.kind": "learning-rate",
    # Of layers: the family, then the setting.
    "dense.out_features": "unit",
    "sequence.hidden_size": "unit",
    "sequence.dropout": "dropout",
    "attention.dropout": "dropout",
    "attention.activation": "activation",
    "convolution.out_channels": "convolution",
    "convolution.kernel_size": "convolution",
    "convolution.stride": "convolution",
    "convolution.padding": "convolution",
    "pooling.kernel_size": "pooling",
    "pooling.stride": "pooling",
    "regularisation.p": "dropout",
}
"""Setting -> entry: the path of a setting in a recipe, or the family of a layer and the setting's name in it."""

_FAMILIES = {
    "data": "dataset",
    "convolution": "convolution",
    "pooling": "pooling",
    "dense": "unit",
    "activation": "activation",
    "normalisation": "normalisation",
    "regularisation": "dropout",
    "goal": "loss",
}
_KINDS = {"GaussianNoise": "augmentation", "Upsample": "layer", "PixelShuffle": "layer", "PixelUnshuffle": "layer"}


def of_setting(path: str) -> str:
    """The entry about a setting of the recipe or of a layer ("dense.units"); "" where there is none."""
    return SETTINGS.get(path, "")


def of_layer(kind: LayerKind) -> str:
    """The entry about a kind of layer."""
    return _KINDS.get(kind.name) or _FAMILIES.get(kind.family, "layer")
