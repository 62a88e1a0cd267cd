"""Unsaved work survives a crash: a journal beside the file, never over it.

The journal of ``digits.sketchnet`` is ``.digits.sketchnet.journal`` in the same folder, a project file like any
other; work that has no file yet is journalled in the user's own folder for such things. A small lock file beside
the journal names the process that writes it, so that two windows do not take each other's work for lost.
"""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from engine.project.file import read, write
from engine.project.project import Project, ProjectError

_SUFFIX = ".journal"


def journal_folder() -> Path:
    """Where work without a file is journalled."""
    return Path(platformdirs.user_state_dir("sketchnet", appauthor=False)) / "unsaved"


@dataclass(frozen=True)
class Journal:
    """The journal of one open project; ``file`` is None while the project has no file yet."""

    file: Path | None
    path: Path

    @classmethod
    def of(cls, file: Path | None) -> Journal:
        """The journal for a project file, or a new one of this process for work without a file."""
        if file is None:
            return cls(None, journal_folder() / f"untitled-{os.getpid()}.sketchnet{_SUFFIX}")
        file = Path(os.path.abspath(file))
        return cls(file, file.with_name(f".{file.name}{_SUFFIX}"))

    @property
    def lock(self) -> Path:
        return self.path.with_name(self.path.name + ".lock")

    def write(self, project: Project) -> None:
        """Put the present state into the journal. Raises ProjectError; the project's own file is never touched."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.lock.write_text(str(os.getpid()))
        except OSError as error:
            message = f"Unsaved work could not be journalled in {self.path.parent}: {error.strerror}."
            raise ProjectError(message) from error
        write(project, self.path)

    def discard(self) -> None:
        """Remove the journal: the work is saved, or was given up."""
        for path in (self.path, self.lock):
            with suppress(OSError):
                path.unlink(missing_ok=True)

    def is_left_over(self) -> bool:
        """Whether unsaved work lies here that no running process is writing."""
        return self.path.is_file() and not _is_running(self._owner())

    def recover(self) -> Project:
        """The unsaved work. Raises ProjectError."""
        return read(self.path)

    def _owner(self) -> int:
        try:
            return int(self.lock.read_text())
        except (OSError, ValueError):
            return 0


def left_over() -> tuple[Journal, ...]:
    """Journals of work without a file that a crash has left behind, newest first."""
    found = [Journal(None, path) for path in journal_folder().glob(f"*{_SUFFIX}")]
    lost = [journal for journal in found if journal.is_left_over()]
    return tuple(sorted(lost, key=lambda journal: journal.path.stat().st_mtime, reverse=True))


def _is_running(process: int) -> bool:
    """Whether a process of that number runs; the present one counts, so that it leaves its own journal alone."""
    if process <= 0:
        return False
    if os.name == "nt":
        return _is_running_on_windows(process)
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    except OverflowError:  # no number of a process is that large
        return False
    return True


def _is_running_on_windows(process: int) -> bool:
    import ctypes

    kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
    query_limited_information, still_active = 0x1000, 259
    handle = kernel.OpenProcess(query_limited_information, False, process)
    if not handle:
        return False
    code = ctypes.c_ulong()
    kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return code.value == still_active
