"""Emphasising a part of the diagram by fading the rest: what a search found, or what is connected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.graph.graph import Graph, Wire
from gui.canvas.scene import CanvasScene
from gui.document import Document


class Emphasis:
    """What is lit on a canvas. A search counts for more than the flow around the selection."""

    def __init__(self, document: Document, projection: CanvasScene) -> None:
        self._document, self._projection = document, projection
        self._found: frozenset[str] | None = None
        self._flow = False
        self._fades = False

    @property
    def flow(self) -> bool:
        """Whether all that feeds the selection or depends on it is lit."""
        return self._flow

    def show_flow(self, on: bool) -> None:
        """Light what feeds the selection and what depends on it, while something is selected."""
        self._flow = on
        self.refresh()

    def show_found(self, ids: Iterable[str] | None) -> None:
        """Light these nodes and notes only; None when nothing is searched for any more."""
        self._found = None if ids is None else frozenset(ids)
        self.refresh()

    def refresh(self) -> None:
        """The drawing or the selection changed: light and fade anew, as soon as all of it is drawn."""
        self._projection.slices.do(self._light())

    def _light(self) -> Iterator[None]:
        nodes, wires = self.lit()
        if nodes is None and not self._fades:
            return
        projection = self._projection
        self._fades = nodes is not None
        for id, item in projection.nodes.items():
            item.set_faded(nodes is not None and id not in nodes)
            yield
        projection.notes.fade_all_but(self._found)
        faded_label = False
        for wire, line in projection.wires.items():
            fades = wires is not None and wire not in wires
            if fades != line.look.faded:
                line.set_look(faded=fades)
                faded_label = True
                yield
        if faded_label:
            projection.invalidate(projection.sceneRect(), projection.SceneLayer.ForegroundLayer)

    def lit(self) -> tuple[frozenset[str] | None, frozenset[Wire] | None]:
        """The nodes and the wires that stand out; None and None while nothing does."""
        graph = self._document.graph
        if self._found is not None:
            return self._found, frozenset()
        selection = frozenset(id for id in self._document.selection if id in graph.nodes)
        if not self._flow or not selection:
            return None, None
        return flow(graph, selection)


def flow(graph: Graph, ids: Iterable[str]) -> tuple[frozenset[str], frozenset[Wire]]:
    """All nodes that feed the given ones or depend on them, the given ones too, and the wires that lead there."""
    start = frozenset(ids)
    feeding = _reach(start, lambda id: [w.source for w in graph.incoming(id)])
    depending = _reach(start, lambda id: [w.target for w in graph.outgoing(id)])
    wires = {w for id in feeding for w in graph.incoming(id)} | {w for id in depending for w in graph.outgoing(id)}
    return feeding | depending, frozenset(wires)


def _reach(start: frozenset[str], step: Callable[[str], Iterable[str]]) -> frozenset[str]:
    seen, waiting = set(start), list(start)
    while waiting:
        for id in step(waiting.pop()):
            if id not in seen:
                seen.add(id)
                waiting.append(id)
    return frozenset(seen)
