networks = 40  # the bar shrinks with the root of how many there are
lesson.networks_exercise(networks)
