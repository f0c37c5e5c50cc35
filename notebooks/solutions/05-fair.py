report = "C"  # equally many tries for each, learning rate included; tested once, at the end
exercises.fair_exercise(report)
