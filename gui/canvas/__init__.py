"""The diagram on screen: it draws what changed in the drawing, and turns gestures into edits."""
