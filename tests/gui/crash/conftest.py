"""A desk at a window, for the tests of what is told of errors and crashes."""

from tests.gui.window.conftest import desk

__all__ = ["desk"]
