"""What is kept of an error that nobody foresaw, or of a crash, and how the user is told: nothing leaves the machine.

``log`` is the file that errors are written into; ``sessions`` tells at the next start that a session ended without its
window being closed, and keeps what Python could still say; ``report`` puts into words what happened; ``dialog`` shows
that and offers to start again with the unsaved work.
"""
