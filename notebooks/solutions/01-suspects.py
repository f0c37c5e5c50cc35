suspects = exercises.suspects(backward)
for name, suspect in suspects.items():
    print(name)
    check(suspect)
right_one = "C"  # the only one with four small errors
exercises.suspects_exercise(right_one)
