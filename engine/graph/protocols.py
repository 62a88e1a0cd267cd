"""Protocols of this package, for the type checker: the one place where a type refers to modules above it.

A block holds a drawing, a drawing holds nodes, and a node may hold a block. At run time none of the three files imports
one that imports it; only their annotations go round, and they go through here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from engine.graph.graph import Graph
    from engine.graph.node import Node, Wire

    __all__ = ["Graph", "Node", "Wired"]


class Wired(Protocol):
    """As much of a drawing as one needs to follow its wires."""

    @property
    def nodes(self) -> Mapping[str, Node]:
        """The nodes by id."""

    def incoming(self, id: str) -> tuple[Wire, ...]:
        """The wires that end at a node, in the order of its inputs."""

    def outgoing(self, id: str) -> tuple[Wire, ...]:
        """The wires that start at a node."""
