"""What lessons add to the network."""
