def seen_accuracy(right, wrong):
    both_right = right * (1 - wrong)
    the_same_mistake = (1 - right) * wrong / 9
    return both_right + the_same_mistake


exercises.seen_exercise(seen_accuracy)
