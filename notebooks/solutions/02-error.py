def standard_error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


lesson.error_exercise(standard_error)
