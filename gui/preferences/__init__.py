"""What the user decides about the program on this computer: each thing is declared once (``declared``).

``store`` reads and writes the values, puts them into force and tells of changes; ``dialog`` shows them, ``transfer``
writes them to a file and reads one; ``storage`` is what the program keeps on the disk.
"""
