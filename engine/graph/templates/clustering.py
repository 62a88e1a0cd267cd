"""Drawings that group samples instead of naming them."""

from __future__ import annotations

from types import MappingProxyType

from engine.graph.graph import Graph
from engine.graph.layout.arranging import chain, layer
from engine.graph.templates.template import Template


def _k_means() -> Graph:
    return chain([layer("KMeans", n_clusters=3)])


TEMPLATES = (
    Template(
        name="k-means",
        title="Groups (k-means)",
        summary="Finds three groups of points without being told which there are: step by step, the centres move to "
        "the middle of the points nearest to them.",
        dataset="blobs",
        recipe=MappingProxyType({"dataset": "blobs", "task.kind": "k-means", "epochs": 100}),
        draw=_k_means,
        keywords=("k-means", "cluster", "clustering", "unsupervised", "groups"),
    ),
)
