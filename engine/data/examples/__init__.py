"""Examples of the user's own: pictures drawn with their labels, points painted, kept as datasets in a library.

``values`` says what they are, ``file`` reads and adds to the file of one dataset, ``library`` finds and makes such
files, ``export`` writes them for other programs and puts one into another.
"""
