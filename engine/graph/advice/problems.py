"""What is wrong with a drawing, and what can be done about it: two values the window shows and applies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from engine.graph.graph import Graph
from engine.graph.inference import infer
from engine.graph.shapes import Shape
from engine.graph.signature import Signature

SEVERITIES = ("error", "warning", "hint")
"""An error stands in the way of training; a warning says that training will hardly go well; a hint may be ignored."""

NOT_BEGUN = "not begun"
"""The code of the hint that says how to begin a drawing. It is no error, but there is nothing to train yet."""


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

    ``severity`` is one of SEVERITIES, ``message`` a sentence for anyone, ``code`` the case:

    "not begun" (NOT_BEGUN), "no data", "no goal", "several data", "several goals", "circle", "open input",
    "few inputs", "stray",
    "shape" (a layer cannot take what arrives), "inside" (a layer in a block cannot), "answer" (the goal cannot),
    "nothing learns", "squashed" (an
    activation before the goal that the loss does not expect), "dropped" (dropout before the goal), "one line"
    (two dense layers that are worth one), "one number" (a normalisation that is given a single number).
    """

    node: str | None
    severity: str
    message: str
    code: str
    offer: Callable[[], tuple[Repair, ...]] = field(default=tuple, compare=False, repr=False)

    @cached_property
    def repairs(self) -> tuple[Repair, ...]:
        """Edits that make this problem vanish, the best first. Worked out when first asked for."""
        return self.offer()
