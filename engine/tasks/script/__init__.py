"""Training as part of an exported Python file: what a kind writes it of, and the parts that several kinds share.

Each kind names the module that writes its training (``TaskKind.script``); the file around it is written by
``engine.export``.
"""
