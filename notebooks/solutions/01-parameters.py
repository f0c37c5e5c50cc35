parameters = 64 * 32 + 32 + 32 * 10 + 10  # weights and biases of the two layers
exercises.parameters_exercise(parameters)
