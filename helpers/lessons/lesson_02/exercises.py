"""Lesson 2, Overfit it: what the learner writes, its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn


def standard_error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


_FEW = np.array([0.41, 0.44, 0.40, 0.43, 0.42])

standard_error_turn = YourTurn(
    "The standard error",
    right=standard_error,
    cases=((_FEW,), (np.array([0.5, 0.7]),)),
    wrong={
        lambda values: np.std(values, ddof=1): "That is step 1, how far a single network lies from the mean. The mean "
        "is known better: divide by the square root of how many there are.",
        lambda values: np.std(values) / np.sqrt(len(values)): "Nearly: np.std divides by n unless told otherwise. From "
        "a sample take ddof=1, or the bar is too short.",
        lambda values: np.std(values, ddof=1) / len(values): "Divide by the square root of n, not by n: four times the "
        "networks halve it.",
        lambda values: np.std(values, ddof=1) / np.sqrt(10): "There are not always ten values: take len(values).",
        lambda values: np.std(values, ddof=1) * np.sqrt(len(values)): "More values make it smaller: divide.",
        lambda values: np.var(values, ddof=1) / np.sqrt(len(values)): "np.var is the variance. Take its root, the "
        "standard deviation: np.std.",
    },
)


def overfits_after(validation_loss):
    return validation_loss.mean(axis=0).argmin() + 1


epoch_exercise = Exercise(
    "Exercise 2.1",
    right=overfits_after,
    cases=(
        (np.array([[2.3, 1.9, 1.8, 2.1, 1.85], [2.4, 2.0, 1.2, 0.9, 2.0], [2.2, 1.7, 1.5, 2.4, 2.9]]),),
        (np.array([[3.0, 1.0, 2.0, 9.0], [3.0, 3.0, 2.0, 1.0], [3.0, 3.0, 2.9, 1.1]]),),
        (np.array([[1.0, 2.0], [3.0, 2.5]]),),
    ),
    wrong={
        lambda loss: loss.mean(axis=0).argmin(): "Nearly: argmin counts from 0, epochs from 1.",
        lambda loss: loss.argmin() + 1: "You took the lowest of all numbers, whatever its row. Take the mean over the "
        "networks first: mean(axis=0).",
        lambda loss: loss.argmin(): "You took the lowest of all numbers, whatever its row. Take the mean over the "
        "networks first; and count epochs from 1.",
        lambda loss: loss.mean(axis=1).argmin() + 1: "axis=1 is the mean over epochs: this is the number of a network. "
        "Take axis=0.",
        lambda loss: loss.mean(axis=1).argmin(): "axis=1 is the mean over epochs: this is the place of a network. Take "
        "axis=0, and count epochs from 1.",
        lambda loss: loss.mean(axis=0).min(): "That is the lowest mean loss. In which epoch is it? argmin tells.",
        lambda loss: loss.mean(axis=0).argmax() + 1: "That is where the mean is highest. Where is it lowest?",
        lambda loss: loss[0].argmin() + 1: "That is the first network alone. Take the mean over all of them.",
        lambda loss: loss.max(axis=0).argmin() + 1: "That goes by the highest loss in each epoch. Take the mean.",
        lambda loss: loss.argmin(axis=1) + 1: "That is the epoch for each network. Take the mean over them first.",
        lambda loss: (loss.argmin(axis=1) + 1).mean(): "That is the mean of each network's own epoch. Take the mean of "
        "the losses first, then look for the lowest.",
        lambda loss: loss.shape[1]: "That is the last epoch. Where is the mean lowest?",
    },
)

overlap_exercise = Exercise(
    "Exercise 2.2",
    right=0.2,
    wrong={
        1.2 - 1.4: "You took 0.6 + 0.8. That would be right if both means always erred in opposite ways. Add the "
        "squares, then take the square root.",
        1.2: "That is the difference of the means, the middle of its bar. How far does the bar reach below it?",
        2.2: "That is the bar's upper end.",
        1.0: "That is how far the bar reaches to each side. Where does it begin, if its middle is 43.2 − 42.0?",
        0.4: "You took B's bar alone. A's mean is uncertain, too.",
        0.6: "You took A's bar alone. B's mean is uncertain, too.",
    },
)

adam_exercise = Exercise(
    "Exercise 2.3",
    right=0.002,
    wrong={
        0.002 * 0.0001: "That is SGD's step: learning rate times gradient. Adam divides by the gradient's typical "
        "size, and on the first step that is this very gradient.",
        0.0001: "That is the gradient. What is left of it after dividing by its own size?",
        1: "Gradient over its size is 1, yes. Now times the learning rate.",
        -0.002: "The size, not the direction.",
        0.2: "You divided by the root of the gradient. The typical size is the root of the mean *squared* gradient, "
        "and of a single one that is the gradient itself.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "A claim asks for more than 1 point. The difference found is 0.4 points, and its bar goes from -0.3 to +1.1. "
        "What is the verdict?",
        {
            "It holds: the difference is positive.": "Zero lies in the bar, so even the sign is open.",
            "It fails: the difference is below 1 point.": "The mean is, but the bar goes beyond 1 point.",
            "Undecided: 1 point lies inside the bar.": "That does not mean “no effect”. More networks, or more test "
            "examples, can decide it.",
        },
        right="Undecided: 1 point lies inside the bar.",
    ),
    QuizQuestion(
        "A network has 100 % on 1,000 e-mails that it was trained on: spam, or not. Does it know what spam is?",
        {
            "Yes: all 1,000 right can't be luck.": "No luck is needed: it may know them all by heart, as the network "
            "with shuffled labels did.",
            "Nobody can tell before it sees new e-mails.": "It may have learned the task, or 1,000 answers by heart.",
            "No: it must be too large.": "In this lesson the large network had 100 %, and did better on new signals.",
        },
        right="Nobody can tell before it sees new e-mails.",
    ),
    QuizQuestion(
        "The validation loss climbs while the validation accuracy stays. How can that be?",
        {
            "One of them is computed wrongly.": "Both are right: think of two networks that make the same mistake, one "
            "with a probability of 60 %, the other with 99 %.",
            "Each mistake costs more and more.": "Cross-entropy punishes being sure and wrong; accuracy counts the "
            "mistake once, however sure.",
            "The validation examples are too few.": "With more of them you would see the same.",
        },
        right="Each mistake costs more and more.",
    ),
)
