"""How long the canvas takes beside other node editors, on one and the same drawing. Run by hand: asserts nothing.

    python tests/benchmarks/canvas [nodes …] [--only Sketchnet,NodeGraphQt,…]

Prints milliseconds (p50, p95, p99) at 100, 1,000 and 5,000 nodes with three wires for every two nodes. Every editor
goes through the course in a process of its own; those of the extra ``peers`` take part where they are installed.
A step is a real event, and is over when its frame has been painted. "all" is the whole drawing in view. "open" is
the longest that the window is held up while a drawing is opened (by the whole window from a file), "until shown" how
long it takes altogether; the others have no such way and are held up for as long as building and painting take.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[2]
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
sys.path.insert(0, str(ROOT))
sys.path.insert(0, str(HERE))

from clock import share  # noqa: E402  found through the path above

MEASURES = (
    "build",
    "first paint",
    "open",
    "open, until shown",
    "full frame, all",
    "full frame, 100 %",
    "pan, all",
    "pan, 100 %",
    "zoom, all",
    "zoom, 100 %",
    "drag",
    "undo",
    "type",
)
EDITORS = ("Sketchnet", "the whole window", "NodeGraphQt", "qtpynodeeditor", "pyqtgraph")
PATIENCE_S = 240


def one(editor: str, count: int) -> None:
    """Take one editor through the course and print what came out, as JSON on the last line."""
    from course import run
    from ours import InTheWindow, Ours
    from peers import ALL
    from PySide6.QtWidgets import QApplication

    app = QApplication(sys.argv[:1])
    subject = next(kind for kind in (Ours, InTheWindow, *ALL) if kind.name == editor)
    times, missing = run(subject, count)
    print("\n" + json.dumps([times, missing]), flush=True)
    del app
    os._exit(0)  # some editors do not survive the end of the interpreter


def apart(editor: str, count: int) -> tuple[dict[str, list[float]], dict[str, str]]:
    """The course in a process of its own; an editor that does not come back has no times but a reason."""
    command = [sys.executable, str(HERE), "--one", editor, str(count)]
    with_home = {**os.environ, "OMP_NUM_THREADS": "1", "QT_API": "pyside6", **_home()}
    try:
        done = subprocess.run(command, env=with_home, capture_output=True, text=True, timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        return {}, {"build": f"not done after {PATIENCE_S} s"}
    last = done.stdout.strip().splitlines()[-1:] or [""]
    if done.returncode == 0 and last[0].startswith("["):
        times, missing = json.loads(last[0])
        return times, missing
    lines = done.stderr.strip().splitlines() or [f"ended with {done.returncode}"]
    return {}, {"build": lines[-1]}


def _home() -> dict[str, str]:
    """A home of its own: the window writes settings."""
    import tempfile

    folder = tempfile.mkdtemp(prefix="canvas-benchmark-")
    return dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_STATE_HOME"), folder)


def main() -> None:
    words = sys.argv[1:]
    if words[:1] == ["--one"]:
        one(words[1], int(words[2]))
        return
    editors = list(EDITORS)
    if "--only" in words:
        at = words.index("--only")
        editors = [editor for editor in EDITORS if editor in words[at + 1].split(",")]
        del words[at : at + 2]
    for count in [int(word) for word in words] or [100, 1000, 5000]:
        results, notes = {}, []
        for editor in editors:
            results[editor], missing = apart(editor, count)
            notes += [f"  {editor}, {name}: {why}" for name, why in missing.items() if why != "does not have it"]
        show(count, results)
        print("\n".join(notes), flush=True)


def show(count: int, results: dict[str, dict[str, list[float]]]) -> None:
    """A table: measures down, editors across, p50 p95 p99 in milliseconds."""
    print(f"\n{count:,} nodes, {count * 3 // 2:,} wires; ms: p50 p95 p99")
    print(" " * 19 + "".join(f"{editor:>26}" for editor in results))
    for measure in MEASURES:
        cells = []
        for times in results.values():
            taken = times.get(measure)
            figures = [share(taken, part) for part in (0.5, 0.95, 0.99)] if taken else []
            cells.append("".join(f"{figure:8.1f}" if figure < 1e5 else f"{figure:8.0f}" for figure in figures) or "–")
        print(f"{measure:<19}" + "".join(f"{cell:>26}" for cell in cells))


if __name__ == "__main__":
    main()
