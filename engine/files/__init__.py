"""Files on the disk, whatever is in them: written whole or not at all, and used by one process at a time.

A room of its own below all others, since the project file, the exports, the caches and the window all write files. The
standard library only.
"""
