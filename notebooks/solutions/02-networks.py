networks = 40  # the bar shrinks with the root of how many there are
exercises.networks_exercise(networks)
