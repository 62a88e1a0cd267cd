"""The inspector's page when nothing is selected: the network as a whole, layer by layer."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from gui.document import Document
from gui.theme import fonts, icons
from gui.theme.style import set_role


class OverviewPage(QWidget):
    """A list of the layers in the order they run; choosing one selects it in the diagram."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = document
        self._title, self._facts = QLabel("The network"), QLabel()
        self._list = QTreeWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(10)
        set_role(self._title, "title")
        set_role(self._facts, "quiet")
        self._facts.setWordWrap(True)
        self._list.setAccessibleName("Layers of the network")
        self._list.setHeaderLabels(["Layer", "Gives", "Weights"])
        self._list.setRootIsDecorated(False)
        self._list.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self._list.setMinimumHeight(110)
        header = self._list.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for number in (1, 2):
            header.setSectionResizeMode(number, QHeaderView.ResizeMode.ResizeToContents)
        column.addWidget(self._title)
        column.addWidget(self._facts)
        column.addWidget(self._list, 1)
        column.addStretch(0)
        self._list.itemActivated.connect(self._select)
        self._list.itemClicked.connect(self._select)

    def show_network(self) -> None:
        """Show the layers of the document's drawing."""
        graph, analysis = self._document.graph, self._document.analysis
        layers = [id for id in analysis.order if graph.nodes[id].kind not in ("Input", "Output")]
        others = [id for id, n in graph.nodes.items() if id not in analysis.order and n.kind not in ("Input", "Output")]
        if not layers and not others:
            self._facts.setText(
                "Empty so far. Drag a layer from the left, double-click the canvas, or press a letter to add one; "
                "then draw wires from the data to the goal."
            )
        else:
            count = len(layers)
            self._facts.setText(
                f"{count} layer{'' if count == 1 else 's'} from data to goal · "
                f"{analysis.total_parameters:,} weights to learn"
            )
        self._list.setVisible(bool(layers or others))
        self._list.clear()
        for id in layers + others:
            node = graph.nodes[id]
            shape, weights = analysis.shapes.get(id), analysis.parameters.get(id)
            item = QTreeWidgetItem(
                [node.name, shape.label() if shape else "–", f"{weights:,}" if weights is not None else "–"]
            )
            item.setIcon(0, icons.family_icon(node.declaration.family))
            item.setData(0, Qt.ItemDataRole.UserRole, id)
            item.setToolTip(0, f"{node.kind}: {node.declaration.summary}")
            for number in (1, 2):
                item.setFont(number, fonts.font("small-number"))
                item.setTextAlignment(number, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self._list.addTopLevelItem(item)

    def _select(self, item: QTreeWidgetItem) -> None:
        self._document.select([str(item.data(0, Qt.ItemDataRole.UserRole))])
