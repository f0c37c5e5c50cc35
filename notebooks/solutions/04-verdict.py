def my_verdict(low, high, margin):
    if low > margin:
        return "holds"
    return "fails" if high < margin else "undecided"


exercises.verdict_exercise(my_verdict)
