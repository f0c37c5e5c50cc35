repeated = 940 - 700  # of the wrong labels
exercises.lies_exercise(repeated / 300)
