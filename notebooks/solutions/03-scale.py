goes_on = 3 / (1 - 0.2)
exercises.scale_exercise(goes_on)
