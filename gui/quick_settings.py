"""The settings on the toolbar: of the recipe, and of the layer that a kind of learning is about.

A path is that of a setting in a recipe ("task.starts"), or the family of the layer that ends a diagram for the kind's
target and the setting's name in it ("clustering.n_clusters"), as it is in ``gui.manual``.
"""

from __future__ import annotations

from engine.graph import layers
from engine.graph.node import Node
from engine.training.recipe import Setting
from gui.document import Document


def settings_by_path(document: Document) -> dict[str, Setting]:
    """All that can stand on the toolbar for the document as it is."""
    found = {setting.path: setting for setting in document.recipe.settings()}
    node = _last_layer(document)
    if node is not None:
        kind = node.declaration
        for parameter in kind.parameters:
            path = f"{kind.family}.{parameter.name}"
            found[path] = Setting(path, parameter, node.params[parameter.name])
    return found


def change(document: Document, setting: Setting, value: object) -> None:
    """Give a setting of ``settings_by_path`` another value; one that is refused is told by the document."""
    node = _last_layer(document)
    if node is None or setting.path.partition(".")[0] != node.declaration.family:
        document.try_setting("Change the training", setting.path, value)
        return
    id, name = node.id, setting.parameter.name
    label = f"Set {setting.parameter.title.lower()}"
    document.edit_whole(label, lambda graph: graph.set_params(id, **{name: value}), merge=f"{id}.{name}")


def _last_layer(document: Document) -> Node | None:
    """The layer that ends a diagram for what is learned, where the target asks for one of a kind and there is one."""
    signature = document.whole_signature
    kind = "" if signature is None else signature.target.last_layer
    if kind not in layers.kinds():
        return None
    return next(iter(document.whole.of_kind(kind)), None)
