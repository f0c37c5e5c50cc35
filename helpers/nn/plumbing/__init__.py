"""What a reader may skip: checks of arguments, sources of random numbers, and what makes the network fast."""
