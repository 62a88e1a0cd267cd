"""The mouse gestures of the canvas, one file each. Every gesture ends in one edit, or in nothing."""
