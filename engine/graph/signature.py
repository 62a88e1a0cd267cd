"""What the data and the goal ask of a drawing: the shape that comes in and the targets that must be met."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from engine.graph.shapes import Shape


class TargetKind(StrEnum):
    """What a target is made of."""

    CLASSES = "classes"
    YES_NO = "yes-no"
    VALUES = "values"


@dataclass(frozen=True)
class Target:
    """What is to be learned: one of ``size`` classes, yes or no, or ``size`` values.

    ``names`` are the class names ("0" … "9"), the two words for no and yes, or the names of the values.
    """

    kind: TargetKind
    size: int
    names: tuple[str, ...]

    def __post_init__(self) -> None:
        try:
            object.__setattr__(self, "kind", TargetKind(self.kind))  # which may be given as its word
        except ValueError:
            raise ValueError(f"a target is one of {', '.join(TargetKind)}, not {self.kind!r}") from None

    @property
    def outputs(self) -> int:
        """How many numbers the last layer must give: one a class, one for yes/no, one a value."""
        return 1 if self.kind is TargetKind.YES_NO else self.size


@dataclass(frozen=True)
class Signature:
    """The shape of one input, the target, and the name of the loss ("" = the usual one for the target).

    ``block_inputs`` is given for the inside of a block only: the shapes that arrive at its inputs, in their order, as
    far as they are known. Its output may then be anything. ``one_row`` says that training takes its steps on single
    rows, which layers that compare the rows of a step cannot be trained with.
    """

    input: Shape
    target: Target
    loss: str = ""
    block_inputs: tuple[Shape, ...] | None = None
    one_row: bool = False

    @property
    def is_inside(self) -> bool:
        """Whether it is asked of the inside of a block."""
        return self.block_inputs is not None

    def at_work(self) -> Signature:
        """What is asked of a drawing that is to answer, not to be trained."""
        return replace(self, one_row=False)

    def inside(self, block_inputs: tuple[Shape, ...]) -> Signature:
        """What is asked of the inside of a block at whose inputs these shapes arrive."""
        return replace(self, block_inputs=block_inputs)


def block_signature() -> Signature:
    """What is asked of the inside of a block of which nothing is known but that it is one."""
    return Signature(Shape.features(1), Target(TargetKind.VALUES, 1, ()), block_inputs=())
