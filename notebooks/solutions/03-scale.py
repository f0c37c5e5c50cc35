goes_back = 0.4 / (1 - 0.2)
exercises.scale_exercise(goes_back)
