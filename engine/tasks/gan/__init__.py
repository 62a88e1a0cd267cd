"""Learning to make new samples like those of the data: a generator against a critic (a GAN).

I. Goodfellow and others, "Generative Adversarial Nets", NeurIPS 2014. What lies before RealOrFake in the drawing is the
generator, what comes after it the critic (``engine.graph.parts``).
"""
