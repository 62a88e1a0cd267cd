"""Everything one can do, as actions with words, shortcuts and an explanation: menus and buttons share them."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QKeySequence

from gui.panels.commit_edit import finish_typing

_Key = QKeySequence.StandardKey

_ACTIONS: tuple[tuple[str, str, tuple[str | QKeySequence.StandardKey, ...], str], ...] = (
    ("gallery", "New from a template…", ("Ctrl+Shift+N",), "Choose from a gallery of all templates and examples"),
    ("new_window", "New window", ("Ctrl+Alt+N",), "Open another window with an empty diagram"),
    ("open", "Open…", (_Key.Open,), "Open a project file"),
    (
        "open_folder",
        "Open a folder of images…",
        (),
        "Learn from images of your own: a folder for each class, or images and a table of their labels",
    ),
    ("open_data", "Open data…", (), "Learn from a file of your own: a table (CSV; a sample in each row) or a text"),
    ("save", "Save", (_Key.Save,), "Save the diagram, the training settings and the trained weights"),
    ("save_as", "Save as…", ("Ctrl+Shift+S",), "Save under another name"),
    (
        "source",
        "Export as Python…",
        ("Ctrl+E",),
        "Write the network as a PyTorch script that prints a prediction for an input, with its weights beside it",
    ),
    (
        "source_training",
        "Export as Python with training…",
        (),
        "The same script with the training loop and its settings, and the training data beside it",
    ),
    ("picture_light", "On a light background…", (), "The diagram as PNG, SVG or PDF, on a light background"),
    ("picture_dark", "On a dark background…", (), "The diagram as PNG, SVG or PDF, on a dark background"),
    ("picture_transparent", "Transparent…", (), "The diagram as PNG, SVG or PDF, with a transparent background"),
    ("copy_picture", "Copy as image", ("Ctrl+Shift+C",), "Copy an image of the diagram to the clipboard"),
    (
        "table",
        "Export the table of layers…",
        (),
        "Save the layers with their output shapes, parameters and measured costs as a CSV file",
    ),
    ("close_window", "Close window", ("Ctrl+W",), "Close this window; the last one ends the program"),
    ("close", "Quit", ("Ctrl+Q",), "Close all windows and end the program"),
    ("undo", "Undo", (_Key.Undo,), "Undo the last change"),
    ("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Redo the change last undone"),
    ("settings", "Settings…", ("Ctrl+,",), "Theme, what opens at start, threads, shortcuts and more"),
    ("dataset", "Choose a dataset…", ("Ctrl+Shift+D",), "Choose the data to train on"),
    ("look", "Look at the data…", ("Ctrl+Alt+D",), "See all images, or all rows of your table"),
    ("collect", "Collect examples…", (), "Draw examples of your own for a dataset, one after another"),
    ("paint", "Paint points…", (), "Paint points of several colours, and watch the network tell them apart"),
    ("train", "Train", ("F5",), "Train the network"),
    ("again", "Start again", ("Ctrl+F5",), "Train from new random weights. Undo restores the present ones"),
    ("pause", "Pause", ("F6",), "Pause training; choose it again to resume"),
    ("step", "One step", ("F10",), "Run a single training step with the present weights, then pause"),
    ("stop", "Stop", ("Shift+F5",), "Stop training, keep the weights and test them"),
    ("test", "Test now", ("F7",), "Evaluate the network on the test split"),
    ("score", "Predictions for a file…", (), "Predict every row of a table, and save it with the predictions"),
    (
        "other_weights",
        "Use the last weights",
        (),
        "A run keeps the weights of its best and of its last epoch: switch to the other set",
    ),
    (
        "measure",
        "Measure layers",
        ("F8",),
        "Measure the time of every layer, forward and backward, and the memory of its activations",
    ),
    ("undo_stroke", "Undo the last stroke", ("Ctrl+Shift+Backspace",), "Undo the last stroke on the drawing pad"),
    ("clear_pad", "Clear the pad", ("Ctrl+Backspace",), "Clear the drawing pad"),
    ("outline", "Outline", ("Ctrl+Shift+O",), "The diagram as a list, for keyboard and screen reader"),
    (
        "enlarge",
        "Enlarge the results",
        ("F11",),
        "Show what is in front of the results, or under the pointer there, as large as the window; again or Esc goes "
        "back",
    ),
    (
        "detach",
        "Results in a window of their own",
        ("Shift+F11",),
        "Give what is in front of the results, or under the pointer there, a window of its own; closing it puts it "
        "back",
    ),
    ("explain", "Explain", ("F1",), "Explain what is under the pointer, or what has the keyboard focus"),
    ("manual", "Manual…", ("Ctrl+F1",), "What a layer, a loss, an epoch and other terms are"),
    ("tour", "Tour", (), "Three things to do: draw, train, and change a layer"),
    ("shortcuts", "Keyboard shortcuts…", ("?", "Ctrl+?", "Ctrl+/"), "See, find and change every shortcut"),
    ("about", "About Sketchnet", (), "Versions, and the licences of everything that Sketchnet is made of"),
)

_ROLES = {
    "settings": QAction.MenuRole.PreferencesRole,
    "about": QAction.MenuRole.AboutRole,
    "close": QAction.MenuRole.QuitRole,
}
_LEAVE_TYPING = ("redo", "explain", "manual", "tour")
"""What leaves alone what is being typed: nothing would be left to redo, and help is asked for in the midst of it."""


def make_actions(parent: QObject) -> dict[str, QAction]:
    """All window actions by name, as children of ``parent``."""
    actions: dict[str, QAction] = {}
    for name, words, keys, tip in _ACTIONS:
        action = QAction(words, parent)
        action.setObjectName(name)
        action.setShortcuts([QKeySequence(key) for key in keys])
        action.setStatusTip(tip)
        show_keys(action)
        if name not in _LEAVE_TYPING:
            action.triggered.connect(finish_typing)  # before whatever else is connected: it is about what one sees
        actions[name] = action
    actions["pause"].setCheckable(True)
    for name, role in _ROLES.items():  # where macOS expects them
        actions[name].setMenuRole(role)
    return actions


def first_keys() -> dict[str, tuple[str | QKeySequence.StandardKey, ...]]:
    """The keys that the program comes with, by the names of the actions."""
    return {name: keys for name, _words, keys, _tip in _ACTIONS}


def show_keys(action: QAction) -> None:
    """Write the action's first key into its tooltip, behind what it does."""
    tip, keys = action.statusTip(), action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    if tip:
        action.setToolTip(f"{tip} ({keys})" if keys else tip)
