"""The file: write, read, migrate, recover. Data only: nothing in a file is ever run. Imports no torch.

What comes from a file is checked against its declaration before anything uses it: bytes within bounds
(``engine.files.bounded``), JSON (``engine.files.json_input``), tensors (``tensors``), settings
(``engine.graph.parameters``), what a run left (``engine.training.saved_values``), and tensors against the drawing and
the optimizer before a kernel of torch sees them. What a newer version has put into a project is kept by ``unknown``
and written back. Every file is written beside its place and then renamed (``engine.files.atomic``), and takes the
place of none unless that was asked; ``rescue`` keeps what was learned when its own place is gone. SECURITY.md lists
the promises.
"""
