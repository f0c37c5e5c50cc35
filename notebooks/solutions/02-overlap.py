lower_end = (43.2 - 42.0) - np.hypot(0.6, 0.8)  # from 0.2 to 2.2: 0 is not in the bar
exercises.overlap_exercise(lower_end)
