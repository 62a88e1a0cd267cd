"""Start-up: the window first, torch after."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import resources
from engine.streams import keep_places, stand_in

if TYPE_CHECKING:
    from gui.window import Window


def main(argv: list[str] | None = None) -> int:
    """Open the window; ``argv`` may name a project file. Returns the exit status."""
    keep_places()
    stand_in()
    arguments = sys.argv[1:] if argv is None else argv
    if any(word.startswith("-") for word in arguments):
        from gui.desktop.command import answered

        if (done := answered(arguments)) is not None:
            return done
    if sys.platform == "win32":
        # On Windows torch must be loaded before Qt (https://github.com/pytorch/pytorch/issues/169429).
        import engine.network.build  # noqa: F401
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QIcon
    from PySide6.QtWidgets import QApplication

    from gui.preferences.scaling import scaled_interface
    from gui.settings_file import look_after, set_damaged_aside

    troubles = [set_damaged_aside()]
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    with scaled_interface():
        app = QApplication([sys.argv[0], *arguments])
    app.setApplicationName("sketchnet")
    app.setApplicationDisplayName("Sketchnet")
    app.setDesktopFileName("sketchnet")
    app.setWindowIcon(QIcon(str(resources.path("icons", "app", "sketchnet.svg"))))
    from gui.crash.watch import crash_watch
    from gui.excepthook import install
    from gui.gc_control import Collector
    from gui.preferences.layout import forget_places
    from gui.preferences.store import preferences
    from gui.window import Window

    collector = Collector(app)
    troubles.append(look_after(app))
    preferences().apply_all()
    forget_places()
    crash_watch().begin()
    window = Window()
    window.studio.warmed.connect(collector.begin)
    install(window.unexpected)
    window.show()
    files = [Path(word) for word in arguments if not word.startswith("-")]
    begin(window, files)
    for sentence in filter(None, troubles):
        window.status.say(sentence, serious=True)
    crash_watch().tell_crash(window)
    status: int = app.exec()
    window.close()
    crash_watch().end()
    del window
    return status


def begin(window: Window, files: list[Path]) -> None:
    """Show what was asked for, and the tour to somebody who is new here and asked for nothing."""
    is_first = not files and window.help.is_first_start() and not window.files.will_ask(None)
    window.begin(files[0] if files else None)
    if is_first:
        window.help.tour.start()


if __name__ == "__main__":
    sys.exit(main())
