"""Random real events on the real window for as long as one likes. Run by hand; ends with 1 when something went wrong.

    python tests/benchmarks/soak.py [seconds, 120] [seed]

Prints the seed, then every fault as it is found, and now and then how much is held with the first drawing open
again: Python's objects (tracemalloc), the process (RSS) and widgets. Growth is judged between the second and the
last third of the time.
"""

from __future__ import annotations

import faulthandler
import gc
import os
import random
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUND = 300
LARGEST_GROWTH_KB, MOST_WIDGETS = 200.0, 12
"""What may be held more in the last third of the time than in the second."""


def _surroundings() -> None:
    """No screen, and a home of its own, before Qt looks for either."""
    home = tempfile.mkdtemp(prefix="sketchnet-soak-")
    for name in ("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"):
        os.environ[name] = home
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.path.insert(0, str(ROOT))


def resident_mb() -> float:
    """Memory of this process; 0 where that cannot be read."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 120.0
    seed = int(sys.argv[2]) if len(sys.argv) > 2 else random.SystemRandom().randrange(10**6)
    print(f"seed {seed}, {seconds:g} s", flush=True)
    faulthandler.enable()
    faulthandler.dump_traceback_later(seconds + 30, exit=True)
    _surroundings()
    import numpy as np
    from PySide6.QtWidgets import QApplication

    from gui import theme
    from tests.soaking import Soak

    app = QApplication(sys.argv[:1])
    theme.apply(app, "light")
    soak = Soak(seed)
    tracemalloc.start()
    began, told = time.monotonic(), 0
    held: list[tuple[float, float, float, int]] = []
    while time.monotonic() - began < seconds:
        for number in range(ROUND):
            soak.turn()
            if number % 10 == 9:
                soak.settle()
            if time.monotonic() - began > seconds:
                break
        soak.begin_again()
        gc.collect()
        now = time.monotonic() - began
        held.append((now, tracemalloc.get_traced_memory()[0] / 1024, resident_mb(), len(QApplication.allWidgets())))
        print(f"{now:6.0f} s   {held[-1][1]:9.0f} kB   {held[-1][2]:7.1f} MB   {held[-1][3]} widgets", flush=True)
        for words in soak.faults[told:]:
            print(words, flush=True)
        told = len(soak.faults)
    print(", ".join(f"{name} {times}" for name, times in sorted(soak.done.items())))
    grows = False
    third = len(held) // 3
    if third >= 2:
        # What is remembered on purpose fills up at first, and differs with what is open: the least counts.
        middle, last = (np.min([row[1:] for row in held[k * third : (k + 1) * third]], axis=0) for k in (1, 2))
        python, process, widgets = last - middle
        grows = bool(python > LARGEST_GROWTH_KB or widgets > MOST_WIDGETS)
        print(f"the last third holds {python:+.0f} kB (Python), {process:+.1f} MB (process), {widgets:+.0f} widgets")
    soak.end()
    print(f"seed {seed}: {len(soak.faults)} faults{', and memory grows' if grows else ''}", flush=True)
    return 1 if soak.faults or grows else 0


if __name__ == "__main__":
    code = main()
    os._exit(code)
