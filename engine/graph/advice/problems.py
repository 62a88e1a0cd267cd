"""What is wrong with a drawing, and what can be done about it: two values the window shows and applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property

from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.shapes import Shape
from engine.graph.signature import Signature


class Severity(StrEnum):
    """How much a problem matters, the worst first."""

    ERROR = "error"
    """It stands in the way of training."""
    WARNING = "warning"
    """Training will hardly go well."""
    HINT = "hint"
    """It may be ignored."""


class ProblemCode(StrEnum):
    """What a problem is about."""

    NOT_BEGUN = "not begun"
    """The hint that says how to begin a drawing. It is no error, but there is nothing to train yet."""
    NO_DATA = "no data"
    NO_GOAL = "no goal"
    SEVERAL_DATA = "several data"
    SEVERAL_GOALS = "several goals"
    CIRCLE = "circle"
    OPEN_INPUT = "open input"
    FEW_INPUTS = "few inputs"
    STRAY = "stray"
    SHAPE = "shape"
    """A layer cannot take what arrives."""
    INSIDE = "inside"
    """A layer in a block cannot take what arrives."""
    COLUMNS = "columns"
    """A data block is to give columns that the data does not have."""
    UNUSED_DATA = "unused data"
    """A data block beside others that leads nowhere."""
    UNUSED_COLUMNS = "unused columns"
    """Columns that no data block gives."""
    GOAL = "goal"
    """It is not known which of several targets a goal block, or a layer before it, is for."""
    GOAL_TWICE = "goal twice"
    GOAL_LOSS = "goal loss"
    """The loss of a goal block does not fit its target."""
    GOAL_MISSING = "goal missing"
    """One of several targets has no goal block."""
    TARGET = "target"
    """What arrives at the goal is not what the target asks for."""
    NOTHING_LEARNS = "nothing learns"
    SQUASHED = "squashed"
    """An activation before the goal that the loss does not expect."""
    DROPPED = "dropped"
    """Dropout before the goal."""
    ONE_LINE = "one line"
    """Two dense layers that are worth one."""
    MISPLACED = "misplaced"
    """A layer that makes or meets generated samples, where none are to be made."""
    NO_SWITCH = "no switch"
    """Generated samples are asked for, and nothing lets them and real ones through to a critic."""
    SEVERAL_SWITCHES = "several switches"
    NO_NOISE = "no noise"
    """What is to generate samples begins with no noise."""
    MIXED = "mixed"
    """Generator, critic and the way of real samples run into one another."""
    PART_LEARNS_NOTHING = "part learns nothing"
    """The generator or the critic alone has nothing that can learn."""
    LAST_LAYER = "last layer"
    """The layer that the target needs before the goal is missing, not alone or not the last."""
    NOT_FITTED = "not fitted"
    """A layer whose weights only another target fits."""
    UNTRAINED = "untrained"
    """A layer with weights in a drawing that is not trained by gradients."""
    SEES_ANSWER = "sees answer"
    """A layer that looks at what is to be predicted."""
    ONE_NUMBER = "one number"
    """A normalisation that is given a single number."""


@dataclass(frozen=True)
class Repair:
    """One way to mend a problem: an edit of the drawing with the words for its button.

    ``edit`` raises GraphError when the drawing is no longer one that the repair was offered for. A repair with a
    ``batch_size`` is one of the recipe, which needs as many rows a step at least; it leaves the drawing as it is.
    """

    label: str
    edit: Callable[[Graph], Graph] = field(compare=False)
    batch_size: int = 0

    def after(self, signature: Signature | None) -> Signature | None:
        """What will be asked of the drawing after the repair."""
        return signature if signature is None or self.batch_size < 2 else replace(signature, one_row=False)

    def preview(self, graph: Graph, signature: Signature | None) -> Mapping[str, Shape]:
        """The shapes there would be after the repair, by node id. Raises GraphError as ``edit`` does."""
        return infer(self.edit(graph), self.after(signature)).shapes


@dataclass(frozen=True)
class Problem:
    """Something wrong with the drawing, pinned to a node (``node`` is None when it concerns the whole drawing).

    ``message`` is a sentence for anyone.
    """

    node: str | None
    severity: Severity
    message: str
    code: ProblemCode
    offer: Callable[[], tuple[Repair, ...]] = field(default=tuple, compare=False, repr=False)

    @property
    def blocks_training(self) -> bool:
        """Whether it stands in the way of training: an error, or that nothing is drawn yet."""
        return self.severity == Severity.ERROR or self.code == ProblemCode.NOT_BEGUN

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Edits that make this problem vanish, the best first. Worked out when first asked for."""
        return self.offer()
