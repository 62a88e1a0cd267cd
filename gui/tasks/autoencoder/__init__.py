"""What shows an autoencoder: what comes back of samples, the code as a map, errors, and the panel to try it."""
