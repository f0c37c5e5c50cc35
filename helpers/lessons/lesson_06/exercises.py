"""Lesson 6, What it won't learn: the line that the learner writes, its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn


def share(answers, labels, wrong):
    """Of the examples whose label is wrong, the share that is answered with `labels`."""
    return np.mean(answers[wrong] == labels[wrong])


_ANSWERS, _LABELS = np.array([3, 3, 8, 1, 0, 7, 7]), np.array([3, 5, 8, 1, 2, 7, 1])
_WRONG = np.array([True, True, False, True, False, True, False])

share_turn = YourTurn(
    "The share of wrong labels",
    right=share,
    cases=((_ANSWERS, _LABELS, _WRONG), (_LABELS, _ANSWERS[::-1], ~_WRONG)),
    wrong={
        lambda answers, labels, wrong: np.mean(answers == labels): "You count all examples. Take only those where "
        "wrong is True: answers[wrong].",
        lambda answers, labels, wrong: np.mean((answers == labels) & wrong): "The right ones are counted, but divided "
        "by the number of all examples. Take answers[wrong] and labels[wrong] before the mean.",
        lambda answers, labels, wrong: np.sum(answers[wrong] == labels[wrong]): "That is how many. Wanted is the share "
        "of them: np.mean.",
        lambda answers, labels, wrong: np.mean(answers[~wrong] == labels[~wrong]): "Those are the examples whose label "
        "is right: leave out the ~.",
        lambda answers, labels, wrong: np.mean(answers[wrong] != labels[wrong]): "That is the share that is answered "
        "in another way: == instead of !=.",
    },
)


def best_rows(validation):
    """For each network, the row in which its validation accuracy is highest. validation: (looks, networks)."""
    return validation.argmax(axis=0)


_FOUR_LOOKS = np.array([[0.31, 0.42, 0.50], [0.66, 0.61, 0.58], [0.60, 0.67, 0.55], [0.52, 0.64, 0.60]])

stop_turn = YourTurn(
    "The best rows",
    right=best_rows,
    cases=((_FOUR_LOOKS,), (_FOUR_LOOKS[::-1, :2],)),
    wrong={
        lambda validation: validation.argmax(): "That is one number for all networks together. Along which axis do "
        "the looks lie?",
        lambda validation: validation.argmax(axis=1): "That is the best network of each look. Go along the other axis, "
        "the looks: axis=0.",
        lambda validation: validation.max(axis=0): "Those are the highest accuracies. Wanted are the rows in which "
        "they stand: argmax.",
        lambda validation: validation.argmin(axis=0): "There the accuracy is lowest: argmax instead of argmin.",
        lambda validation: 3 * (validation.argmax(axis=0) + 1): "Those are epochs. Return the rows, counted from 0.",
    },
)

lies_exercise = Exercise(
    "Exercise 6.1",
    right=0.8,
    wrong={
        0.94: "That is its share of all the labels. 700 of the 940 are the right ones: how many wrong ones are left?",
        0.24: "240 wrong labels are repeated. But out of how many wrong labels, not out of how many digits?",
        240: "So many are repeated. What share of the 300 wrong labels is that?",
        80: "In percent it is 80. A share lies between 0 and 1.",
        0.3: "That is how many of the labels are wrong. How many of those does it repeat?",
        0.06: "So many labels it does not repeat, of all. Count the wrong ones that it does repeat.",
    },
)


def _seen(right, wrong):
    return right * (1 - wrong) + (1 - right) * wrong / 9


seen_exercise = Exercise(
    "Exercise 6.2",
    right=_seen,
    cases=((1.0, 0.3), (0.9, 0.3), (0.5, 0.0), (0.1, 0.8)),
    wrong={
        lambda right, wrong: right * (1 - wrong): "Nearly. Where answer and label are both wrong, they may agree by "
        "chance: in one case of nine.",
        lambda right, wrong: right: "That would be so if all labels were right.",
        lambda right, wrong: right - wrong: "Where the label is wrong, the answer may be wrong as well: multiply "
        "instead.",
        lambda right, wrong: right * (1 - wrong) + (1 - right) * wrong: "Two wrong digits need not be the same one: "
        "there are nine of them.",
        lambda right, wrong: right * (1 - wrong) + (1 - right) * wrong / 10: "Wrong labels are drawn from the other "
        "digits. How many others are there?",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Why, most likely, is a wrong label learned later with dropout?",
        {
            "Because dropout removes wrong labels from the data.": "It never sees which ones are wrong.",
            "It is held by certain neurons, and some of these are often off.": "With half of the neurons off, a "
            "network trained with dropout still gives most right labels, but far fewer of the wrong ones.",
            "Because the network has fewer weights.": "It has as many as the plain one, and uses them all in the end.",
        },
        right="It is held by certain neurons, and some of these are often off.",
    ),
    QuizQuestion(
        "Three in ten labels are wrong, also in your validation set. Can it tell when to stop?",
        {
            "No, with wrong labels it is worthless.": "Its numbers are too low, but for all epochs alike.",
            "Often, since its mistakes have nothing to do with those in training.": "Learning the training set's wrong "
            "labels by heart gains nothing there.",
            "Yes, when it reaches 100 %.": "It never will: no network can guess labels that were drawn at random.",
        },
        right="Often, since its mistakes have nothing to do with those in training.",
    ),
    QuizQuestion(
        "You train with dropout. Which of these patterns does it follow most?",
        {
            "The wrong label of a single digit.": "It repeats few of those.",
            "A strong mark on three digits in ten, which gives their label away.": "Like the stamps: many digits share "
            "it, and with dropout the network follows it even more.",
            "None: dropout keeps out whatever hints at a label by chance.": "Try the panel, with no wrong labels and "
            "stamps of strength 4.",
        },
        right="A strong mark on three digits in ten, which gives their label away.",
    ),
)
