"""Learning to continue text: after each character, which one comes next."""
