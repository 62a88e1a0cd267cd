"""What every thread of the window's is given, and how one is ended that nobody waits for any more."""

from __future__ import annotations

from PySide6.QtCore import QThread

STACK_BYTES = 16 * 2**20
"""Secondary threads have 512 KB on macOS, too little for numpy's linear algebra (numpy/numpy#11551)."""


def end(thread: QThread | None) -> None:
    """Have a thread end that looks whether it is interrupted, wait for that, and be rid of it; None for none."""
    if thread is not None:
        thread.requestInterruption()
        thread.wait()
        thread.deleteLater()
