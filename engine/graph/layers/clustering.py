"""Layers that group samples without knowing what they are: their weights are places among the samples."""

from __future__ import annotations

from collections.abc import Sequence

from engine.counting import counted
from engine.graph.expressions import Expression, call
from engine.graph.layers.kind import LayerKind
from engine.graph.layers.rules import need_numbers
from engine.graph.parameters import Integer, Params
from engine.graph.shapes import Shape, ShapeError, ShapeErrorCode


def _distances_shape(p: Params, inputs: Sequence[Shape]) -> Shape:
    (x,) = inputs
    need_numbers(x, "KMeans")
    if x.rank != 1:
        raise ShapeError(
            f"KMeans takes a flat list of features, but {x.words()} arrive. Flatten them first.", ShapeErrorCode.RANK
        )
    return Shape.features(p.n_clusters)


def _k_means(p: Params, inputs: Sequence[Shape]) -> Expression:
    return call("modules.KMeans", inputs[0].count, p.n_clusters)


KINDS = (
    LayerKind(
        name="KMeans",
        family="clustering",
        stem="kmeans",
        followed_by=("Output",),
        summary="Keeps the centres of groups and measures how far each sample is from every one of them.",
        why="A sample belongs to the group whose centre is nearest. The centres are found by looking at the samples "
        "alone: each moves to the mean of its group, again and again, until none moves any more. Nothing is learned "
        "from the targets of the data. Layers before it say what near means; they stay as they are.",
        shape=_distances_shape,
        module=_k_means,
        weights=lambda p, inputs: p.n_clusters * inputs[0].count,
        fitted=True,
        output_limits="it never gives less than 0",
        detail=lambda p: counted(p.n_clusters, "group"),
        parameters=(
            Integer(
                name="n_clusters",
                title="Groups",
                default=3,
                low=1,
                high=1_000,
                unit="groups",
                help="How many groups there are to be: k. More groups always lie closer to the samples; the silhouette "
                "tells whether they are also apart from one another.",
            ),
        ),
        keywords=("k-means", "cluster", "clustering", "centroid", "group", "lloyd", "unsupervised"),
    ),
)
