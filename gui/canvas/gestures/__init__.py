"""One file for each thing a hand can do on the canvas. Every gesture ends in one edit, or in nothing."""
