"""What lessons add to the network: regularisers, activity penalties, shifted examples, early stopping."""
