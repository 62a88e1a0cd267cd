"""How smooth the data window is for large tables: the stall when it opens, and each frame while one scrolls. By hand.

``python tests/benchmarks/data_window.py [ROWSxCOLUMNS …]`` writes such tables, reads them (not measured) and prints the
longest stall on opening, the median and the 99th percentile of frames in milliseconds, and the memory that is taken.
Without sizes: 200000x21, 1000000x5 and 1000x10000. Reading the largest takes minutes.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PySide6.QtWidgets import QApplication

from engine.data.sources import own_table, own_table_view
from gui import theme
from gui.data.data_window import DataWindow
from gui.panels.fields import ChoiceField

SIZES = ("200000x21", "1000000x5", "1000x10000")
FRAME = 16.0
"""Milliseconds that a frame may take."""


def written(path: Path, rows: int, columns: int) -> None:
    """A table of numbers, with a column of words and one of yes and no last."""
    chance = np.random.default_rng(0)
    words = np.array(["north", "south", "east", "west"])
    with path.open("w", encoding="utf-8") as stream:
        stream.write(",".join([*(f"m{number}" for number in range(columns - 2)), "place", "answer"]) + "\n")
        for start in range(0, rows, 10_000):
            count = min(10_000, rows - start)
            numbers = chance.integers(0, 1_000, (count, columns - 2)).astype(str)
            ends = np.stack([words[chance.integers(0, 4, count)], chance.integers(0, 2, count).astype(str)], axis=1)
            stream.writelines(",".join(row) + "\n" for row in np.hstack([numbers, ends]))


def spent(work: Callable[[], object]) -> float:
    """How long the window stands still for ``work`` and what follows of it, in milliseconds."""
    start = time.perf_counter()
    work()
    QApplication.processEvents()
    return 1000 * (time.perf_counter() - start)


def measure(size: str, folder: Path) -> None:
    rows, columns = map(int, size.split("x"))
    path = folder / f"{size}.csv"
    written(path, rows, columns)
    options = {"path": str(path)}
    start = time.perf_counter()
    contents = own_table_view.view(options)
    fields = own_table.table(options).schema.fields
    reading = time.perf_counter() - start
    target = next(option for option in own_table.offered(options) if option.name == "target")
    stall_of_list = spent(lambda: ChoiceField(target, "").show())

    window = DataWindow()
    window.resize(1200, 700)
    window.show()
    QApplication.processEvents()
    opening = [spent(lambda: window.show_table(path.name, contents)), spent(lambda: window.show_fields(fields))]
    down, across = window.view.verticalScrollBar(), window.view.horizontalScrollBar()
    frames = [spent(lambda at=at: down.setValue(3 * at)) for at in range(200)]
    jumps = np.random.default_rng(1).random((200, 2))
    frames += [spent(lambda at=at: down.setValue(int(at[0] * down.maximum()))) for at in jumps]
    frames += [spent(lambda at=at: across.setValue(int(at[1] * across.maximum()))) for at in jumps]
    choosing = max(spent(lambda at=at: window.choose(int(at[0] * columns))) for at in jumps[:20])
    middle, slow = np.percentile(frames, [50, 99])
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{size:>12}   read {reading:6.1f} s   opening {max(opening):7.1f} ms   target list {stall_of_list:6.1f} ms   "
        f"frames {middle:5.1f}, 99 %: {slow:5.1f} (aim < {FRAME:g})   a column {choosing:6.1f} ms   {memory:,.0f} MB"
    )
    window.close()
    own_table.forget()


def main() -> None:
    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as folder:
        for size in sys.argv[1:] or SIZES:
            measure(size, Path(folder))


if __name__ == "__main__":
    main()
