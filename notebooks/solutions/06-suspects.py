def worth_checking(answers, labels, true):
    checked = answers != labels
    return np.mean(labels[checked] != true[checked])


exercises.suspects_exercise(worth_checking)
