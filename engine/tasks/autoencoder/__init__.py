"""Learning to give back the input through few numbers, the code: to compress, to take noise away, to find the odd."""
