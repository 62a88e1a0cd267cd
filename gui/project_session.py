"""The open project as a whole: the document, what training made of it, its file, and the journal beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from engine.data.dataset import DataError
from engine.files.endings import without_ending
from engine.files.lock import HeldError, Holder, Lock
from engine.files.stamps import NEVER, Stamp, stamp_of
from engine.graph import templates
from engine.graph.advice.analysis import Analysis, analyse
from engine.graph.signature import Signature
from engine.project.container import contents_of
from engine.project.file import SUFFIX, read, write
from engine.project.opening import opened
from engine.project.project import Drawing, Project, ProjectError
from engine.project.recovery import WINDOW, Journal
from engine.project.rescue import leave_out
from engine.training import data_loading
from engine.training.recipe import Recipe
from engine.training.run_record import UNTRAINED
from gui.document import Document, DocumentState
from gui.journal_writer import JournalWriter
from gui.training.kept_runs import runs_since
from gui.training.trained import Onward, Trained

JOURNAL_MS = 3_000
"""How soon after a change the journal is written."""


def signature_of(recipe: Recipe) -> Signature | None:
    """What the recipe asks of a drawing; None when its dataset is not known here."""
    try:
        return data_loading.signature_of(recipe)
    except DataError:
        return None


@dataclass(frozen=True)
class Opened:
    """A project as it was read from a file, and what its drawing comes to."""

    path: Path
    project: Project
    analysis: Analysis
    stamp: Stamp | None = None
    said: str = ""
    """Where its data is now, where that is elsewhere than it was; "" where there is nothing to say."""


def look_into(path: Path) -> Opened:
    """Read a file. Raises ProjectError. Touches nothing of the window's: it may be done in a thread."""
    stamp = stamp_of(path)  # before reading: what changes meanwhile is a change too
    project, words = opened(read(path), path)
    data_loading.remember(project.run_recipe, project.run.preparation)
    return Opened(path, project, analyse(project.graph, signature_of(project.recipe)), stamp, words)


def holder_of(path: Path) -> Holder | None:
    """Who else is at work on a file; None when nobody is, or this process."""
    lock = Lock.on(path)
    return None if lock.is_mine else lock.holder()


class ProjectSession(QObject):
    """One open project.

    ``replaced`` says that another project is open now; ``trained_changed`` that there are other weights;
    ``titled`` that name or state of the file changed. Errors are raised as ProjectError for the caller to show.
    """

    replaced = Signal()
    trained_changed = Signal(object)
    titled = Signal()
    journal_failed = Signal(str)

    def __init__(self, parent: QObject | None = None, journal_ms: int = JOURNAL_MS) -> None:
        super().__init__(parent)
        project = Project()
        self._shown = project
        """As it was opened: what the window does not show of it is saved again as it is."""
        self._learned_before: Trained | None = None
        """What had been learned when it was opened."""
        self.document = Document(DocumentState(project.graph, project.recipe), signature_of, self)
        self.drawing: Drawing = ()
        self.notes = ""
        self.path: Path | None = None
        self.title = ""
        self.under_way: Trained | None = None
        self._runs_under_way = project.runs
        self._lock: Lock | None = None
        self._stamp: Stamp | None = None
        self._writer = JournalWriter(self)
        self._writer.failed.connect(self.journal_failed)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(journal_ms)
        self._timer.timeout.connect(self._write_journal)
        self.document.changed.connect(self._touched)
        self.document.history_changed.connect(self.titled)

    @property
    def journal_ms(self) -> int:
        """How soon after a change the journal is written."""
        return self._timer.interval()

    @journal_ms.setter
    def journal_ms(self, milliseconds: int) -> None:
        self._timer.setInterval(milliseconds)

    # State

    @property
    def name(self) -> str:
        """What the window's title calls the project."""
        return without_ending(self.path.name, SUFFIX) if self.path else self._title or "untitled"

    @property
    def _title(self) -> str:
        """As it was opened, or as other data has named it since."""
        named = self.document.sketch.title
        return self.title if named is None else named

    @property
    def journal(self) -> Journal:
        """Where unsaved work is written to."""
        return self._writer.journal

    @property
    def dirty(self) -> bool:
        """Whether something would be lost without saving."""
        return self.document.dirty

    @property
    def trained(self) -> Trained | None:
        """What training has made, whether or not it belongs to the drawing as it is now."""
        return self.document.trained

    @property
    def fitting(self) -> Trained | None:
        """The weights, when they belong to the drawing as it is now."""
        trained = self.trained
        if trained is None or not trained.fits(self.document.whole, self.document.whole_signature):
            return None
        return trained

    def set_trained(self, trained: Trained | None, label: str = "Train") -> None:
        """There are other weights now: a step of undo, which ``label`` names."""
        self.under_way = None
        if trained is not None:
            data_loading.remember(trained.recipe, trained.preparation)
        self.document.learn(label, trained)

    def run_begins(self, onward: Onward, *, follows: bool = False) -> None:
        """A run begins; unless it continues the one before it, that one is kept among the earlier runs.

        ``follows``: it only goes after data that has become more, and is no run of its own.
        """
        sketch = self.document.sketch
        kept = follows and sketch.trained is not None
        self._runs_under_way = sketch.runs if kept else runs_since(sketch, onward)

    def run_ended(self, trained: Trained, label: str, recipe: Recipe | None = None, *, merge: str = "") -> None:
        """A run has made ``trained``: a step of undo, which ``label`` names. ``recipe``: it becomes the project's.

        With the same ``merge`` several in a row are one step.
        """
        self.under_way = None
        if recipe is None:
            self.document.learn(label, trained, self._runs_under_way, merge=merge)
            return
        data_loading.remember(trained.recipe, trained.preparation)
        sketch = replace(self.document.sketch, recipe=recipe, trained=trained, released=False)
        self.document.use_run(label, replace(sketch, runs=self._runs_under_way))

    @Slot(object, object)
    def _touched(self, before: DocumentState, after: DocumentState) -> None:
        if not self.document.opening:  # the journal beside what is being opened is none of this work's
            if self.dirty:
                self._timer.start()
            else:
                # Undone back to what is saved: after a crash there would be nothing to recover.
                self.discard_journal()
        if after.trained is not before.trained or self.document.opening:
            self.trained_changed.emit(after.trained)

    # The whole value

    def keep(self, under_way: Trained | None) -> None:
        """A run has got so far: should the program be killed, this is what is recovered. None: there is no run."""
        self.under_way = under_way
        if under_way is not None and self._writer.has_time:
            self._write_journal()

    def project(self, under_way: Trained | None = None) -> Project:
        """Everything, as it would be saved. Weights that do not fit the drawing any more are left out.

        ``under_way`` are the weights of a run that has not ended, to take instead.
        """
        document, fitting, as_it_was = self.document, self.fitting, self.trained is self._learned_before
        runs = document.sketch.runs
        if under_way is not None and under_way.fits(document.whole, document.whole_signature):
            fitting, as_it_was, runs = under_way, False, self._runs_under_way
        shown = replace(
            self._shown,
            graph=document.whole,
            recipe=document.recipe,
            runs=runs,
            drawings=((self.drawing,) if self.drawing else ()) + self._shown.drawings[1:],
            notes=self.notes,
            title=self._title,
        )
        if as_it_was and (shown.graph, shown.recipe) == (self._shown.graph, self._shown.recipe):
            return shown
        if fitting is None:
            return replace(shown, run=UNTRAINED, trained_on="", trained_with=None)
        fitting = fitting.for_graph(document.whole)
        run = replace(fitting.record, training=fitting.state_for(document.whole, fitting.recipe))
        saved = shown.with_run(run, fitting.recipe)
        return replace(saved, trained_on=self._shown.trained_on) if as_it_was else saved

    def _show(
        self,
        project: Project,
        path: Path | None,
        *,
        saved: bool,
        analysis: Analysis | None = None,
        stamp: Stamp | None = None,
    ) -> None:
        self._timer.stop()
        data_loading.remember(project.run_recipe, project.run.preparation)
        self.path, self.title, self.notes = path, project.title, project.notes
        self._shown = project
        self.drawing = project.drawings[0] if project.drawings else ()
        self.under_way = None
        self._learned_before = trained = _trained_of(project, signature_of(project.recipe))
        self._writer.use(Journal.of(path))
        self.journal.stores.knows(project, project.origin)
        self._stamp = stamp
        self._hold(None if path is None else Lock.on(path))
        state = DocumentState(project.graph, project.recipe, trained, runs=project.runs)
        self.document.reset(state, saved=saved, analysis=analysis)
        self.replaced.emit()
        self.titled.emit()

    # Files

    def new(self, template: str) -> None:
        """Start from a template. Unsaved work is the caller's question."""
        self.discard_journal()
        described = templates.describe(template)
        recipe = Recipe().with_settings(described.recipe)
        title = "" if template == "empty" else described.title
        self._show(Project(graph=templates.build(template), recipe=recipe, title=title), None, saved=True)

    def open(self, opened: Opened) -> None:
        """Go on with what was read from a file. Unsaved work is the caller's question.

        Raises HeldError, and changes nothing, when another process or window is at work on the file.
        """
        self._take(Lock.on(opened.path))
        self.discard_journal()
        self._show(opened.project, opened.path, saved=True, analysis=opened.analysis, stamp=opened.stamp)

    def open_copy(self, opened: Opened) -> None:
        """Go on with a copy of what was read from a file, which is left to whoever is at work on it."""
        self.discard_journal()
        project = replace(opened.project, title=f"{without_ending(opened.path.name, SUFFIX)} (copy)")
        self._show(project, None, saved=True, analysis=opened.analysis)

    def open_example(self, opened: Opened) -> None:
        """The same as a new project without a name, so that saving asks where."""
        self.discard_journal()
        self._show(opened.project, None, saved=True, analysis=opened.analysis)

    def recover(self, journal: Journal) -> None:
        """Go on with unsaved work that a crash left behind. Raises ProjectError.

        Where another process is at work on its file by now, it becomes work without a file.
        """
        project, file = journal.recover(), journal.file
        stamp = _stamp_for(journal)
        try:
            if file is not None:
                self._take(Lock.on(file))
        except HeldError:
            file = None
        self.discard_journal()
        self._show(project, file, saved=False, stamp=stamp)
        self.write_journal()
        if journal.path != self.journal.path:
            journal.discard()

    @property
    def changed_on_disk(self) -> bool:
        """Whether somebody else has written the project's file since it was opened or saved here."""
        found = None if self.path is None else stamp_of(self.path)
        return found is not None and found != self._stamp

    def save(self, path: Path, preview: bytes = b"") -> bool:
        """Save to ``path``. Returns whether trained weights were left out because they no longer fit.

        Raises ProjectError; then everything is as it was, and as unsaved as it was.
        """
        project, lock = self.project(), Lock.on(path)
        try:
            self._take(lock)
        except HeldError as error:
            raise ProjectError(f"{path} is in use by {error.holder}. Choose another name.") from None
        try:
            write(replace(project, preview=preview), path)
            written = contents_of(path)
        except ProjectError:
            if self._lock is None or self._lock.path != lock.path:
                lock.release()
            raise
        self.discard_journal()
        journal = Journal.of(path)
        if journal.path != self.journal.path and journal.is_left_over():
            leave_out(journal)  # unsaved work on what was replaced here: it must not be taken for work on this
        self.path = path
        self._writer.use(journal)
        journal.stores.knows(project, written)
        self._stamp = stamp_of(path)
        self._hold(lock)
        self.document.mark_saved()
        self.titled.emit()
        return self.trained is not None and project.run.weights is None

    def _take(self, lock: Lock) -> None:
        """Take the lock of a file. Raises HeldError when another process has it, or another session of this one."""
        if lock.is_mine and (self._lock is None or not lock.is_the_same(self._lock)):
            raise HeldError(Holder(doing="another window"))
        lock.acquire(WINDOW)

    def _hold(self, lock: Lock | None) -> None:
        """Give back the lock of what was open before."""
        before, self._lock = self._lock, lock
        if before is not None and (lock is None or before.path != lock.path):
            before.release()

    def close(self) -> None:
        """The window is closed: others may have the file."""
        self._writer.settle()
        self._hold(None)

    @Slot()
    def _write_journal(self) -> None:
        if self.dirty or self.under_way is not None:
            self._writer.write(self.project(self.under_way))

    def write_journal(self) -> None:
        """Put unsaved work into the journal, beside the file and never over it, and wait until it is there."""
        self._write_journal()
        self._writer.settle()

    def discard_journal(self) -> None:
        """The work is saved or given up: remove the journal."""
        self._timer.stop()
        self._writer.discard()


def _stamp_for(journal: Journal) -> Stamp | None:
    """The stamp of the file that recovered work belongs to; that of none, when the file is newer than the work."""
    now, kept = (None if path is None else stamp_of(path) for path in (journal.file, journal.path))
    return NEVER if now is not None and kept is not None and now[0] > kept[0] else now


def _trained_of(project: Project, signature: Signature | None) -> Trained | None:
    if project.run.weights is None:
        return None
    own = project.run.own_schema
    if own is not None:  # the file may be another by now, or gone
        signature = data_loading.asked(own, project.run_recipe, project.run_recipe.batch_size)
    return Trained(project.graph, project.run_recipe, signature, **project.run.values())
