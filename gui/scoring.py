"""Predicts a whole table in a thread: which file, where to, how far it is, and what came of it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QThread, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from engine.data.kinds import DataKind
from engine.data.tables.formats import ENDINGS
from engine.export.scored import Scored, unfit
from engine.files.atomic import WriteError
from gui.files import Files
from gui.keys_in_words import with_key
from gui.threads import end
from gui.training.network_thread import NetworkThread
from gui.training.trained import Trained
from gui.tryout.scoring_dialog import ScoringDialog
from gui.workspace import Workspace


class _Thread(NetworkThread):
    """Writes ``out``: the table at ``path`` with its predictions."""

    UNEXPECTED = "The table could not be predicted: {kind}."
    progressed = Signal(int, int)

    def __init__(self, trained: Trained, path: Path, out: Path, *, new: bool) -> None:
        super().__init__(trained)
        self._path, self.out, self._new = path, out, new
        self.done: Scored | None = None

    def work(self) -> None:
        """Predict the rows. Runs in the thread."""
        from engine.export.scoring import ScoringCancelled, score

        try:
            self.done = score(self.trained.learned, self._path, self.out, new=self._new, progress=self._tell)
        except ScoringCancelled:
            pass
        except WriteError as error:
            self.problem = str(error)

    def _tell(self, done: int, rows: int) -> bool:
        self.progressed.emit(done, rows)
        return not self.isInterruptionRequested()


class Scoring(QObject):
    """Serves one window. ``action`` begins it, and can be chosen where a network for tables is trained."""

    def __init__(self, studio: Workspace, files: Files, action: QAction, window: QWidget) -> None:
        super().__init__(window)
        self._studio, self._files, self._action, self._window = studio, files, action, window
        self.dialog: ScoringDialog | None = None
        """The dialog that is open."""
        self._thread: _Thread | None = None
        action.triggered.connect(self.begin)
        studio.network_changed.connect(self._look)
        studio.looked.connect(self._look)
        self._look()

    @Slot()
    def _look(self, *_look: object) -> None:
        schema = self._studio.schema
        trained = self._studio.predictions.trained
        tables = schema is not None and schema.kind is not DataKind.PICTURES and not unfit(schema)
        self._action.setEnabled(tables and trained is not None)

    @Slot()
    def begin(self) -> None:
        """Ask for a table and for where its predictions go, and predict it."""
        trained = self._studio.predictions.trained
        if trained is None:
            self._studio.notice.emit(f"This network is not trained yet. {with_key('Press Train', 'train')}.")
            return
        if self._thread is not None or self.dialog is not None:
            return
        dialogs = self._files.dialogs
        path = dialogs.table_to_predict(self._folder(), ENDINGS)
        if path is None:
            return
        out = dialogs.file_for_predictions(path.with_name(f"{path.name.split('.')[0]}-predictions.csv"))
        if out is None:
            return
        self.dialog = dialog = ScoringDialog(path, self._window)
        dialog.stopped.connect(self._stop)
        dialog.closed.connect(self._closed)
        dialog.show()
        if _same(path, out):
            dialog.show_problem(f"The predictions would replace {path.name} itself. Choose another name for them.")
            return
        # Whether a file may be replaced has been asked where it is chosen: one that comes meanwhile stays.
        self._thread = thread = _Thread(trained, path, out, new=not out.exists())
        thread.progressed.connect(dialog.show_progress)
        thread.finished.connect(self._finish)
        thread.start(QThread.Priority.LowPriority)

    def _folder(self) -> Path:
        path = str(self._studio.document.recipe.dataset_options.get("path", ""))
        return Path(path).parent if path else Path.home()

    @Slot()
    def _stop(self) -> None:
        if self._thread is not None:
            self._thread.requestInterruption()

    @Slot()
    def _closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    @Slot()
    def _finish(self) -> None:
        thread, self._thread = self._thread, None
        if thread is None:
            return
        if self.dialog is not None and thread.done is not None:
            self.dialog.show_done(thread.done, thread.out)
        elif self.dialog is not None and thread.problem:
            self.dialog.show_problem(thread.problem)
        thread.deleteLater()

    def close(self) -> None:
        """End what is being done; no file is left behind."""
        thread, self._thread = self._thread, None
        end(thread)


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False
