"""Advice on a drawing: what is wrong with it, what would repair it, and which layers may come next."""
