"""The gallery: templates and examples to begin from, shown as pictures of their diagrams."""
