"""Pictures with controls, one panel a file. `base` holds what they share."""
