"""The numbers that a prediction is made of, each with its name: what one can draw a curve of."""

from __future__ import annotations

from dataclasses import dataclass

from engine.graph.targets import CLASSIFIED, SeveralTargets, Target, TargetKind


@dataclass(frozen=True)
class AnswerPart:
    """The number at ``place`` of a prediction, called ``title``, or ``short`` where it is known what is predicted; a
    probability, or a value in its own unit."""

    title: str
    place: int
    is_probability: bool
    short: str


def parts(target: Target, numbers: int, named: str = "") -> tuple[AnswerPart, ...]:
    """Those of a prediction of so many ``numbers``; ``named`` is what is predicted, where that has a name."""
    if isinstance(target, SeveralTargets):
        pairs = zip(target.names, target.each, target.answer_places, strict=True)
        return tuple(
            AnswerPart(one.title, one.place + place.start, one.is_probability, _within(name, one))
            for name, each, place in pairs
            for one in parts(each, place.stop - place.start, name)
        )
    if target.kind in (*CLASSIFIED, TargetKind.LABELS):
        names = target.names if len(target.names) == numbers else ("no", "yes")
        if len(names) != numbers:
            names = tuple(str(number) for number in range(numbers))
        return tuple(AnswerPart(_probability(named, name), place, True, name) for place, name in enumerate(names))
    if target.kind is TargetKind.GROUPS:
        return tuple(
            AnswerPart(f"Distance to group {place + 1}", place, False, f"group {place + 1}") for place in range(numbers)
        )
    names = target.names if len(target.names) == numbers else tuple(f"value {n + 1}" for n in range(numbers))
    if named and numbers == 1:
        names = (named,)
    return tuple(AnswerPart(name, place, False, name) for place, name in enumerate(names))


def first_part(target: Target, answer: list[float]) -> int:
    """Which of them is shown unless another is chosen: of yes or no the yes, of classes and labels the likeliest, of
    groups the nearest, else the first."""
    if target.kind in (TargetKind.CLASSES, TargetKind.LABELS):
        return max(range(len(answer)), key=answer.__getitem__)
    if target.kind is TargetKind.GROUPS:
        return min(range(len(answer)), key=answer.__getitem__)
    if target.kind is TargetKind.YES_NO:
        return len(answer) - 1
    if isinstance(target, SeveralTargets) and target.each and target.each[0].kind is TargetKind.YES_NO:
        return 1
    return 0


def _within(name: str, part: AnswerPart) -> str:
    return f"{name} = {part.short}" if part.is_probability else name


def _probability(named: str, name: str) -> str:
    return f"P({named} = {name})" if named else f"P({name})"
