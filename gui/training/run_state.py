"""The state of training as one value: what bar, buttons, status line and tooltips say is read from it alone.

It is derived from the open project and the run under way, so that it changes with them and is never out of date::

                     Train, One step            Pause
    UNTRAINED ──────────────► PREPARING ► RUNNING ◄──► PAUSED
                                              │ Stop      │ Stop
        ▲ Undo, Redo: any state               ▼           ▼
        ▼ that was left behind             STOPPING ► STOPPED
                                              │
    STOPPED, FINISHED, FAILED ◄───────────────┘ the last epoch, an error
        └── Train on, Start again ──► PREPARING

In each of them the project may have been changed since the run began: see ``Change``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum

from engine.graph.compare import same_run
from engine.graph.signature import Signature
from engine.training.data_loading import rows_key
from engine.training.recipe import Recipe
from engine.training.recipe_changes import SettingDifference, differences
from engine.training.run_status import RunStatus
from engine.training.setting_change import SettingChange
from gui.sketch import DocumentState
from gui.training.learning_rate import live_paths
from gui.training.trained import Onward, Start


class Phase(Enum):
    """How far training is."""

    UNTRAINED = "not trained yet"
    PREPARING = "getting ready"
    RUNNING = "training"
    PAUSED = "paused"
    STOPPING = "stopping"
    STOPPED = "stopped"
    FINISHED = "trained"
    FAILED = "stopped by an error"

    @property
    def under_way(self) -> bool:
        """Whether a run is going on."""
        return self in (Phase.PREPARING, Phase.RUNNING, Phase.PAUSED, Phase.STOPPING)


class Change(Enum):
    """What of the project was changed since the run began; of several the one that matters most."""

    NOTHING = "nothing"
    RECIPE = "recipe"
    DRAWING = "drawing"
    DATA = "data"


@dataclass(frozen=True)
class RunUnderWay:
    """The run that is going on, and the sketch and the data's demands it began with."""

    phase: Phase
    began: DocumentState


@dataclass(frozen=True)
class RunState:
    """What is so. ``epochs`` of ``planned`` and ``steps`` are those of the weights there are; ``fits`` says whether
    these belong to the drawing as it is now; ``onward`` is what Train does; ``failure`` why the run failed;
    ``waiting`` what counts only from the next start."""

    phase: Phase
    change: Change = Change.NOTHING
    fits: bool = True
    epochs: int = 0
    planned: int = 0
    steps: int = 0
    failure: str = ""
    onward: Onward = field(default_factory=lambda: Onward(Start.NEW, 1))
    waiting: tuple[SettingDifference, ...] = ()
    changed: tuple[str, ...] = ()
    """The names of settings that differ from those the weights were trained with."""
    released: bool = False
    lesson: str = ""
    """Why nothing came of the run, in a sentence, as long as it would come to the same again; "" where that is not so.

    For one that failed it is the failure."""
    remedy: SettingChange | None = None
    """The change of a setting that would most likely help, as far as one is known."""


_PHASES = {RunStatus.FINISHED: Phase.FINISHED, RunStatus.STOPPED: Phase.STOPPED, RunStatus.FAILED: Phase.FAILED}


def run_state(
    sketch: DocumentState,
    signature: Signature | None,
    under_way: RunUnderWay | None = None,
    *,
    lesson: str = "",
    remedy: SettingChange | None = None,
) -> RunState:
    """The state of a project. ``signature`` is what its data asks of the drawing, None when that is not known.

    ``lesson`` says why its weights have learned nothing, "" where they have; ``remedy`` what would most likely help.
    """
    trained = sketch.trained
    onward = Onward(Start.NEW, sketch.recipe.epochs)
    if trained is not None:
        onward = trained.onward(sketch.graph, sketch.recipe, signature)
    if under_way is not None:
        began = under_way.began
        return RunState(
            under_way.phase,
            _change(began, sketch, beside=live_paths(began.recipe)),
            onward=onward,
            waiting=differences(began.recipe, sketch.recipe, beside=live_paths(began.recipe)),
        )
    if trained is None:
        return RunState(Phase.UNTRAINED, onward=onward, released=sketch.released)
    change = _change(DocumentState(trained.graph, trained.recipe), sketch)
    same = change is Change.NOTHING and not differences(trained.recipe, sketch.recipe, beside=("epochs",))
    return RunState(
        _PHASES[trained.state],
        change,
        fits=onward.start is not Start.NEW,
        epochs=trained.epochs,
        planned=max(trained.recipe.epochs, trained.epochs),
        steps=trained.steps,
        failure=trained.failure,
        onward=onward,
        changed=tuple(
            one.name for one in differences(trained.recipe, sketch.recipe, beside=_next_time(trained.recipe))
        ),
        lesson=(trained.failure or lesson) if same else "",
        remedy=remedy if same and not trained.failure else None,
    )


def _next_time(recipe: Recipe) -> tuple[str, ...]:
    """The settings that a run of the recipe can take over when it goes on."""
    return ("epochs", *live_paths(recipe))


def _change(began: DocumentState, now: DocumentState, *, beside: tuple[str, ...] | None = None) -> Change:
    if rows_key(began.recipe) != rows_key(now.recipe):
        return Change.DATA
    if not same_run(began.graph, now.graph):
        return Change.DRAWING
    beside = _next_time(began.recipe) if beside is None else beside
    return Change.RECIPE if differences(began.recipe, now.recipe, beside=beside) else Change.NOTHING
