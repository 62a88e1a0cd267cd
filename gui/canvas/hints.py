"""What keys and the mouse do on the canvas besides the shortcuts of its commands: rows for the list of shortcuts."""

HINTS: tuple[tuple[str, str], ...] = (
    ("Quick add", "any letter, Space or double-click"),
    ("Quick add behind the layer just clicked or added", "Tab"),
    ("Take a layer from the palette in hand", "click, or Shift+Enter"),
    ("Keep the layer in hand: each click adds one more to the chain", "Shift+click, or Shift+Enter"),
    ("Cut all wires crossed", "Alt+drag beside the layers"),
    ("Take a layer out of its chain, or to another place in it", "Ctrl+drag the layer"),
    ("Go along the wires, or up and down to the nearest layer", "Ctrl with an arrow"),
    ("Select a wire that leaves the selected layer; again for the next one", "Alt+Right"),
    ("Select a wire that arrives at the selected layer; again for the next one", "Alt+Left"),
    ("Cut the selected wire, or put a layer on it", "Delete, or Space"),
    ("Take a wire to another port, or away", "drag its end"),
    ("Move without snapping", "Alt during the drag"),
    ("Go from layer to layer", "Tab and Shift+Tab, after Esc or from outside the canvas"),
)
"""(what it does, how), for those who look for it among the shortcuts."""
