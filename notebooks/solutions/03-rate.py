drop_rate = 1 - 0.8  # the paper's p is what is kept
lesson.rate_exercise(drop_rate)
