"""A sentence about the network that answers: how far it has learned, and whether it is the one that is drawn."""

from __future__ import annotations

from engine.counting import counted
from gui.keys_in_words import with_key
from gui.workspace import Workspace


def network_note(studio: Workspace) -> str:
    """What one should know of the answers one gets; "" where there is nothing to be said."""
    if studio.training:
        if studio.predictions.trained is None:
            return "Preparing to train…"
        steps = studio.report.step if studio.report is not None else 0
        before = studio.trainer.before is not None and not studio.trainer.goes_on
        more = f"{steps:,} more {'step' if steps == 1 else 'steps'}" if before else counted(steps, "step")
        return f"Still training: this is the network after {more}."
    if studio.session.trained is None:
        return f"This network is not trained yet. {with_key('Press Train', 'train')}."
    if studio.session.fitting is None:
        return "You changed the network since it was trained. This is the trained one; press Train for the new one."
    return ""
