step = 0.002 * 0.0001 / np.sqrt(0.0001**2)  # the learning rate, whatever the gradient's size
exercises.adam_exercise(step)
