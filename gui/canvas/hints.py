"""What keys and the mouse do besides the shortcuts of commands: rows for the list of shortcuts.

These keys cannot be changed. In the outline Left and Right follow the wires, as they do on the canvas with Ctrl, so
blocks are opened and closed there with + and −, which every tree knows too.
"""

HINTS: tuple[tuple[str, str], ...] = (
    # Adding and wiring
    ("Quick add", "any letter, Space or double-click on empty canvas"),
    ("Quick add after the layer just clicked or added", "Tab"),
    ("Pick up a layer from the palette", "click, or Shift+Enter"),
    ("Put a layer on a wire", "double-click the wire"),
    ("Put down the layer picked up, or cancel", "Enter or click; Esc or right click"),
    ("Keep the layer picked up: each click adds one more to the chain", "Shift+click, or Shift+Enter"),
    ("Cut all wires crossed", "Alt+drag beside the layers"),
    ("Detach a layer from its chain, or move it to another place in it", "Ctrl+drag the layer"),
    ("Move along the wires, or up and down to the nearest layer", "Ctrl+arrows"),
    ("Select a wire that leaves the selected layer; again for the next one", "Alt+Right"),
    ("Select a wire that arrives at the selected layer; again for the next one", "Alt+Left"),
    ("Cut the selected wire, or put a layer on it", "Delete, or Space"),
    ("Reconnect a wire to another port, or remove it", "drag its end"),
    # Selecting and moving
    ("Select what a rectangle touches", "drag on empty canvas; Shift adds, Ctrl toggles"),
    ("Add one to the selection, or remove it", "Shift+click or Ctrl+click"),
    ("Move what is selected", "arrows; finely with Shift"),
    ("Move without snapping", "Alt during the drag"),
    ("Make the selected note or frame larger or smaller", "Ctrl+Shift+arrows, or drag its corner"),
    ("Edit the selected note, or a frame's title", "Enter or double-click"),
    ("Finish editing a note or a title; cancel it", "Ctrl+Enter, or Enter; Esc"),
    # Going about
    ("Go from layer to layer", "Tab and Shift+Tab, after Esc or from outside the canvas"),
    ("Step inside a block; to a layer's settings, the data block's datasets", "Enter or double-click"),
    ("Step out of a block", "Esc or Backspace, with nothing selected"),
    ("Cancel the gesture, close the search, clear the selection", "Esc"),
    # The view
    ("Zoom", "wheel, Ctrl with a touchpad, or pinch"),
    ("Move the view", "drag with the middle button, two fingers on a touchpad, or arrows with nothing selected"),
    ("Move the view sideways", "Shift+wheel"),
    ("On the overview map", "drag, wheel, Ctrl+wheel zooms; or arrows, + and −, Home for all, Esc back"),
    # Finding
    ("In the search, the next or the previous match", "Enter or Down; Shift+Enter or Up; Esc closes it"),
    # The outline
    ("In the outline, from row to row, or along the wires", "Up and Down, Home and End; Left and Right"),
    ("In the outline, show or hide what is inside a block", "+ and −; * shows all that is in it"),
    ("In the outline, step inside or to a layer's settings, write in a note", "Enter or double-click"),
    ("In the outline, jump to a row", "its first letters"),
    ("From the outline back to the canvas", "Esc"),
    ("Menu of what is selected", "right click, the menu key or Shift+F10"),
)
"""(what it does, how), for those who look for it among the shortcuts."""
