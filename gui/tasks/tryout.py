"""Every panel to try a network out that a kind of learning brings along, by its name.

Imports no kind: what a kind shows stands in its declaration (``TaskKind.tryout``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from gui.tasks.autoencoder.reconstruction_panel import ReconstructionPanel
from gui.tasks.gan.sample_panel import SamplePanel
from gui.tasks.language_model.text_panel import TextPanel
from gui.training.predictions import Predictions
from gui.tryout.host import OfferedPanel

PANELS: Mapping[str, Callable[[Predictions], OfferedPanel]] = {
    "sample": SamplePanel,
    "text": TextPanel,
    "reconstruction": ReconstructionPanel,
}
