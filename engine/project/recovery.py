"""Unsaved work survives a crash: a journal beside the file, never over it.

The journal of ``digits.sketchnet`` is ``.digits.sketchnet.journal`` in the same folder, a project file like any other
but for its large parts, which lie beside it and are written once (``journal_stores``). Work that has no file yet is
journalled in the user's own folder for such things. A lock beside the journal is held by the process that writes it,
so that two windows do not take each other's work for lost.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import platformdirs

from engine.files.lock import HeldError, Lock
from engine.files.temporaries import clear, clear_folder, hidden_name
from engine.project.container import RUN_IN_USE, is_known
from engine.project.file import project_in
from engine.project.journal_stores import JournalStores, clear_orphans, clear_stores, read_parts_of_journal
from engine.project.project import Project, ProjectError

_SUFFIX = ".journal"
_numbers = count(1)


WINDOW = "a window"
"""What the lock of an open file, and that of its journal, say of their holder."""


def state_folder() -> Path:
    """The user's own folder for what is not to be lost between two runs of the program."""
    return platformdirs.user_state_path("sketchnet", appauthor=False)


def journal_folder() -> Path:
    """Where work without a file is journalled."""
    return state_folder() / "unsaved"


@dataclass(frozen=True)
class Journal:
    """The journal of one open project; ``file`` is None while the project has no file yet."""

    file: Path | None
    path: Path
    stores: JournalStores = field(default_factory=JournalStores, compare=False, repr=False)

    @classmethod
    def of(cls, file: Path | None) -> Journal:
        """The journal for a project file, or a new one for work without a file."""
        if file is None:
            return cls._without_file()
        file = Path(os.path.abspath(file))
        return cls(file, file.parent / hidden_name(file.name, _SUFFIX))  # the root of a disk has no name

    @classmethod
    def _without_file(cls) -> Journal:
        """Never one that is left over, as a process may have the number of one that has crashed; nor one that was given
        out before: this process may have several such projects."""
        name = f"untitled-{os.getpid()}"
        while True:
            number = next(_numbers)
            again = f"-{number}" if number > 1 else ""
            journal = cls(None, journal_folder() / f"{name}{again}.sketchnet{_SUFFIX}")
            if not journal.path.exists() and journal.lock.holder() is None:
                return journal

    @property
    def lock(self) -> Lock:
        """Held by the process that writes the journal, for as long as there is one."""
        return Lock(self.path.with_name(f"{self.path.name}.lock"))

    def write(self, project: Project) -> None:
        """Put the present state into the journal: what has changed of it since. Raises ProjectError.

        The project's own file is never touched.
        """
        try:
            if self.file is None:  # a project's folder that is gone must not seem to be there again
                self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock.acquire(WINDOW)
            self.stores.write(project, self.path)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise ProjectError(f"Unsaved work could not be journalled in {self.path.parent}: {reason}.") from error
        except HeldError as error:
            message = f"Unsaved work could not be journalled: the journal {self.path.name} is kept by {error.holder}."
            raise ProjectError(message) from error
        except ProjectError as error:
            raise ProjectError(f"Unsaved work could not be journalled. {error}") from error

    def discard(self) -> None:
        """Remove the journal: the work is saved, or was given up. One that another process keeps is left alone."""
        if not self.lock.is_mine and self.lock.holder() is not None:
            return
        with suppress(OSError):
            self.path.unlink(missing_ok=True)
            clear_stores(self.path)
        self.lock.release()

    def is_left_over(self) -> bool:
        """Whether unsaved work lies here that no running process is writing."""
        return self.path.is_file() and self.lock.holder() is None

    def recover(self) -> Project:
        """The unsaved work, without what ``lost`` tells of. Raises ProjectError."""
        return project_in(read_parts_of_journal(self.path)[0])

    @property
    def lost(self) -> str:
        """What cannot be recovered of the work, in a sentence; "" when all of it can. Raises ProjectError."""
        gone = read_parts_of_journal(self.path)[1]
        runs = sorted({int(name.split("/")[1]) for name in gone if is_known(name) and name.startswith("runs/")})
        what = ["what the network has learned"] if RUN_IN_USE.intersection(gone) else []
        what += [f"run {number}" for number in runs]
        if not what:
            return ""
        return f"The file it lay in was changed or removed since, so this could not be recovered: {', '.join(what)}."


def left_over() -> tuple[Journal, ...]:
    """Journals of work without a file that a crash has left behind, newest first."""
    clear_folder(journal_folder())
    clear_orphans(journal_folder())
    found = [Journal(None, path) for path in journal_folder().glob(f"*{_SUFFIX}")]
    lost = [journal for journal in found if journal.is_left_over()]
    return tuple(sorted(lost, key=lambda journal: journal.path.stat().st_mtime, reverse=True))


def clear_leftovers(file: Path) -> None:
    """Remove what killed processes have left of a project file and its journal: files half written. Never raises."""
    with suppress(ValueError):  # a zero byte, which no name can have
        journal = Journal.of(file)
        clear(Path(os.path.realpath(file)))
        clear(journal.path)
        if not journal.path.exists() and journal.lock.holder() is None:
            clear_stores(journal.path)
            journal.lock.release()
