"""What is said about each state of training: on the bar, the buttons, in the status line and in the tooltips."""

from __future__ import annotations

from dataclasses import dataclass

from engine.counting import counted
from engine.training.recipe_changes import SettingDifference
from gui.training.run_state import Change, Phase, RunState
from gui.training.trained import Start


@dataclass(frozen=True)
class RunWords:
    """``bar``: words at the left and at the right of the bar, ``share`` of it filled (0 … 1) and ``short`` for a
    narrow one, all of no use while a run is under way, when the bar tells its progress; ``bar_tip`` explains.
    ``button`` is what the Train button says, ``button_tip`` what it does; ``status`` follows the number of
    parameters; ``standing`` is a sentence that stays in view as long as it is true, "" for none."""

    bar: tuple[str, str]
    share: float
    short: str
    bar_tip: str
    button: str
    button_tip: str
    status: str
    standing: str = ""


def run_words(state: RunState) -> RunWords:
    """What to say in a state."""
    button, tip = _button(state)
    if state.phase.under_way:
        words = state.phase.value
        return RunWords((words, ""), 0.0, words, "", button, tip, words, _under_way(state))
    if state.phase is Phase.UNTRAINED or not state.fits:
        standing = _RELEASED if state.released else ""
        if state.phase is not Phase.UNTRAINED:
            standing = _OTHER.format(what=_what_changed(state))
        return RunWords(("not trained yet", ""), 0.0, "not trained", standing, button, tip, "ready to train", standing)
    far = _far(state)
    if state.phase is Phase.FINISHED:
        words = "learned nothing" if state.lesson else "trained"
        return RunWords((words, far), 1.0, words, _since(state), button, tip, words, state.lesson)
    share = state.epochs / max(state.planned, 1)
    if state.phase is Phase.FAILED:
        why = " ".join(filter(None, (state.failure, _since(state))))
        standing = f"Training stopped: {state.lesson}" if state.lesson else ""
        return RunWords((state.phase.value, far), share, "failed", why, button, tip, "training failed", standing)
    return RunWords(("stopped", far), share, "stopped", _since(state), button, tip, "stopped", state.lesson)


_OTHER = (
    "The trained weights belong to the {what} before it was changed. Undo brings it back; Train learns new weights."
)
_RELEASED = "The weights at this point were dropped to save memory. Redo restores the later ones."


def whose_figures(state: RunState) -> str:
    """Words to put before test figures of weights that do not belong to what is drawn and chosen now; else ""."""
    if state.phase.under_way or state.phase is Phase.UNTRAINED or state.fits:
        return ""
    return f"Before the {_what_changed(state)} was changed: "


def _what_changed(state: RunState) -> str:
    return "data" if state.change is Change.DATA else "diagram"


def _far(state: RunState) -> str:
    """How far the weights were trained."""
    if state.epochs == 0:
        return f"after {counted(state.steps, 'step')}"
    if state.phase is Phase.FINISHED:
        return counted(state.epochs, "epoch")
    return f"epoch {state.epochs:,} of {state.planned:,}"


def _button(state: RunState) -> tuple[str, str]:
    if state.phase is Phase.PAUSED:
        return "Resume", "Resume the run"
    if state.phase is Phase.STOPPING:
        return "Stopping…", "The run ends after the current step"
    if state.phase.under_way:
        return "Training…", "A run is under way: Pause suspends it, Stop ends it"
    onward = state.onward
    if onward.start is Start.NEW:
        return "Train", f"Train the network for {counted(onward.epochs, 'epoch')}"
    if onward.start is Start.RESUME:
        onto = f"to epoch {onward.epochs:,}"
        return "Continue", f"Continue from epoch {state.epochs:,} {onto}, with the same optimizer state"
    return "Continue", (
        f"Continue for {counted(onward.epochs, 'epoch')} in a new run: {_why_new(state)}, so the optimizer "
        "starts anew"
    )


def _why_new(state: RunState) -> str:
    if state.change is Change.DATA:
        return "the data was changed"
    if state.change is Change.DRAWING:
        return "the diagram was changed"
    if state.changed:
        return f"{_listed(state.changed)} {'was' if len(state.changed) == 1 else 'were'} changed"
    return "the last run finished"


def _since(state: RunState) -> str:
    """What was changed since, for the tooltip of the bar."""
    if state.change is Change.NOTHING:
        return ""
    return f"Since then {_why_new(state)}."


def _under_way(state: RunState) -> str:
    if state.change is Change.DATA:
        return "This run continues with the data it started with; the new data applies from the next start."
    if state.change is Change.DRAWING:
        return "This run continues with the diagram it started with; the changes apply from the next start."
    if state.waiting:
        return f"From the next start: {'; '.join(map(waiting_words, state.waiting[:3]))}."
    return ""


def waiting_words(setting: SettingDifference) -> str:
    """A setting that the run under way does not use, as in "batch size 64 (this run: 32)"."""
    used = "" if setting.before is None else f" (this run: {setting.words(setting.before)})"
    return f"{setting.name} {setting.words(setting.now)}{used}"


def _listed(names: tuple[str, ...]) -> str:
    return f"{len(names)} settings" if len(names) > 2 else " and ".join(names)
