broken = [2, 3, 1]  # the test chose; the margin came last; one network alone had its own rate
exercises.rules_exercise(broken)
