"""Tampered project files that open, in the real window: shown, looked through, trained on, saved. Run by hand.

    python tests/benchmarks/attacks/window.py [files that open, 1000] [first seed, 0]

Each is opened as by File > Open; every tab and some layers are shown and painted; its run goes on, or a new one begins,
for a moment; it is saved under another name and closed. Counted as faults: exceptions that nothing caught, warnings of
Qt, and the end of the process by a signal. Ends with 1 if there was any.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT))
TRAINING_S, WAITING_S = 0.4, 30.0
HARMLESS = ("does not support", "propagateSizeHints", "grabbing the")


def worker(pipe: Connection, folder: str, first: int, wanted: int) -> None:
    """Opens files from ``first`` on until ``wanted`` have opened; tells every seed before, every fault after."""
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[name] = folder
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    from PySide6.QtCore import QtMsgType, qInstallMessageHandler
    from PySide6.QtWidgets import QApplication

    from engine.project.file import read
    from engine.project.project import ProjectError
    from gui import theme
    from gui.window import Window
    from tests.hostile_projects import sound_files, spoiled
    from tests.soaking import Silent

    faults: list[str] = []

    def message(kind: QtMsgType, _context: Any, words: str) -> None:
        if kind not in (QtMsgType.QtDebugMsg, QtMsgType.QtInfoMsg) and not any(word in words for word in HARMLESS):
            faults.append(f"Qt says: {words}")

    class Careless(Silent):
        def unsaved(self, name: str, training: bool) -> str:
            return "discard"

    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    sys.excepthook = lambda *what: faults.append("".join(traceback.format_exception(*what)))
    sys.unraisablehook = lambda raised: faults.append(f"{raised.exc_type}: {raised.exc_value}")
    qInstallMessageHandler(message)
    window = Window()
    window.dialogs = window.files.dialogs = Careless(window)
    window.resize(1280, 800)
    window.show()
    path = Path(folder) / "file.sketchnet"
    contents = [file.read_bytes() for file in sound_files(Path(folder))]
    seed, opened = first, 0
    while opened < wanted:
        path.write_bytes(spoiled(contents[seed % len(contents)], seed)[1])
        try:
            read(path)
        except ProjectError:
            seed += 1
            continue
        pipe.send(("at", seed, opened))
        used(window, path, seed)
        for fault in faults:
            pipe.send(("fault", seed, fault))
        faults.clear()
        opened, seed = opened + 1, seed + 1
    window.close()
    pipe.send(("end", seed, opened))


def used(window: Any, path: Path, seed: int) -> None:
    """What somebody does with a file."""
    from PySide6.QtWidgets import QApplication, QTabWidget

    rng = random.Random(seed)
    window.files.open(path)
    QApplication.processEvents()
    for tabs in window.findChildren(QTabWidget):
        for number in range(tabs.count()):
            if tabs.isTabVisible(number):
                tabs.setCurrentIndex(number)
                QApplication.processEvents()
    nodes = list(window.document.graph.nodes)
    for node in rng.sample(nodes, min(3, len(nodes))):
        window.document.select([node])
        QApplication.processEvents()
    window.grab()
    studio = window.studio
    if studio.train(again=rng.random() < 0.3):
        stop, give_up = time.monotonic() + TRAINING_S, time.monotonic() + WAITING_S
        while studio.trainer.running and time.monotonic() < give_up:
            QApplication.processEvents()
            time.sleep(0.002)
            if time.monotonic() > stop:
                studio.trainer.stop()
                stop = give_up
        if studio.trainer.running:
            raise TimeoutError(f"the run had not ended {WAITING_S:g} s after it was stopped")
    QApplication.processEvents()
    window.grab()
    window.files.save_to(path.with_name("saved.sketchnet"))
    QApplication.processEvents()


def main() -> int:
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    context = multiprocessing.get_context("spawn")
    began, done, faults = time.monotonic(), 0, 0
    while done < wanted:
        pipe, theirs = context.Pipe()
        with tempfile.TemporaryDirectory(prefix="sketchnet-window-") as folder:
            # Not for ever: what one window gathers is another test's affair.
            process = context.Process(target=worker, args=(theirs, folder, seed, min(200, wanted - done)), daemon=True)
            process.start()
            theirs.close()
            begun, ended = done, False
            while not ended:
                try:
                    if not pipe.poll(120):
                        raise EOFError
                    kind, at, value = pipe.recv()
                except EOFError:
                    process.kill()
                    process.join()
                    faults += 1
                    print(f"seed {seed}: the process hung, or ended with {process.exitcode}", flush=True)
                    done, seed = done + 1, seed + 1
                    break
                seed = at
                if kind == "fault":
                    faults += 1
                    print(f"seed {at}: {value}", flush=True)
                else:
                    done = begun + value
                    ended = kind == "end"
            process.join(20)
        print(f"… {done:,} files opened, {time.monotonic() - began:.0f} s, {faults} faults", flush=True)
    print(f"{done:,} tampered files opened and used in the window in {time.monotonic() - began:.0f} s: {faults} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
