def through_tanh(hidden, blame):
    return blame * (1 - hidden**2)


exercises.tanh_exercise(through_tanh)
