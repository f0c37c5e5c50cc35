def through_tanh(hidden, error):
    return error * (1 - hidden**2)


exercises.tanh_exercise(through_tanh)
