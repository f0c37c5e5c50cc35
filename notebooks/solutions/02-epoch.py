def overfits_after(validation_loss):
    return validation_loss.mean(axis=0).argmin() + 1  # argmin counts from 0


exercises.epoch_exercise(overfits_after)
