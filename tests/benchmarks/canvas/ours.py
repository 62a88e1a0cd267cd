"""Sketchnet's canvas: alone, and in the real window with every panel that follows the document."""

from __future__ import annotations

import tempfile
from pathlib import Path

from drawing import Drawing
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QGraphicsView
from subject import SIZE, Subject

from engine.graph.graph import Graph, Wire
from engine.graph.shapes import Shape
from engine.graph.signature import Signature
from engine.graph.targets import Categories
from engine.project.file import write
from engine.project.project import Project
from gui import theme
from gui.document import Document, DocumentState

SIGNATURE = Signature(Shape.picture(1, 28, 28), Categories(10, tuple("0123456789")))


def graph_of(drawing: Drawing) -> Graph:
    """The drawing as Sketchnet's value: its first node is fed by the data, its last one feeds the goal."""
    count = len(drawing.parts)
    graph = Graph().add("Input", position=(-220, 0))
    for part in drawing.parts:
        graph = graph.add(part.kind, position=part.position)
    graph = graph.add("Output", position=(drawing.parts[-1].position[0] + 220, drawing.parts[-1].position[1]))
    ids = list(graph.nodes)
    graph = graph.connect(Wire(ids[0], "out", ids[1], "in" if drawing.parts[0].inputs == 1 else "in1"))
    for source, target, port in drawing.wires:
        name = "in" if drawing.parts[target].inputs == 1 else f"in{port + 1}"
        graph = graph.connect(Wire(ids[source + 1], "out", ids[target + 1], name))
    return graph.connect(Wire(ids[count], "out", ids[count + 1], "in"))


class Ours(Subject):
    """The canvas by itself."""

    name = "Sketchnet"

    def open(self) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.canvas.view import Canvas
        from gui.gc_control import Collector

        theme.apply(QApplication.instance(), "light")
        self.document = Document(DocumentState(Graph(), "recipe"), lambda _recipe: SIGNATURE)
        self.canvas = Canvas(self.document)
        self.view: QGraphicsView = self.canvas
        self.collector = Collector(self.canvas)  # as in the program
        self.collector.begin()
        self.canvas.resize(*SIZE)
        self.canvas.show()

    def prepare(self, drawing: Drawing) -> None:
        """The value exists before it is drawn, as in an opened file."""
        self.graph = graph_of(drawing)
        self.ids = list(self.graph.nodes)[1:-1]

    def build(self, drawing: Drawing) -> None:
        self.canvas.projection.show_graph(self.graph)
        self.canvas.projection.slices.finish()

    def finish(self) -> None:
        """Hand the drawing to the document as well, so that it can be worked on."""
        self.canvas.projection.show_graph(Graph())
        self.document.reset(DocumentState(self.graph, self.document.recipe))
        self.canvas.projection.slices.finish()

    def empty(self) -> bool:
        self.document.reset(DocumentState(Graph(), self.document.recipe))
        return True

    def open_again(self) -> None:
        self.document.reset(DocumentState(self.graph, self.document.recipe))
        self.canvas.fit_all()

    def is_shown(self) -> bool:
        return not self.canvas.projection.slices.pending and not self.canvas.frozen

    def scale_to(self, scale: float | None, number: int) -> None:
        if scale is None:
            self.canvas.fit_all()
        else:
            self.canvas.zoom_to(scale)
            self.canvas.centerOn(self.place_of(number))

    def place_of(self, number: int) -> QPointF:
        return self.canvas.projection.nodes[self.ids[number]].body.center()

    def undo(self) -> bool:
        self.document.undo()
        return True

    def redo(self) -> bool:
        self.document.redo()
        return True

    def type(self, number: int, value: int) -> bool:
        id = next(id for id in self.ids[number:] if self.graph.nodes[id].kind == "Conv2d")
        return self.document.edit("filters", self.document.graph.set_params(id, out_channels=value), merge="filters")


class InTheWindow(Ours):
    """The whole window: outline, table, problems, inspector, map and training panels all follow."""

    name = "the whole window"

    def open(self) -> None:
        from PySide6.QtWidgets import QApplication

        from gui.gc_control import Collector
        from gui.window import Window

        theme.apply(QApplication.instance(), "light")
        self.window = Window()
        self.window.resize(*SIZE)
        self.window.show()
        self.document, self.canvas = self.window.document, self.window.canvas
        self.view = self.canvas
        self.collector = Collector(self.window)
        self.collector.begin()

    def build(self, drawing: Drawing) -> None:
        self.document.reset(DocumentState(self.graph, self.document.recipe))
        self.canvas.projection.slices.finish()

    def finish(self) -> None:
        """It is there already; it is also written to a file, to be opened from there."""
        self.file = Path(tempfile.mkdtemp()) / "drawing.sketchnet"
        write(Project(graph=self.graph, recipe=self.document.recipe), self.file)

    def empty(self) -> bool:
        self.document.mark_saved()
        self.window.session.new("digit-cnn")
        return True

    def open_again(self) -> None:
        if not self.window.files.open(self.file):
            raise RuntimeError("the file was not opened")

    def type(self, number: int, value: int) -> bool:
        """A figure typed into the inspector's own field, by keys."""
        from PySide6.QtTest import QTest
        from PySide6.QtWidgets import QApplication

        id = next(id for id in self.ids[number:] if self.graph.nodes[id].kind == "Conv2d")
        if self.document.selection != {id}:
            self.document.select([id])
            self.window.inspector.layer.form.field("out_channels").setFocus()
        field = QApplication.focusWidget()
        QTest.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        QTest.keyClick(field, str(1 + value % 9))
        return True

    def close(self) -> None:
        self.document.mark_saved()
        self.window.close()
