"""100,000 images of one's own: reading them, looking at all of them, finding near duplicates, taking batches.

    python -m tests.benchmarks.wall [--count 100000] [--side 48] [--folder FOLDER]

Makes the images where there are none (JPEG, in ten folders), and prints times, speeds and memory. The cache of arrays
is in a folder of its own.
"""

from __future__ import annotations

import argparse
import os
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import numpy as np
from PIL import Image

MEGABYTE = 2**20


def make(folder: Path, count: int, side: int) -> None:
    """Images of shades and a disc each, every fiftieth a copy of the one before it saved again."""
    chance = np.random.default_rng(0)
    y, x = np.mgrid[:side, :side] / side
    before = None
    for number in range(count):
        if before is None or number % 50:
            corners = chance.integers(0, 256, (4, 4, 3), dtype=np.uint8)
            shades = np.asarray(Image.fromarray(corners).resize((side, side), Image.Resampling.BICUBIC)).copy()
            shades[np.hypot(x - chance.random(), y - chance.random()) < 0.2] = chance.integers(0, 256, 3)
            before = Image.fromarray(shades)
        path = folder / f"class {number % 10}" / f"{number:06}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        before.save(path, quality=85 if number % 50 else 60)


class Memory:
    """The most memory that was the program's own (without pages of files, which the system takes back) in a stretch."""

    def __init__(self) -> None:
        self.most, self._ended = 0, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._before = self.most = own_memory()
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.02):
            self.most = max(self.most, own_memory())

    def __str__(self) -> str:
        return f"{(self.most - self._before) / MEGABYTE:,.0f} MB more of its own, {self.most / MEGABYTE:,.0f} MB in all"


def own_memory() -> int:
    """Bytes; 0 where the system does not say it."""
    try:
        lines = Path("/proc/self/status").read_text("ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("RssAnon")), 0)


def reading(folder: Path) -> None:
    from engine.data import catalogue
    from engine.data.sources import own_pictures

    options = {"path": str(folder), "size": 0}
    files = sum(path.stat().st_size for path in folder.rglob("*.jpg"))
    for word in ("first", "second"):
        own_pictures.forget()
        start, cpu = time.perf_counter(), time.process_time()
        with Memory() as memory:
            found = own_pictures.pictures(options)
        wall, cpu = time.perf_counter() - start, time.process_time() - cpu
        pixels = found.stored.arrays["inputs"]
        count, size = len(pixels), pixels.nbytes
        print(f"{word} reading: {wall:.1f} s, {cpu:.1f} s of the CPU; {memory}")
        if word == "first":
            print(
                f"  a core: {count / cpu:,.0f} images/s, {files / cpu / MEGABYTE:,.1f} MB/s of files, "
                f"{size / cpu / MEGABYTE:,.1f} MB/s of pixels; {count / wall:,.0f} images/s with all threads; "
                f"mapped: {found.stored.is_mapped}, {size / MEGABYTE:,.0f} MB"
            )
    start = time.perf_counter()
    with Memory() as memory:
        data = catalogue.load("own-pictures", options=options)
    sizes = [len(split) for split in (data.train, data.validation, data.test)]
    print(f"dividing: {time.perf_counter() - start:.1f} s into {sizes}; {memory}")


def looking(folder: Path) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    from engine.data import catalogue
    from engine.data.image_contents import contents
    from engine.data.pictures.edits import NONE, edited_rows
    from engine.data.sources import own_pictures
    from gui import theme
    from gui.wall.window import WallWindow

    application = QApplication(sys.argv[:1])
    theme.apply(application, "light")
    found = own_pictures.pictures({"path": str(folder)})
    images = contents(catalogue.load("own-pictures", options={"path": str(folder)}), found.names)
    window = WallWindow()
    window.resize(1920, 1080)
    window.show()
    with Memory() as memory:
        start = time.perf_counter()
        window.show_images("All", images, np.zeros(len(images), dtype=np.bool_))
        application.processEvents()
        print(f"wall opened in {1e3 * (time.perf_counter() - start):.0f} ms")
        for side in (32, 72, 128):
            window.filters.slider.setValue(side)
            application.processEvents()
            bar = window.view.verticalScrollBar()
            for words, step in (("by the wheel", 120), ("page after page", bar.pageStep())):
                bar.setValue(0)
                took, cost = [], []
                for _ in range(500):
                    start, cpu = time.perf_counter(), time.thread_time()
                    bar.setValue(bar.value() + step if bar.value() < bar.maximum() else 0)
                    window.view.viewport().repaint()
                    took.append(1e3 * (time.perf_counter() - start))
                    cost.append(1e3 * (time.thread_time() - cpu))
                (half, most), (half_cpu, most_cpu) = (np.percentile(times, [50, 99]) for times in (took, cost))
                print(
                    f"  {side} px, {words}: p50 {half:.1f} ms, p99 {most:.1f} ms a frame; "
                    f"of the CPU p50 {half_cpu:.1f} ms, p99 {most_cpu:.1f} ms"
                )
        start = time.perf_counter()
        QTest.keyClicks(window.filters.text, "9")
        print(f"filtered by name in {1e3 * (time.perf_counter() - start):.0f} ms")
        window.filters.text.clear()
        window.view.setFocus()
        QTest.keyClick(window.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        names = [images.names[number] for number in range(1_000)]
        start = time.perf_counter()
        rows = edited_rows(NONE.excluding(names, True), found.numbers, images.labels, images.classes)
        window.show_images("All", images.edited(rows), rows.edited)
        application.processEvents()
        print(f"an edit of 1,000 images shown in {1e3 * (time.perf_counter() - start):.0f} ms; {memory}")
    window.close()


def comparing(folder: Path) -> None:
    from engine.data import catalogue
    from engine.data.image_contents import contents
    from engine.data.pictures.duplicates import looks, near_pairs

    images = contents(catalogue.load("own-pictures", options={"path": str(folder)}))
    with Memory() as memory:
        start = time.perf_counter()
        seen = looks(images.images, len(images), images.sizes, lambda _share: None)
        middle = time.perf_counter()
        pairs = near_pairs(seen, lambda _share: None)
    print(
        f"near duplicates: hashes {middle - start:.1f} s, pairs {time.perf_counter() - middle:.1f} s, "
        f"{len(pairs):,} pairs; {memory}"
    )


def learning(folder: Path) -> None:
    import torch

    from engine.data import catalogue
    from engine.data.preparation import Preparation
    from engine.training.batches import BatchLoader

    data = catalogue.load("own-pictures", options={"path": str(folder)})
    with Memory() as memory:
        start = time.perf_counter()
        preparation = Preparation.fit(data)
        middle = time.perf_counter()
        targets = torch.from_numpy(data.train.targets)
        shift, scale = preparation.input_shift, preparation.input_scale
        loader = BatchLoader(data.train.inputs, targets, torch.device("cpu"), shift=shift, scale=scale)
        for rows in loader.order(0, 0).split(64):
            loader.take(rows)
        end = time.perf_counter()
    print(
        f"preparation measured in {middle - start:.1f} s; batches of an epoch: "
        f"{loader.rows / (end - middle):,.0f} images/s; {memory}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--side", type=int, default=48)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as own:
        from engine.data import folders

        folders.cache = lambda: Path(own) / "cache"  # nothing that was kept before is found
        folder = asked.folder or Path(own) / "images"
        if not folder.exists():
            start = time.perf_counter()
            make(folder, asked.count, asked.side)
            print(f"{asked.count:,} images of {asked.side}×{asked.side} made in {time.perf_counter() - start:.0f} s")
        for part in (reading, looking, comparing, learning):
            part(folder)
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"most memory at any time, with pages of files: {most:,} MB")


if __name__ == "__main__":
    main()
