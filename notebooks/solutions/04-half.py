width = 320 * (1 - 0.2)  # the units kept, on average
exercises.half_exercise(width)
