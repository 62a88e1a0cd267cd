"""What the data and the goal ask of a drawing: the shape that comes in and the targets that must be met."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.graph.columns import Column
from engine.graph.shapes import Shape, ShapeForm
from engine.graph.targets import Quantities, Target


@dataclass(frozen=True)
class Signature:
    """The shape of a sample, the target, and the name of the loss ("" = the usual one for the target).

    ``columns`` are those of a table, which together are the sample: a data block gives all of them, or some, and there
    may be several. Empty for data that has none, such as pictures: there it gives whole samples.
    ``block_inputs`` is given for the inside of a block only: the shapes that arrive at its inputs, in their order, as
    far as they are known. Its output may then be anything. ``one_row`` says that training takes its steps on single
    rows, which layers that compare the rows of a step cannot be trained with. ``unit_inputs``: all numbers come in
    prepared to lie from 0 to 1.
    """

    input: Shape
    target: Target
    loss: str = ""
    block_inputs: tuple[Shape, ...] | None = None
    one_row: bool = False
    unit_inputs: bool = False
    columns: tuple[Column, ...] = ()

    @property
    def undivided(self) -> str:
        """Why every data block gives whole samples, and so there is one; "" where it may give some columns."""
        if self.target.needs_whole_samples:
            return f"{self.target.needs_whole_samples} whole samples"
        if self.columns:
            return ""
        form = self.input.form
        return "this data has no columns" if form is None else _UNDIVIDED.get(form, "this data has no columns")

    @property
    def is_inside(self) -> bool:
        """Whether it is asked of the inside of a block."""
        return self.block_inputs is not None

    def accept(self, arriving: Shape, goal: str) -> Shape:
        """What arrives at the end of a drawing, if it may: anything inside a block, else what the target asks for at
        its goal block for ``goal``.

        Raises ShapeError.
        """
        return arriving if self.is_inside else self.target.at_goal(goal).accept(arriving)

    def at_work(self) -> Signature:
        """What is asked of a drawing that is to answer, not to be trained."""
        return replace(self, one_row=False)

    def inside(self, block_inputs: tuple[Shape, ...]) -> Signature:
        """What is asked of the inside of a block at whose inputs these shapes arrive."""
        return replace(self, block_inputs=block_inputs, columns=())


_UNDIVIDED = {ShapeForm.PICTURE: "images have no columns", ShapeForm.TOKENS: "text has no columns"}


def block_signature() -> Signature:
    """What is asked of the inside of a block of which nothing is known but that it is one."""
    return Signature(Shape.features(1), Quantities(1), block_inputs=())
