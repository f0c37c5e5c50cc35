width = 320 * (1 - 0.2)  # the neurons kept, on average
exercises.half_exercise(width)
