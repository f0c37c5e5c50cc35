weight = 3 * 2.5 / np.sqrt(3**2 + 4**2)  # limit / norm, for all of the unit's weights alike
exercises.norm_exercise(weight)
