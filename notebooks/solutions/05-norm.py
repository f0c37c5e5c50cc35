first_weight = 3 * 2.5 / np.sqrt(3**2 + 4**2)  # limit / norm, for both weights alike
exercises.norm_exercise(first_weight)
