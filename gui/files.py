"""New, open, save, recent files, examples and recovery."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QPlainTextEdit, QWidget

from engine.data.dataset import DataError
from engine.files.atomic import WriteError
from engine.files.lock import HeldError
from engine.project.file import SUFFIX
from engine.project.project import ProjectError
from engine.project.recovery import Journal, clear_leftovers, left_over
from engine.project.rescue import leave_out, put_aside
from engine.text import printable
from gui.background import AGAIN_MS, aside, under_way
from gui.dialogs import Dialogs
from gui.open_windows import bring_to_front, open_windows
from gui.picture import preview_png
from gui.preferences.declared import EMPTY, LAST
from gui.preferences.store import preferences
from gui.project_session import Opened, holder_of, look_into
from gui.recent import recent_files, remember_file
from gui.settings_file import settings
from gui.source_export import files_in_the_way, write_source
from gui.workspace import Workspace
from resources import examples

FIRST_EXAMPLE = "digits"
FIRST_TEMPLATE = "digit-cnn"
REMEMBER_MS = 100
"""How long after it was opened a file is put into the list of recent files, at the latest."""
_NOT_IN_NAMES = re.compile(r'[/\\:*?"<>|]+')
_LONGEST_NAME = 80


class Files(QObject):
    """``reading`` says that a file is about to be read; ``recent_changed`` that the list of recent files is another."""

    reading = Signal()
    recent_changed = Signal()

    def __init__(self, studio: Workspace, dialogs: Dialogs, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._session, self._window = studio, studio.session, window
        self.dialogs = dialogs
        self._opened: Path | None = None
        """What was opened and has not been put into the list of recent files yet."""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._remember_opened)

    # Beginning

    def will_ask(self, file: Path | None) -> bool:
        """Whether ``begin`` has a question: what to do with work that a crash left behind."""
        if left_over():
            return True
        if file is not None and holder_of(file) is not None:
            return True
        wanted = file or self._last()
        return wanted is not None and Journal.of(wanted).is_left_over()

    def begin(self, file: Path | None) -> None:
        """Open the file asked for; or go on with lost work; or open what was open last, or the example."""
        if file is not None and self._begin_with(file):
            return
        for journal in left_over():
            if self._went_on_with(journal):
                return  # the others are asked about next time
        if file is None and self._began_as_chosen(self._last()):
            return
        self.open_first_example()

    def _began_as_chosen(self, last: Path | None) -> bool:
        """Begin as the settings say, where nothing was asked for. Returns whether something is open now."""
        chosen = preferences().value("start")
        if last is not None and chosen == LAST:
            return self._begin_with(last)
        if last is not None and self._went_on_with_lost_work(last):
            return True
        if chosen == EMPTY:
            self._session.new("empty")
        return bool(chosen == EMPTY)

    def _begin_with(self, path: Path) -> bool:
        """Open a file before there is a window to be kept alive."""
        clear_leftovers(path)
        if holder_of(path) is not None:
            return self._wants_copy(path) and self._open(path, look_into)
        return self._went_on_with_lost_work(path) or self._open(path, look_into)

    def _last(self) -> Path | None:
        """What was open last, if it is still there and nobody else is at work on it, as another window."""
        last = Path(str(settings().value("last", "")) or ".")
        return last if last.is_file() and holder_of(last) is None else None

    def _wants_copy(self, path: Path) -> bool:
        """Whether to open a copy of a file that another process is at work on. Asks."""
        holder = holder_of(path)
        return holder is None or self.dialogs.in_use(path.name, str(holder))

    def open_first_example(self) -> None:
        """The trained digit network that the program comes with."""
        try:
            self._session.open_example(look_into(examples.path(FIRST_EXAMPLE)))
        except ProjectError as error:
            self._session.new(FIRST_TEMPLATE)
            self._studio.notice.emit(str(error))

    # Leaving

    def _finish_typing(self) -> None:
        """What stands in a field that is being typed in belongs to the work."""
        field = QApplication.focusWidget()
        if isinstance(field, QLineEdit | QPlainTextEdit | QAbstractSpinBox) and self._window.isAncestorOf(field):
            field.clearFocus()
            if field.isVisible():
                field.setFocus()

    def may_leave(self) -> bool:
        """Settle unsaved work before something else is opened. False when the user would rather stay."""
        self._remember_opened()
        self._finish_typing()
        training = self._studio.trainer.running
        if not self._session.dirty and not training:
            self._session.discard_journal()
            return True
        choice = self.dialogs.unsaved(self._session.name, training)
        if choice == "cancel":
            return False
        self._studio.end_run(keep=choice == "save")
        if choice == "save" and not self.save():
            return False
        self._session.discard_journal()
        return True

    # Opening

    def new(self, template: str) -> None:
        """Start from a template."""
        if self.may_leave():
            self._session.new(template)
            settings().setValue("last", "")

    def open_example(self, name: str) -> None:
        """Open an example as a new project."""
        if not self.may_leave():
            return
        try:
            self._session.open_example(_read(examples.path(name)))
            settings().setValue("last", "")
        except ProjectError as error:
            self.dialogs.tell("The example could not be opened", str(error))

    @Slot()
    def choose_and_open(self) -> None:
        """Ask for a file and open it."""
        path = self.dialogs.file_to_open(self.folder())
        if path is not None:
            self.open(path)

    def open(self, path: Path) -> bool:
        """Open a file, after settling unsaved work. A file that cannot be read leaves everything as it is, and one that
        another window shows is shown there.

        One that is asked for while another is being read, as by a drop, is opened after that.
        """
        if under_way():
            QTimer.singleShot(AGAIN_MS, self, partial(self.open, path))
            return False
        shown = open_windows().showing(path)
        if shown is not None and shown is not self._window:
            bring_to_front(shown)
            return False
        clear_leftovers(path)
        if not self._wants_copy(path):
            return False
        if holder_of(path) is None and Journal.of(path).is_left_over():
            return self.may_leave() and (self._went_on_with_lost_work(path) or self._open(path, _read))
        self.reading.emit()
        opened = self._read_or_tell(path, _read)
        if opened is None:
            return False
        self._finish_typing()
        asks = self._session.dirty or self._studio.trainer.running
        if not self.may_leave():
            return False
        if asks and not self._session.dirty:
            opened = self._read_or_tell(path, _read)  # it may be the file that was just saved to
        return self._show(opened)

    def _open(self, path: Path, reader: Callable[[Path], Opened]) -> bool:
        return self._show(self._read_or_tell(path, reader))

    def _read_or_tell(self, path: Path, reader: Callable[[Path], Opened]) -> Opened | None:
        try:
            return reader(path)
        except ProjectError as error:
            self.dialogs.tell("The file could not be opened", str(error))
            return None

    def _show(self, opened: Opened | None) -> bool:
        """Show what was read. Returns whether anything was."""
        if opened is None:
            return False
        try:
            self._session.open(opened)
        except HeldError:
            self._session.open_copy(opened)
            return True
        if opened.said:
            self._studio.notice.emit(opened.said)
        self._opened = opened.path
        self._soon.start(REMEMBER_MS)  # the disk can wait: this frame has enough to do, and so have the next ones
        return True

    def _went_on_with_lost_work(self, path: Path) -> bool:
        """Offer what a crash left behind of a file. Returns whether that is what is open now; else it is put aside."""
        journal = Journal.of(path)
        if not journal.is_left_over():
            return False
        return self._went_on_with(journal)

    def _went_on_with(self, journal: Journal) -> bool:
        """Offer lost work. Returns whether that is what is open now; else it is put aside."""
        if not self.dialogs.recover("" if journal.file is None else journal.file.name):
            leave_out(journal)
            return False
        try:
            lost = journal.lost
            self._session.recover(journal)
        except ProjectError as error:
            self.dialogs.tell("The unsaved work could not be read", f"{error} {_put_aside(journal)}")
            return False
        if lost:
            self.dialogs.tell("Some of the unsaved work could not be recovered", lost)
        return True

    @Slot()
    def _remember_opened(self) -> None:
        self._soon.stop()
        path, self._opened = self._opened, None
        if path is not None:
            self._remember(path)

    def _remember(self, path: Path) -> None:
        remember_file(path)
        settings().setValue("last", str(path.resolve()))
        self.recent_changed.emit()

    def suggestion(self, suffix: str) -> Path:
        """A name for something taken out of the project, beside its file."""
        name = self._session.name
        return self.folder() / f"{name if self._session.path is not None else _as_file_name(name)}{suffix}"

    def folder(self) -> Path:
        """Where files of this project are looked for at first."""
        if self._session.path is not None and self._session.path.parent.is_dir():
            return self._session.path.parent
        files = recent_files()
        return files[0].parent if files else Path.home()

    # Saving

    @Slot()
    def save(self) -> bool:
        """Save to the project's file, asking where when it has none."""
        self._finish_typing()
        if self._session.path is None:
            return self.save_as()
        return self.save_to(self._session.path)

    @Slot()
    def save_as(self) -> bool:
        """Ask where to save."""
        self._finish_typing()
        path = self.dialogs.file_to_save(self.suggestion(SUFFIX))
        return path is not None and self.save_to(path)

    def save_to(self, path: Path) -> bool:
        """Save to ``path``; where that fails, ask for another place until it is saved or the user gives up."""
        if path == self._session.path and self._session.changed_on_disk:
            choice = self.dialogs.changed(path.name)
            if choice != "overwrite":
                return choice == "save as" and self.save_as()
        try:
            left_out = self._session.save(path, preview_png(self._session.document.whole))
        except ProjectError as error:
            self.dialogs.tell("The project could not be saved", str(error))
            return self.save_as()
        self._remember(path)
        if left_out:
            # The name comes last: where there is no room for all of it, what matters is there.
            words = "Saved without the trained weights: the network was changed since they were learned."
            self._studio.reminder.emit(f"{words} {path.name}")
        else:
            self._studio.notice.emit(f"Saved {path.name}.")
        return True

    @Slot()
    def export_source(self) -> None:
        """Write the network as a Python file with its weights beside it."""
        self._export(with_training=False)

    @Slot()
    def export_source_with_training(self) -> None:
        """The same with its training, and the rows it learns from."""
        self._export(with_training=True)

    def _export(self, *, with_training: bool) -> None:
        path = self.dialogs.file_for_source(self.suggestion(".py"))
        if path is None:
            return
        in_the_way = files_in_the_way(self._session, path, with_training=with_training)
        if not all(self.dialogs.replace(file.name) for file in in_the_way):
            return
        try:
            written = write_source(self._session, path, with_training=with_training)
        except (ValueError, DataError, ProjectError, WriteError) as error:
            self.dialogs.tell("The network could not be exported", str(error))
            return
        self._studio.notice.emit(f"Wrote {', '.join(file.name for file in written)}.")


def _put_aside(journal: Journal) -> str:
    """Take lost work that cannot be read out of the way, and say where it is."""
    try:
        kept = put_aside(journal)
    except OSError as error:
        return f"It stays in {journal.path}: {error.strerror or type(error).__name__}."
    journal.discard()
    return f"It is kept in {kept}."


def _as_file_name(title: str) -> str:
    """A title, which may say anything, as the name of a file on any system."""
    name = _NOT_IN_NAMES.sub("-", printable(title)[:_LONGEST_NAME]).strip(". -")
    return name or "untitled"


def _read(path: Path) -> Opened:
    return aside(partial(look_into, path))
