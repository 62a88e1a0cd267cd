"""Loads torch and everything training needs, in a thread of the window's choosing, without blocking the window.

Measured with a timer ticking beside ``import torch`` and the first step: 150 to 350 ms at a stretch without a tick,
from two causes. The system's linker reads libtorch with Python's lock held, and Python's garbage collector walks
through the hundreds of thousands of objects that the imports leave behind, again and again. So the library is read
by a foreign call, which gives the lock away; no garbage is collected meanwhile; and afterwards the collector is told
to leave alone what is there to stay. What remains is 20 to 60 ms. Importing this module imports no torch.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib.util
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

_loading, _stepping = threading.Lock(), threading.Lock()
_is_imported = _has_stepped = False


def is_loaded() -> bool:
    """Whether ``load`` has finished."""
    return _has_stepped


def load_to_answer() -> None:
    """Have torch imported, which is all that a trained network needs to answer. Waits for another thread that is at it.

    Whoever imports a module of torch in a thread calls this or ``load`` first: two threads that import parts of torch
    at once can meet half-made modules.
    """
    global _is_imported
    if _is_imported:
        return
    with _loading:
        if not _is_imported:
            with _no_collections():
                read_libraries()

                import torch  # noqa: F401
            _is_imported = True


def load() -> None:
    """Make torch ready to train: imported, and one small step done. Waits as ``load_to_answer`` does."""
    global _has_stepped
    load_to_answer()
    with _stepping:
        if not _has_stepped:
            with _no_collections():
                _first_step()
            _has_stepped = True


@contextlib.contextmanager
def _no_collections() -> Iterator[None]:
    """No garbage is collected inside, and what was made there is never looked through again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if enabled:
            gc.enable()


def read_libraries() -> None:
    """Have the linker read torch's libraries while other threads run; a failure is left to the import.

    Meanwhile no thread can load another library.
    """
    if sys.platform == "win32" or "torch" in sys.modules:
        return
    found = importlib.util.find_spec("torch")
    if found is None or found.origin is None:
        return
    folder = Path(found.origin).parent / "lib"
    suffix = ".dylib" if sys.platform == "darwin" else ".so"
    try:
        # ctypes.CDLL(path) would hold Python's lock, a call of a foreign function does not.
        dlopen = ctypes.CDLL(None).dlopen
    except (OSError, AttributeError):
        return
    dlopen.restype, dlopen.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    # In torch's own order, and as visible to others as torch makes them.
    for name, mode in (("libtorch_global_deps", os.RTLD_GLOBAL), ("libtorch_python", os.RTLD_LOCAL)):
        dlopen(os.fsencode(folder / f"{name}{suffix}"), os.RTLD_NOW | mode)


def _first_step() -> None:
    """The first optimizer that torch makes loads a good part of torch's compiler; the first backward pass starts
    threads."""
    import torch

    layer = torch.nn.Conv2d(1, 1, 1)
    optimizer = torch.optim.AdamW(layer.parameters())
    layer(torch.ones(1, 1, 2, 2)).square().sum().backward()
    optimizer.step()
    optimizer.zero_grad()
