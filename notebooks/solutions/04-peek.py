def reported(validation, test):
    return test[validation.argmax()]  # validation chooses, the test reports


exercises.peek_exercise(reported)
