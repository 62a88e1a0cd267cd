"""What can be undone and redone: a line of values, bounded in steps and in the memory that trained weights take.

Nothing that was learned drops out of it unsaid. Where an edit follows on an undo, what was undone is gone in most
programs; here it stays in the line when a training is part of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from gui.sketch import DocumentState
from gui.training.trained import Trained

MOST_STEPS = 1_000
"""How many steps can be undone. A step holds two values that share almost everything, so it costs little."""
MOST_BYTES = 1024 * 2**20
"""How much the weights, and the optimizers' memories, of earlier trainings may take besides those in use."""
LET_GO = (
    f"Undo keeps at most {MOST_BYTES // 2**20:,} MB of trained weights: the oldest were dropped. "
    "To keep the weights of a project for good, save it before training it further."
)


@dataclass(frozen=True)
class UndoStep:
    """One edit. Edits with the same ``merge`` in a row are one step."""

    label: str
    before: DocumentState
    after: DocumentState
    merge: str = ""
    path: tuple[str, ...] | None = ()
    """Where the edit was made: the ids of the blocks one was in. None for one that belongs to no place."""

    @property
    def trains(self) -> bool:
        """Whether something was learned in it."""
        return self.after.trained is not None and self.after.trained is not self.before.trained


class History:
    """The steps around the current value. ``most_bytes`` bounds the trained weights it holds."""

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self._done: list[UndoStep] = []
        self._undone: list[UndoStep] = []
        self._most_bytes = most_bytes
        self._forgotten = 0

    @property
    def depth(self) -> int:
        """How many steps have led to the current value, with those that are too old to be undone."""
        return self._forgotten + len(self._done)

    @property
    def undoes(self) -> UndoStep | None:
        """The step that ``undo`` takes back."""
        return self._done[-1] if self._done else None

    @property
    def redoes(self) -> UndoStep | None:
        """The step that ``redo`` does again."""
        return self._undone[-1] if self._undone else None

    def clear(self) -> None:
        """Forget all steps: another value was opened."""
        self._done.clear()
        self._undone.clear()
        self._forgotten = 0

    def add(self, step: UndoStep) -> bool:
        """A step was made from the current value. Returns whether trained weights had to be let go for it."""
        last = self.undoes
        fuses = last is not None and (last.merge, last.path) == (step.merge, step.path) and step.before is last.after
        if step.merge and last is not None and fuses and not self._undone:
            self._done.pop()
            # Typing that ends where it began leaves nothing to take back.
            if step.after != last.before:
                self._done.append(replace(step, before=last.before))
            return False
        if any(undone.trains for undone in self._undone):
            # What was learned there would be out of reach: the line leads through it and back.
            self._done.extend(reversed(self._undone))
            self._done.append(UndoStep("Go back", self._undone[0].after, step.before, path=None))
        self._undone.clear()
        self._done.append(step)
        self._forgotten += len(self._done[:-MOST_STEPS])
        del self._done[:-MOST_STEPS]
        return self._bound(step.after.trained)

    def settle(self) -> None:
        """The next edit is a step of its own, whatever its merge key."""
        if self._done and self._done[-1].merge:
            self._done[-1] = replace(self._done[-1], merge="")

    def undo(self) -> UndoStep | None:
        """Move one step back; the step that is taken back, None when there is none."""
        if not self._done:
            return None
        self._undone.append(self._done.pop())
        return self._undone[-1]

    def redo(self) -> UndoStep | None:
        """Move one step forward; the step that is done again, None when there is none."""
        if not self._undone:
            return None
        self._done.append(self._undone.pop())
        return self._done[-1]

    def replace_trained(self, old: Trained, new: Trained | None) -> None:
        """Put ``new`` wherever ``old`` stands: more is known of it, or (None) its weights are let go."""
        for steps in (self._done, self._undone):
            steps[:] = [
                replace(step, before=_replaced(step.before, old, new), after=_replaced(step.after, old, new))
                for step in steps
            ]

    # Memory

    def _trained(self) -> Iterator[Trained]:
        """Everything learned that the steps hold, oldest first, each once."""
        seen: set[int] = set()
        for step in (*self._done, *reversed(self._undone)):
            for trained in (step.before.trained, step.after.trained):
                if trained is not None and id(trained) not in seen:
                    seen.add(id(trained))
                    yield trained

    def _bound(self, in_use: Trained | None) -> bool:
        held = [trained for trained in self._trained() if trained is not in_use]
        size, released = sum(trained.nbytes for trained in held), False
        for trained in held:
            if size <= self._most_bytes:
                break
            self.replace_trained(trained, None)
            size -= trained.nbytes
            released = True
        return released


def _replaced(sketch: DocumentState, old: Trained, new: Trained | None) -> DocumentState:
    return replace(sketch, trained=new, released=new is None) if sketch.trained is old else sketch
