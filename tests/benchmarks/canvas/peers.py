"""Three other node editors on the same drawing, each with its own items and as its documentation has it set up.

They are the extra ``peers``; one that is not installed, or that fails, is left out with a word.
"""

from __future__ import annotations

from typing import Any

from drawing import Drawing
from PySide6.QtCore import QPoint, QPointF, Qt
from subject import SIZE, Subject


class NodeGraphQt(Subject):
    name = "NodeGraphQt"

    def open(self) -> None:
        from NodeGraphQt import BaseNode, NodeGraph

        class Layer(BaseNode):
            __identifier__ = "layers"
            NODE_NAME = "Layer"

            def __init__(self) -> None:
                super().__init__()
                self.add_input("in1")
                self.add_output("out")
                self.create_property("units", 8)

        class Sum(BaseNode):
            __identifier__ = "layers"
            NODE_NAME = "Sum"

            def __init__(self) -> None:
                super().__init__()
                self.add_input("in1")
                self.add_input("in2")
                self.add_output("out")

        self.graph = NodeGraph()
        self.graph.register_nodes([Layer, Sum])
        self.graph.widget.resize(*SIZE)
        self.graph.widget.show()
        self.view = self.graph.viewer()

    def build(self, drawing: Drawing) -> None:
        kinds = {1: "layers.Layer", 2: "layers.Sum"}
        self.nodes = [
            self.graph.create_node(
                kinds[part.inputs], name=f"{part.kind}{k}", pos=list(part.position), selected=False, push_undo=False
            )
            for k, part in enumerate(drawing.parts)
        ]
        for source, target, port in drawing.wires:
            self.nodes[source].output(0).connect_to(self.nodes[target].input(port), push_undo=False)

    def scale_to(self, scale: float | None, number: int) -> None:
        self.graph.clear_selection()
        if scale is None:
            self.view.zoom_to_nodes([node.view for node in self.nodes])
        else:
            self.graph.reset_zoom()
            self.graph.center_on([self.nodes[number]])

    def place_of(self, number: int) -> QPointF:
        view = self.nodes[number].view
        return view.mapToScene(view.boundingRect().center() + QPointF(0.0, -6.0))

    def undo(self) -> bool:
        self.graph.undo_stack().undo()
        return True

    def redo(self) -> bool:
        self.graph.undo_stack().redo()
        return True

    def type(self, number: int, value: int) -> bool:
        node = next(node for node in self.nodes[number:] if node.has_property("units"))
        node.set_property("units", value)
        node.view.update()
        return True


class QtPyNodeEditor(Subject):
    name = "qtpynodeeditor"
    pan_button = Qt.MouseButton.LeftButton

    def open(self) -> None:
        import qtpynodeeditor as editor

        self.editor = editor

        def model(title: str, inputs: int) -> type:
            class Model(editor.NodeDataModel):
                name = caption = title
                caption_visible = True
                num_ports = {editor.PortType.input: inputs, editor.PortType.output: 1}
                data_type = editor.NodeDataType(id="tensor", name="tensor")

                def out_data(self, port: int) -> Any:
                    return None

                def set_in_data(self, data: Any, port: Any) -> None:
                    pass

                def embedded_widget(self) -> Any:
                    return None

            return Model

        self.models = {1: model("Layer", 1), 2: model("Sum", 2)}
        registry = editor.DataModelRegistry()
        for made in self.models.values():
            registry.register_model(made)
        self.scene = editor.FlowScene(registry=registry)
        self.view = editor.FlowView(self.scene)
        self.view.resize(*SIZE)
        self.view.show()

    def build(self, drawing: Drawing) -> None:
        ends = self.editor.PortType
        self.nodes = [self.scene.create_node(self.models[part.inputs]) for part in drawing.parts]
        for node, part in zip(self.nodes, drawing.parts, strict=True):
            node.position = part.position
        for source, target, port in drawing.wires:
            self.scene.create_connection(
                self.nodes[source][ends.output][0], self.nodes[target][ends.input][port], check_cycles=False
            )

    def scale_to(self, scale: float | None, number: int) -> None:
        self.scene.clearSelection()
        self.view.resetTransform()
        if scale is None:
            self.view.fitInView(self.scene.itemsBoundingRect(), Qt.AspectRatioMode.KeepAspectRatio)
        else:
            self.view.centerOn(self.place_of(number))

    def place_of(self, number: int) -> QPointF:
        item = self.nodes[number].graphics_object
        return item.mapToScene(item.boundingRect().center())


class PyQtGraph(Subject):
    name = "pyqtgraph"

    def open(self) -> None:
        import pyqtgraph
        from pyqtgraph.flowchart import Flowchart

        pyqtgraph.setConfigOption("mouseRateLimit", -1)  # every movement counts, as with the others
        self.chart = Flowchart(terminals={})
        self.view = self.chart.widget().chartWidget.view
        # It has no window of its own but docks; the view alone is as large as the others are.
        self.view.setParent(None)
        self.view.resize(*SIZE)
        self.view.show()

    def build(self, drawing: Drawing) -> None:
        from pyqtgraph.flowchart import Node

        self.nodes = []
        for k, part in enumerate(drawing.parts):
            ends: dict[str, dict[str, str]] = {f"in{i}": {"io": "in"} for i in range(part.inputs)}
            node = Node(f"{part.kind}{k}", terminals={**ends, "out": {"io": "out"}})
            self.chart.addNode(node, node.name(), part.position)
            self.nodes.append(node)
        for source, target, port in drawing.wires:
            self.chart.connectTerminals(self.nodes[source]["out"], self.nodes[target][f"in{port}"])

    def scale_to(self, scale: float | None, number: int) -> None:
        box = self.view.viewBox()
        if scale is None:
            box.autoRange(padding=0.02)
        else:
            middle, size = self.place_of(number), self.view.viewport().size()
            half = QPointF(size.width() / 2, size.height() / 2)
            box.setRange(
                xRange=(middle.x() - half.x(), middle.x() + half.x()),
                yRange=(middle.y() - half.y(), middle.y() + half.y()),
                padding=0,
            )

    def place_of(self, number: int) -> QPointF:
        return self.nodes[number].graphicsItem().pos() + QPointF(50.0, 12.0)

    def on_view(self, number: int) -> QPoint:
        return self.view.mapFromScene(self.view.viewBox().mapViewToScene(self.place_of(number)))


ALL: tuple[type[Subject], ...] = (NodeGraphQt, QtPyNodeEditor, PyQtGraph)
