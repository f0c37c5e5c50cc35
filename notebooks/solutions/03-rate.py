drop_rate = 1 - 0.8  # the paper's p is what is kept
exercises.rate_exercise(drop_rate)
