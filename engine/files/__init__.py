"""Files on the disk: read within bounds, written whole or not at all, used by one process at a time.

A room of its own below all others, since the project file, the exports, the caches and the window all read and write
files. The standard library only.
"""
