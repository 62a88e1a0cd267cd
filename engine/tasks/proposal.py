"""A drawing and a recipe for a file or folder of the user's: what to begin with, not what is best.

One row of ``PROPOSERS`` for each kind of file; the first that takes a file makes the proposal.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from engine.data.dataset import DataError
from engine.tasks import examples_proposal, picture_proposal, table_proposal, text_proposal
from engine.tasks.proposed import Proposal


@dataclass(frozen=True)
class Proposer:
    """``what`` it is for are files whose names end in ``suffixes``, and ``folders``; ``propose(path, target, task)``
    proposes.

    ``target`` names what is to be learned, ``task`` the kind of learning; "" where they are not chosen.
    """

    what: str
    suffixes: tuple[str, ...]
    propose: Callable[[Path, str, str], Proposal]
    folders: bool = False

    def takes(self, path: Path) -> bool:
        """Whether it is for a file of this name, or for this folder."""
        return self.folders if path.is_dir() else path.name.lower().endswith(self.suffixes)


PROPOSERS = (
    Proposer("tables", table_proposal.SUFFIXES, table_proposal.propose),
    Proposer("examples of your own", examples_proposal.SUFFIXES, examples_proposal.propose),
    Proposer("plain texts", text_proposal.SUFFIXES, text_proposal.propose),
    Proposer("folders of images", picture_proposal.SUFFIXES, picture_proposal.propose, folders=True),
)


def proposed(path: Path, target: str = "", task: str = "") -> Proposal:
    """A drawing and a recipe for the file. Raises DataError: it is missing or cannot be read, or nothing fits."""
    if not path.exists():
        raise DataError(f"{path} is not there. Give the path of a file with data, or of a folder of images.")
    for proposer in PROPOSERS:
        if proposer.takes(path):
            return proposer.propose(path, target, task)
    raise DataError(f"{path} cannot be learned from. There is something to learn from: {_listed()}.")


def _listed() -> str:
    return ", ".join(f"{one.what} ({', '.join(f'*{suffix}' for suffix in one.suffixes)})" for one in PROPOSERS)
