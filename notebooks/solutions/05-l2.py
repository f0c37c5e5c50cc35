weight = 3 - 0.5 * (0.7 + 0.1 * 3)  # L2's pull is added to the gradient
exercises.l2_exercise(weight)
