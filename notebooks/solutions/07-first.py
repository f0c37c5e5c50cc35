def average_first(outputs):
    return softmax(outputs.mean(axis=0))


exercises.first_exercise(average_first)
