"""Help in the window: what is under the pointer explained, the manual, and the tour of the first start."""
