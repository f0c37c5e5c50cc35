width = 256 * (1 - 0.5)  # the units kept, on average
lesson.half_exercise(width)
