"""What can be learned: one small class a kind of target, each with what must come out of a drawing, and its words.

A kind of learning that asks for something else adds a class here and its name to ``TargetKind``; drawing, checks and
repairs ask the target and know none of them.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from engine.counting import counted
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode, ShapeForm


class TargetKind(StrEnum):
    """What a target is made of; the words are those of files and of the command line."""

    CLASSES = "classes"
    YES_NO = "yes-no"
    LABELS = "labels"
    VALUES = "values"
    REAL_OR_FAKE = "real-or-fake"
    GROUPS = "groups"
    NEXT_TOKEN = "next-token"
    SEVERAL = "several"
    INPUT = "input"


CLASSIFIED = (TargetKind.CLASSES, TargetKind.YES_NO)
"""The kinds of target that are one of several classes, which have names."""


@dataclass(frozen=True)
class Target(ABC):
    """What is to be learned. ``size`` counts its classes or values, ``names`` are what these are called, if known.

    ``needs_generated``: real samples are told from generated ones, so the drawing has a generator: layers that begin
    with noise and end where their samples meet the real ones (``engine.graph.parts``).
    """

    size: int
    names: tuple[str, ...] = ()
    kind: ClassVar[TargetKind]
    needs_generated: ClassVar[bool] = False
    last_layer: ClassVar[str] = ""
    """The kind of layer that has to stand right before the goal, once in a drawing; "" where any may."""
    from_earlier_only: ClassVar[bool] = False
    """Whether what is given at a step of a sequence may depend on that step and those before it only."""
    gives_back_input: ClassVar[bool] = False
    """Whether what has to come out is what came in, in the units in which the network is given it."""
    needs_whole_samples: ClassVar[str] = ""
    """What is done with whole samples, as "a generator makes", where a data block may not give some columns alone."""

    @property
    def outputs(self) -> int:
        """How many numbers the last layer must give."""
        return self.size

    @property
    def goals(self) -> tuple[str, ...]:
        """The names of the goals, each of which has a goal block of its own; empty for a target that is one goal."""
        return ()

    @property
    def measured(self) -> tuple[bool, ...]:
        """For each column of the targets whether it holds measurements, which may be scaled; empty where none may."""
        return ()

    @property
    def answers(self) -> int:
        """How many numbers a prediction is: probabilities, of yes or no two, or values; 0 where that is not known."""
        return max(2, self.size) if self.kind in CLASSIFIED else self.size

    def at_goal(self, name: str) -> Target:
        """What is to be learned at the goal block for ``name``. Raises ShapeError with code GOAL."""
        return self

    @abstractmethod
    def wanted(self) -> str:
        """What the last layer must give, inside a sentence: "10 numbers, one for each class"."""

    def accept(self, arriving: Shape) -> Shape:
        """What arrives at the goal, if it is what this target asks for. Raises ShapeError with code TARGET."""
        if arriving.is_tokens:
            raise self.refused("tokens arrive")
        if arriving.rank != 1:
            raise self.refused(f"{arriving.words()} arrive")
        if arriving.count != self.outputs:
            one = arriving.count == 1
            raise self.refused("1 number arrives" if one else f"{arriving.count:,} numbers arrive")
        return arriving

    def refused(self, found: str) -> ShapeError:
        """The error for something else that was ``found``: "tokens arrive"."""
        return ShapeError(f"The goal needs {self.wanted()}, but {found}.", ShapeErrorCode.TARGET)


@dataclass(frozen=True)
class Categories(Target):
    """One of ``size`` classes; ``names`` are theirs ("0" … "9")."""

    kind: ClassVar[TargetKind] = TargetKind.CLASSES

    def wanted(self) -> str:
        return f"{counted(self.outputs, 'number')}, one for each class"


@dataclass(frozen=True)
class YesNo(Target):
    """Yes or no, as one number; ``names`` are the two words for no and yes. ``size`` is 1."""

    kind: ClassVar[TargetKind] = TargetKind.YES_NO

    @property
    def outputs(self) -> int:
        return 1

    def wanted(self) -> str:
        return "1 number, how likely a yes is"


@dataclass(frozen=True)
class MultiLabel(Target):
    """Any number of ``size`` labels at once, each yes or no by itself; ``names`` are the labels."""

    kind: ClassVar[TargetKind] = TargetKind.LABELS
    threshold: ClassVar[float] = 0.5
    """A label is predicted where its probability is above this."""

    def wanted(self) -> str:
        return f"{counted(self.outputs, 'number')}, how likely each label is"


@dataclass(frozen=True)
class Quantities(Target):
    """``size`` numbers; ``names`` are what they measure."""

    kind: ClassVar[TargetKind] = TargetKind.VALUES

    @property
    def measured(self) -> tuple[bool, ...]:
        return (True,) * self.size

    def wanted(self) -> str:
        if self.outputs == 1:
            return f"1 number{', the ' + self.names[0] if self.names else ''}"
        return f"{self.outputs:,} numbers, one for each value"


@dataclass(frozen=True)
class RealOrFakeScore(Target):
    """How real a sample looks, as one number: higher for real samples than for generated ones. ``size`` is 1."""

    size: int = 1
    kind: ClassVar[TargetKind] = TargetKind.REAL_OR_FAKE
    needs_generated: ClassVar[bool] = True
    needs_whole_samples: ClassVar[str] = "a generator makes"

    @property
    def outputs(self) -> int:
        return 1

    def wanted(self) -> str:
        return "1 number, how real a sample looks"


@dataclass(frozen=True)
class Groups(Target):
    """The group that a sample belongs to: how many there are, the drawing says, and which, no data does.

    ``size`` is 0 and ``names`` are empty. What arrives is one distance for each group, of which the least counts.
    """

    size: int = 0
    kind: ClassVar[TargetKind] = TargetKind.GROUPS
    last_layer: ClassVar[str] = "KMeans"

    @property
    def outputs(self) -> int:
        return 3

    def wanted(self) -> str:
        return "the distances to the centres of groups, as a KMeans layer gives them"

    def accept(self, arriving: Shape) -> Shape:
        if arriving.is_tokens:
            raise self.refused("tokens arrive")
        if arriving.rank != 1:
            raise self.refused(f"{arriving.words()} arrive")
        return arriving


@dataclass(frozen=True)
class NextToken(Target):
    """After each token of a sequence the one that follows it: ``size`` scores at each of ``steps`` steps, one a token.

    ``names`` are what the tokens stand for; ``steps`` 0: as many as there are. At no step may anything be used that
    comes after it (``engine.graph.advice.checks.later_steps``).
    """

    steps: int = 0
    kind: ClassVar[TargetKind] = TargetKind.NEXT_TOKEN
    from_earlier_only: ClassVar[bool] = True

    def wanted(self) -> str:
        steps = f"each of the {self.steps:,} steps" if self.steps else "each step"
        return f"{counted(self.outputs, 'number')} at {steps}, one for each token that may come next"

    def accept(self, arriving: Shape) -> Shape:
        """A sequence of steps × tokens. Raises ShapeError with code TARGET."""
        if arriving.is_tokens:
            raise self.refused("tokens arrive")
        steps, size = self.steps, self.outputs
        if arriving.form is not ShapeForm.SEQUENCE or arriving.sizes != (steps or arriving.sizes[0], size):
            raise self.refused(f"{arriving.words()} arrive{'s' * (arriving.count == 1)}")
        return arriving


@dataclass(frozen=True)
class SeveralTargets(Target):
    """Several targets of the same samples, such as a price and whether it was sold: one goal block for each.

    ``each`` are what is learned of the columns ``names``, in their order; ``size`` is how many. The network gives the
    outputs of all goals side by side, and so are its answers: probabilities (of no and yes both) or values.
    """

    each: tuple[Target, ...] = ()
    kind: ClassVar[TargetKind] = TargetKind.SEVERAL

    @classmethod
    def of(cls, targets: Mapping[str, Target]) -> SeveralTargets:
        """That of columns by their names."""
        return cls(len(targets), tuple(targets), tuple(targets.values()))

    @property
    def outputs(self) -> int:
        return sum(target.outputs for target in self.each)

    @property
    def goals(self) -> tuple[str, ...]:
        return self.names

    @property
    def measured(self) -> tuple[bool, ...]:
        return tuple(target.measured == (True,) for target in self.each)

    @property
    def keys(self) -> tuple[str, ...]:
        """What each goal is called in the names of figures: letters, digits and underscores, each another word."""
        found: list[str] = []
        for name in self.names:
            stem = re.sub(r"[^A-Za-z0-9]+", "_", name).strip("_")[:40] or "target"
            key, number = stem, 2
            while key in found:
                key, number = f"{stem}_{number}", number + 1
            found.append(key)
        return tuple(found)

    @property
    def output_places(self) -> tuple[slice, ...]:
        """Where the outputs of each goal stand among those of the network."""
        return _side_by_side([target.outputs for target in self.each])

    @property
    def answer_places(self) -> tuple[slice, ...]:
        """Where the answers of each goal stand among all: two for yes or no."""
        return _side_by_side([target.answers for target in self.each])

    @property
    def answers(self) -> int:
        return sum(target.answers for target in self.each)

    def at_goal(self, name: str) -> Target:
        for goal, target in zip(self.names, self.each, strict=True):
            if goal == name:
                return target
        choice = " or ".join(self.names)
        if not name:
            raise ShapeError(f"It is not chosen yet what this goal block is for: {choice}.", ShapeErrorCode.GOAL)
        raise ShapeError(f"The data has no target called {name}; there are {choice}.", ShapeErrorCode.GOAL)

    def wanted(self) -> str:
        return "what each of its goals asks for"


def _side_by_side(widths: Sequence[int]) -> tuple[slice, ...]:
    ends = [sum(widths[: at + 1]) for at in range(len(widths))]
    return tuple(slice(end - width, end) for width, end in zip(widths, ends, strict=True))


@dataclass(frozen=True)
class SameAsInput(Target):
    """What came in: ``size`` numbers in its ``shape``; None for a list of features.

    ``names`` are those of the classes of the samples, where they have any: nothing is learned from them.
    """

    shape: Shape | None = None
    kind: ClassVar[TargetKind] = TargetKind.INPUT
    needs_whole_samples: ClassVar[str] = "an autoencoder gives back"
    gives_back_input: ClassVar[bool] = True

    @property
    def asked(self) -> Shape:
        """The shape that has to come out."""
        return self.shape or Shape.features(self.size)

    def wanted(self) -> str:
        return f"{self.asked.words()}, the shape of the input"

    def accept(self, arriving: Shape) -> Shape:
        """A value with the sizes of the input. Raises ShapeError with code TARGET."""
        if arriving.is_tokens or arriving.sizes != self.asked.sizes:
            raise self.refused(f"{arriving.words()} arrive{'s' * (arriving.count == 1)}")
        return arriving

    def refused(self, found: str) -> ShapeError:
        return ShapeError(
            f"The goal does not give back its input's shape: it needs {self.asked.words()}, but {found}.",
            ShapeErrorCode.TARGET,
        )


_CLASSES = (Categories, YesNo, MultiLabel, Quantities, Groups, RealOrFakeScore, NextToken, SeveralTargets, SameAsInput)
TARGETS: Mapping[TargetKind, type[Target]] = MappingProxyType({one.kind: one for one in _CLASSES})
