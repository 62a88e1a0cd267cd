"""How soon a bundle is there, beside the same program from source and an empty window: seen on a screen. Run by hand.

    python tests/benchmarks/bundle.py dist/Sketchnet [rounds] [--cold]

Times are from the start of the process, in seconds, as somebody would take them who looks at the screen: the first
paint, and a drawn digit read. ``--cold`` has the system forget files before every start (Linux, as root). Each round
starts all of them one after the other, so that what else the computer does weighs on all alike; printed are medians.
``starting.py`` looks closer, from inside, at the program from source.
"""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bundle.screen import Screen  # noqa: E402
from tests.bundle.test_bundle import dark_square, digit_read  # noqa: E402

EMPTY = "from PySide6.QtWidgets import *; app = QApplication([]); window = QWidget(); window.resize(1400, 850); "
EMPTY += "window.show(); app.exec()"
PATIENCE = 120.0


def main() -> None:
    """Measure and print a table."""
    words = sys.argv[1:]
    bundle = Path(words[0]).resolve() / "Sketchnet"
    rounds = next((int(word) for word in words[1:] if word.isdigit()), 5)
    starts = {
        "an empty window": [sys.executable, "-c", EMPTY],
        "from source": [sys.executable, "-P", "-m", "gui"],
        "the bundle": [str(bundle)],
    }
    times: dict[str, list[tuple[float, float]]] = {name: [] for name in starts}
    for _ in range(rounds):
        for name, command in starts.items():
            if "--cold" in words:
                os.sync()
                Path("/proc/sys/vm/drop_caches").write_text("3")
            times[name].append(measured(command, reads=name != "an empty window"))
    print(f"{'':18}{'first paint':>12}{'digit read':>12}")
    for name, found in times.items():
        paint, reading = (statistics.median(column) for column in zip(*found, strict=True))
        print(f"{name:18}{paint:12.2f}{reading:12.2f}" if reading else f"{name:18}{paint:12.2f}")


def measured(command: list[str], *, reads: bool) -> tuple[float, float]:
    """Seconds to the first paint and to the reading of a digit, 0 where none is read, of one start."""
    with tempfile.TemporaryDirectory() as folder:
        screen = Screen(Path(folder))
        file = Path(folder) / "digits.sketchnet"
        shutil.copy(ROOT / "resources" / "examples" / "digits.sketchnet", file)
        home = {"HOME": folder, "PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "DISPLAY": screen.display}
        began = time.monotonic()
        process = subprocess.Popen([*command, *([str(file)] if reads else [])], env=home, stderr=subprocess.DEVNULL)
        try:
            paint = when(lambda: (screen.pixels().min(axis=2) > 200).sum() > 300_000) - began
            return paint, reading(screen) - began if reads else 0.0
        finally:
            process.kill()
            process.wait()
            screen.close()


def reading(screen: Screen) -> float:
    """When a line is read as a 1 that is drawn as soon as there is a pad."""
    when(lambda: dark_square(screen) is not None)
    found = dark_square(screen)
    assert found is not None
    left, top = found
    width, _ = screen.size(screen.windows()[0])
    screen.draw([(left - 103, top + 31 + 12 * step) for step in range(11)])
    return when(lambda: digit_read(screen, left - 194, top, width - 12) == 1)


def when(true: Callable[[], bool]) -> float:
    """The moment at which something has become true."""
    end = time.monotonic() + PATIENCE
    while not true():
        if time.monotonic() > end:
            raise TimeoutError("what is measured does not happen")
        time.sleep(0.05)  # looking takes time from what is looked at
    return time.monotonic()


if __name__ == "__main__":
    main()
