"""Start-up: the window's frame first, what stands in it after, torch last."""

from __future__ import annotations

import gc
import os
import sys

from engine.streams import keep_places, stand_in


def main(argv: list[str] | None = None) -> int:
    """Open a window; ``argv`` may name project files. Returns the exit status."""
    keep_places()
    stand_in()
    gc.disable()  # nothing of what is loaded now is waste; Collector takes over
    arguments = sys.argv[1:] if argv is None else argv
    if any(word.startswith("-") for word in arguments):
        from gui.desktop.command import answered

        if (done := answered(arguments)) is not None:
            return done
    if sys.platform == "win32":
        # On Windows torch must be loaded before Qt (https://github.com/pytorch/pytorch/issues/169429).
        import engine.network.build  # noqa: F401
    from gui.request import request_of

    request = request_of(arguments)
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication

    from gui.application import Application, why_no_window
    from gui.preferences.scaling import scaled_interface
    from gui.settings_file import look_after, set_damaged_aside

    if why := why_no_window(os.environ):
        print(why, file=sys.stderr)
        return 1
    troubles = [set_damaged_aside()]
    QGuiApplication.setHighDpiScaleFactorRoundingPolicy(Qt.HighDpiScaleFactorRoundingPolicy.PassThrough)
    with scaled_interface():
        app = Application([sys.argv[0], *arguments])
    from gui.instance import Instance
    from gui.settings_file import settings
    from gui.theme import style
    from gui.window import Window

    instance = Instance(app)
    if not instance.take() and instance.hand_over(request):
        return 0
    troubles.append(look_after(app))
    if settings().contains("restore_layout"):  # else it has its default: then there is nothing to load for it
        from gui.preferences.layout import forget_places

        forget_places()
    style.apply_stored(app, settings().value("theme"))
    first = Window(furnished=False)
    first.show()
    from gui.gc_control import Collector
    from gui.windows import Windows

    collector = Collector(app)
    windows = Windows(instance, app)
    windows.loaded.connect(collector.begin)
    app.file_opened.connect(windows.open_file)
    windows.start(first, request, troubles)
    del first
    status: int = app.exec()
    windows.close()
    return status


if __name__ == "__main__":
    sys.exit(main())
