"""What can be wrong with an edit of the drawing. Every error is one plain sentence."""


class GraphError(ValueError):
    """An edit that the drawing cannot take."""


class NoSuchNode(GraphError):
    """The node is not in the drawing."""


class NoSuchKind(GraphError):
    """No layer of that name is known."""


class NoSuchPort(GraphError):
    """The layer has no input or output of that name."""


class NoSuchWire(GraphError):
    """The wire is not in the drawing."""


class PortTaken(GraphError):
    """The input already has a wire."""


class DuplicateWire(GraphError):
    """The wire is there already."""


class SelfConnection(GraphError):
    """A layer cannot feed itself."""


class CycleError(GraphError):
    """The wire would close a cycle."""


class NameTaken(GraphError):
    """Another layer has the name."""


class BadName(GraphError):
    """The name cannot be used in code."""


class BadSetting(GraphError):
    """A setting is outside its declaration."""


class BadBlock(GraphError):
    """The layers cannot be a block, or the block cannot stand there."""
