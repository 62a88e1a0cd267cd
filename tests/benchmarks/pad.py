"""Real handwriting drawn on the real pad with mouse events, read by the shipped example.

    SKETCHNET_DATA=… python tests/benchmarks/pad.py [PROJECT …] [--every 5]

Every pen stroke of two collections (pendigits: every fifth drawing; UJI: all digits) is scaled onto the pad, drawn by
pressing, moving and releasing the mouse, and the picture that the pad prepares is given to each network.
"""

from __future__ import annotations

import argparse
import json
import lzma
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QPoint, Qt  # noqa: E402
from PySide6.QtTest import QTest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from engine.data import catalogue  # noqa: E402
from engine.project.file import read  # noqa: E402
from engine.tasks.predictor import Predictor  # noqa: E402
from gui.tryout.panel import TryoutPanel  # noqa: E402

COLLECTIONS = {
    "pendigits": "digits_pendigits_strokes/pendigits_train_strokes.jsonl.xz",
    "UJI digits": "chars_uji_strokes/uji_pen_characters_v1.jsonl.xz",
}


def drawings(path: Path, every: int) -> list[dict[str, Any]]:
    """Every so many digits of a collection."""
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    return [row for row in rows if str(row["label"]).isdigit()][::every]


def draw(panel: TryoutPanel, strokes: list[list[list[float]]]) -> np.ndarray:
    """Draw with the mouse, four fifths of the pad high or wide; the picture that the pad prepared."""
    pad = panel.pad
    pad.clear()
    points = np.array([point for stroke in strokes for point in stroke], dtype=float)
    low, size = points.min(axis=0), np.ptp(points, axis=0).max() or 1.0
    side = min(pad.width(), pad.height())

    def place(point: list[float]) -> QPoint:
        x, y = (np.array(point) - low) / size * 0.8 * side + 0.1 * side
        return QPoint(round(x), round(y))

    for stroke in strokes:
        QTest.mousePress(pad, Qt.MouseButton.LeftButton, pos=place(stroke[0]))
        for point in stroke[1:]:
            QTest.mouseMove(pad, place(point))
        QTest.mouseRelease(pad, Qt.MouseButton.LeftButton, pos=place(stroke[-1]))
    QApplication.processEvents()
    picture = panel.preview.picture()
    assert picture is not None
    return picture.copy()


def main() -> None:
    """Draw everything, print the accuracy of each network."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shipped = ROOT / "resources" / "examples" / "digits.sketchnet"
    parser.add_argument("projects", nargs="*", type=Path, default=[shipped])
    parser.add_argument("--every", type=int, default=5)
    chosen = parser.parse_args()
    folder = Path(os.environ.get("SKETCHNET_DATA", ""))
    if not (folder / "digits_pendigits_strokes").is_dir():
        raise SystemExit("SKETCHNET_DATA must name the folder with the pen strokes.")
    app = QApplication([])
    panel = TryoutPanel()
    panel.resize(340, 420)
    panel.show()
    for name, path in COLLECTIONS.items():
        rows = drawings(folder / path, chosen.every if name == "pendigits" else 1)
        pictures = np.stack([draw(panel, row["strokes"]) for row in rows])[:, None]
        labels = np.array([int(row["label"]) for row in rows])
        for project_path in chosen.projects:
            project = read(project_path)
            signature = catalogue.signature(project.recipe.dataset)
            predictor = Predictor(project.graph, signature, project.run.weights, project.run.preparation)
            right = predictor.predict(pictures).argmax(axis=1) == labels
            print(f"{project_path.name:24} {name:12} {right.mean():8.2%} of {len(rows)}, drawn with the mouse")
    app.quit()


if __name__ == "__main__":
    main()
