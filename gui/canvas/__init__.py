"""The diagram on screen: it draws what changed in the drawing, and turns gestures into edits.

``scene`` holds one painted item a node and one path a wire, and changes only what differs between two values. A large
difference is drawn in slices over several frames (``incremental``), as when a large file is opened or a tidy undone:
what is asked of the scene meanwhile waits its turn, whoever asks for items has the rest of them made first, and the
view shows what it showed before (``freeze_frame``). Code that runs by itself in those frames must not ask; ``then``
calls it afterwards.

``frames`` paints: from near item by item, nodes as pictures kept in ``snapshots`` (a frame paints few anew, the others
follow, so that zooming a large drawing stays within a frame), from afar as one picture (``overview``) of bundles of
boxes and lines (``batched_paint``), where only what changed is bundled anew. What all items share is in
``shared_state``; ``spatial_index`` finds what lies in an area. ``node_layout`` says how large a node is and where its
parts lie, ``wire_curve`` which path a wire takes, ``wire_router`` leads the wires around the nodes. A gesture is an
object (``gestures``) that ends in one edit or leaves no trace. What lies over the canvas (fields, buttons) is lent the
keys it needs by ``key_capture``.
"""
