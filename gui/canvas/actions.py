"""The canvas's commands as actions, with words, shortcuts and explanations, for menus to hold."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QAction, QKeySequence

from engine.graph.layers.kind import ENDS
from engine.graph.snapping import riders, snapped_onto
from gui.canvas.tools import CanvasTools

_Keys = str | QKeySequence.StandardKey

STACK, UNSTACK = "Stack on the layer before", "Unstack"
BYPASS = "Pass the input through unchanged, as if the layer were not there"
FREEZE = "Keep the layer's weights as they are while the rest is trained"
"""What the two states of a layer mean, for menus and for the page of a layer."""


class CanvasActions(QObject):
    """``edit`` and ``view`` are lists of actions, None standing for a separator.

    Shortcuts work while the canvas has the focus, so that Delete in a field never deletes a layer.
    """

    def __init__(self, tools: CanvasTools) -> None:
        super().__init__(tools.view)
        self._tools = tools
        view, do, wiring, fold, notes = tools.view, tools.commands, tools.wiring, tools.folding, tools.notes
        standard = QKeySequence.StandardKey
        self.add_layer = self._make(
            "Add a layer…",
            self._ask_for_layer,
            "Space",
            tip="Search all layers and add one. Any letter does the same.",
        )
        self.cut = self._make("Cut", do.cut, standard.Cut)
        self.copy = self._make("Copy", do.copy, standard.Copy)
        self.paste = self._make("Paste", do.paste, standard.Paste)
        self.paste_wired = self._make(
            "Paste with its wires",
            do.paste_wired,
            "Ctrl+Shift+V",
            tip="Paste, and connect to the layers with the same names as where it was copied.",
        )
        self.duplicate = self._make("Duplicate", do.duplicate, "Ctrl+D")
        self.delete = self._make(
            "Delete", do.delete, "Delete", "Backspace", tip="Delete, and connect the layers on either side."
        )
        self.delete_with_wires = self._make(
            "Delete with its wires",
            do.delete_with_wires,
            "Shift+Delete",
            tip="Delete, leaving a gap in the chain.",
        )
        self.take_out = self._make(
            "Detach",
            do.take_out,
            "Ctrl+Shift+X",
            tip="Disconnect the layer and connect its neighbours to each other. Dragging it with Ctrl does the same.",
        )
        self.replace = self._make(
            "Replace with…",
            do.replace,
            "Ctrl+R",
            tip="Make it a layer of another kind, keeping its wires and the settings that match.",
        )
        self.select_all = self._make("Select all", do.select_all, standard.SelectAll)
        self.rename = self._make("Rename…", do.rename, "F2")
        self.find = self._make(
            "Find…",
            tools.find_bar.open_bar,
            standard.Find,
            tip="Find layers by name, kind, shape or the value of a setting, and notes by their words.",
        )
        self.find.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        self.bypass = self._make(
            "Bypass",
            do.bypass,
            "Ctrl+B",
            tip=f"{BYPASS}.",
        )
        self.freeze = self._make("Freeze", do.freeze, "Ctrl+L", tip=f"{FREEZE}.")
        self.connect_nodes = self._make(
            "Connect…",
            wiring.connect_nodes,
            "Ctrl+K",
            tip="Choose both ends of a wire from lists.",
        )
        self.disconnect_nodes = self._make(
            "Disconnect…",
            wiring.disconnect_nodes,
            "Ctrl+Shift+K",
            tip="Remove the selected wire, or one of the selected layer's wires.",
        )
        self.stack = self._make(
            STACK,
            do.stack,
            "Ctrl+Shift+J",
            tip="Show an activation, a normalisation or a dropout on the layer it follows, or in a box of its own.",
        )
        self.tidy = self._make(
            "Tidy",
            do.tidy,
            "Shift+A",
            tip="Lay out the diagram, or the selected layers, from left to right with few crossing wires.",
        )
        self.group = self._make(
            "Group into a block", fold.group, "Ctrl+G", tip="Group the selected layers into one block."
        )
        self.ungroup = self._make(
            "Ungroup the block", fold.ungroup, "Ctrl+Shift+G", tip="Replace the block by the layers in it."
        )
        self.step_out = self._make("Step out of the block", fold.leave, "Alt+Up")
        self.add_note = self._make("Write a note", self._add_note, "Ctrl+T", tip="Put a note with text on the canvas.")
        self.add_frame = self._make(
            "Frame the selection",
            self._add_frame,
            "Ctrl+Shift+F",
            tip="Put a frame with a title around the selected layers; it takes them along when it is moved.",
        )
        self.next_note = self._make("Go to the next note", notes.next, "Ctrl+Shift+T")
        for action in (self.bypass, self.freeze):
            action.setCheckable(True)
        self.zoom_in = self._make("Zoom in", self._zoom_in, standard.ZoomIn, "Ctrl+=")
        self.zoom_out = self._make("Zoom out", self._zoom_out, standard.ZoomOut)
        self.zoom_full = self._make("Actual size", self._zoom_full, "Ctrl+1")
        self.fit_all = self._make("Fit the whole diagram", view.fit_all, "Ctrl+0")
        self.fit_selection = self._make("Fit the selection", self._fit_selection, ".")
        self.show_flow = self._make(
            "Highlight connected",
            tools.emphasis.show_flow,
            "Ctrl+Shift+H",
            tip="Dim everything but the layers that feed the selected ones and those that depend on them.",
        )
        self.show_map = self._make(
            "Overview map",
            tools.minimap.switch,
            "Ctrl+Shift+M",
            tip="A small map of the diagram in its corner, while not all of it is in view.",
        )
        for action in (self.show_flow, self.show_map):
            action.setCheckable(True)
        self.show_map.setChecked(True)
        self.edit: list[QAction | None] = [
            self.cut,
            self.copy,
            self.paste,
            self.paste_wired,
            self.duplicate,
            None,
            self.delete,
            self.delete_with_wires,
            self.select_all,
            self.find,
            None,
            self.add_layer,
            self.replace,
            self.take_out,
            self.rename,
            self.bypass,
            self.freeze,
            None,
            self.group,
            self.ungroup,
            self.step_out,
            None,
            self.connect_nodes,
            self.disconnect_nodes,
            self.stack,
            self.tidy,
            None,
            self.add_note,
            self.add_frame,
            self.next_note,
        ]
        self.view: list[QAction | None] = [
            self.zoom_in,
            self.zoom_out,
            self.zoom_full,
            None,
            self.fit_all,
            self.fit_selection,
            None,
            self.show_flow,
            self.show_map,
        ]

    @property
    def all(self) -> list[QAction]:
        """Every action, without separators."""
        return [action for action in (*self.edit, *self.view) if action is not None]

    def _make(self, words: str, run: Callable[..., object], *keys: _Keys, tip: str = "") -> QAction:
        action = QAction(words, self)
        sequences: list[QKeySequence] = []
        for key in keys:
            standard = isinstance(key, QKeySequence.StandardKey)
            wanted = [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
            for sequence in wanted:
                # Some systems also cut with Shift+Delete, which deletes with the wires here.
                if sequence not in sequences and not (standard and sequence == QKeySequence("Shift+Delete")):
                    sequences.append(sequence)
        action.setShortcuts(sequences)
        action.setShortcutContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        if tip:
            action.setToolTip(tip)
            action.setStatusTip(tip)
        action.triggered.connect(run)
        self._tools.view.addAction(action)
        return action

    @Slot()
    def _ask_for_layer(self) -> None:
        self._tools.quick_add.ask()

    @Slot()
    def _add_note(self) -> None:
        self._tools.notes.add_note()

    @Slot()
    def _add_frame(self) -> None:
        self._tools.notes.add_frame()

    @Slot()
    def _zoom_in(self) -> None:
        self._tools.view.zoom_by(1.25)

    @Slot()
    def _zoom_out(self) -> None:
        self._tools.view.zoom_by(0.8)

    @Slot()
    def _zoom_full(self) -> None:
        self._tools.view.zoom_to(1.0)

    @Slot()
    def _fit_selection(self) -> None:
        self._tools.view.fit_parts(self._tools.view.document.selection, self._tools.notes.selection)

    @Slot()
    def refresh(self) -> None:
        """Enable what can be done to the present selection."""
        document = self._tools.view.document
        nodes = [document.graph.nodes[id] for id in document.selection if id in document.graph.nodes]
        layers = [node for node in nodes if node.kind not in ENDS]
        notes = self._tools.notes.selection
        for action in (self.bypass, self.freeze):
            action.setEnabled(bool(layers))
        for action in (self.cut, self.copy, self.duplicate):
            action.setEnabled(bool(layers or notes))
        # The two blocks answer Delete with a word, so it stays enabled for them.
        for action in (self.delete, self.delete_with_wires):
            action.setEnabled(bool(nodes or notes) or self._tools.view.selected_wire is not None)
        self.rename.setEnabled(len(nodes) == 1 or (not nodes and len(notes) == 1))
        self.add_frame.setText("Frame the selection" if nodes or notes else "Add a frame")
        self.replace.setEnabled(len(layers) == 1)
        self.group.setEnabled(bool(layers))
        self.ungroup.setEnabled(any(node.block is not None for node in nodes))
        self.step_out.setEnabled(bool(document.path))
        graph = document.graph
        wired = len(layers) == 1 and bool(graph.incoming(layers[0].id) or graph.outgoing(layers[0].id))
        self.take_out.setEnabled(wired)
        stacked = layers and all(snapped_onto(graph, node.id) is not None or riders(graph, node.id) for node in layers)
        self.stack.setText(UNSTACK if stacked else STACK)
        self.stack.setEnabled(bool(layers))
        self.tidy.setText("Tidy the selection" if len(nodes) > 1 else "Tidy")
        self.fit_selection.setEnabled(bool(nodes or notes))
        self.bypass.setChecked(bool(layers) and all(node.bypassed for node in layers))
        self.freeze.setChecked(bool(layers) and all(node.frozen for node in layers))
