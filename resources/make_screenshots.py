"""Makes the pictures of the README, without a screen: ``python -m resources.make_screenshots``.

Everything on them is real: the networks are trained as the pictures are taken.
"""

from __future__ import annotations

import math
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

FOLDER = Path(__file__).parent / "screenshots"
SIZE = (1440, 900)


def _three() -> list[list[tuple[float, float]]]:
    """A 3 in pad units."""
    upper = [(135 + 55 * math.cos(a / 20), 95 + 45 * math.sin(a / 20)) for a in range(-52, 29)]
    lower = [(135 + 64 * math.cos(a / 20), 187 + 56 * math.sin(a / 20)) for a in range(-28, 51)]
    return [upper + lower]


def main(themes: list[str]) -> None:
    """Make all pictures in the given themes."""
    home = tempfile.mkdtemp(prefix="sketchnet-pictures-")
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        os.environ[name] = home
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from PySide6.QtWidgets import QApplication

    from gui import theme
    from gui.window import Window

    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)

    def until(true: Callable[[], bool], seconds: float = 120.0) -> None:
        end = time.monotonic() + seconds
        while not true() and time.monotonic() < end:
            app.processEvents()
            time.sleep(0.005)

    def wait(seconds: float) -> None:
        until(lambda: False, seconds)

    def shoot(window: Window, name: str) -> None:
        wait(0.4)
        FOLDER.mkdir(exist_ok=True)
        window.grab().save(str(FOLDER / f"{name}.png"))
        print(FOLDER / f"{name}.png")

    for chosen in themes:
        theme.apply(app, chosen)
        window = Window()
        window.resize(*SIZE)
        window.show()
        window.files.open_first_example()
        window.tryout.pad.pad.set_strokes(_three())
        until(lambda: window.tryout.pad.bars.values() is not None)
        conv = window.document.graph.of_kind("Conv2d")[0]
        window.document.select([conv.id])
        shoot(window, f"digits-{chosen}")

        window.session.new("digit-cnn")
        window.tryout.pad.pad.set_strokes(_three())
        wait(0.5)
        window.studio.train()
        until(lambda: bool(window.studio.report and window.studio.report.epoch >= 2))
        shoot(window, f"training-{chosen}")
        window.studio.trainer.close()

        window.session.new("points-2d")
        wait(0.5)
        window.results.setCurrentWidget(window.results.space)
        window.studio.train()
        until(lambda: not window.studio.trainer.running)
        shoot(window, f"points-{chosen}")

        window.session.new("digit-cnn")
        flatten = window.document.graph.of_kind("Flatten")[0]
        graph = window.document.graph.remove_keeping_chain([flatten.id])
        window.document.edit("Take Flatten away", graph)
        window.document.select([graph.of_kind("Linear")[0].id])
        window.results.setCurrentWidget(window.results.problems)
        shoot(window, f"problem-{chosen}")
        window.document.mark_saved()
        window.session.discard_journal()
        window.studio.close()
        window.hide()
        window.deleteLater()
        app.processEvents()


if __name__ == "__main__":
    main(sys.argv[1:] or ["light", "dark"])
