def standard_error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


exercises.error_exercise(standard_error)
