"""Lesson 2, Overfit it: its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion


def _standard_error(values):
    return np.std(values, ddof=1) / np.sqrt(len(values))


_FEW = np.array([0.41, 0.44, 0.40, 0.43, 0.42])

error_exercise = Exercise(
    "Exercise 2.1",
    right=_standard_error,
    cases=((_FEW,), (np.array([0.5, 0.7]),)),
    wrong={
        lambda values: np.std(values, ddof=1): "That is how far single networks lie apart. The mean of ten is known "
        "better: divide by the root of how many there are.",
        lambda values: np.std(values) / np.sqrt(len(values)): "Nearly: np.std divides by n unless told otherwise. From "
        "a sample take ddof=1, or the bar is too short.",
        lambda values: np.std(values, ddof=1) / len(values): "The root of n, not n: four times the networks halve it.",
        lambda values: np.var(values, ddof=1) / np.sqrt(len(values)): "That is the variance. Take its root, the "
        "standard deviation.",
    },
)

networks_exercise = Exercise(
    "Exercise 2.2",
    right=40,
    wrong={
        20: "Twice the networks make it smaller by the root of two only.",
        100: "Ten times the networks make it smaller by the root of ten, about 3.2 times. You need less.",
        5: "Fewer networks make it larger.",
    },
)

adam_exercise = Exercise(
    "Exercise 2.3",
    right=0.002,
    wrong={
        0.002 * 0.0001: "That is SGD's step: learning rate times gradient. Adam divides by the gradient's usual size, "
        "and on the first step that is this very gradient.",
        0.0001: "That is the gradient. What is left of it after dividing by its own size?",
        1: "Gradient over its size is 1, yes. Now times the learning rate.",
        -0.002: "The size, not the direction.",
        0.2: "You divided by the root of the gradient. The usual size is the root of the mean *squared* gradient, and "
        "of a single one that is the gradient itself.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Two arms' means are 0.4 points apart, and the interval of the difference goes from -0.3 to +1.1. You had said "
        "that 1 point matters. What is the verdict?",
        {
            "Holds: the difference is positive.": "Its interval has zero in it, so even the sign is open.",
            "Fails: the difference is below 1 point.": "The mean is, but the interval goes beyond 1 point.",
            "Undecided: the margin lies inside the interval.": "More networks, or more test examples, can decide it.",
        },
        right="Undecided: the margin lies inside the interval.",
    ),
    QuizQuestion(
        "A network has 100 % on its training examples. What do you know of it?",
        {
            "That it has learned the task.": "Then so has the one with labels drawn by lot.",
            "That it can fit these examples, and no more.": "It may have learned the task, or all answers by heart.",
            "That it is too large.": "In this lesson the largest ones did best on the test examples.",
        },
        right="That it can fit these examples, and no more.",
    ),
    QuizQuestion(
        "What closes the gap and raises the test accuracy?",
        {
            "Fewer neurons.": "They close the gap, but from above: the network gets worse at training and at the test.",
            "More examples.": "They raise the test accuracy and are harder to learn by heart.",
            "More epochs.": "They drive the training loss down and the validation loss up.",
        },
        right="More examples.",
    ),
    QuizQuestion(
        "Validation loss climbs while validation accuracy stays. How can that be?",
        {
            "One of them is computed wrongly.": "Both are right: think of a network that is wrong, and ever surer.",
            "The network gets surer, also where it is wrong.": "Cross-entropy punishes being sure and wrong; accuracy "
            "counts the mistake once, however sure.",
            "The validation examples are too few.": "With more of them you would see the same.",
        },
        right="The network gets surer, also where it is wrong.",
    ),
)
