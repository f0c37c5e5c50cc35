"""Lesson 6, What it learns late: the line that the learner writes, its exercises and quiz."""

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


def _worth_checking(answers, labels, true):
    checked = answers != labels
    return np.mean(labels[checked] != true[checked])


suspects_exercise = Exercise(
    "Exercise 6.1",
    right=_worth_checking,
    cases=(
        (np.array([3, 3, 8, 1, 0, 7, 7]), np.array([3, 5, 8, 1, 2, 7, 1]), np.array([3, 3, 8, 4, 2, 7, 7])),
        (np.array([4, 6, 9, 0, 5, 7]), np.array([9, 6, 4, 0, 2, 7]), np.array([9, 6, 8, 1, 5, 2])),
    ),
    wrong={
        lambda answers, labels, true: np.mean(answers != labels): "That is the share of the digits that you check. "
        "How many of these have a wrong label?",
        lambda answers, labels, true: np.mean((answers != labels)[labels != true]): "That is the share of the wrong "
        "labels that you find. Wanted is the share of the digits that you check: put answers != labels into the "
        "brackets.",
        lambda answers, labels, true: np.mean((answers != labels) & (labels != true)): "Divided by the number of all "
        "digits. Take only those that you check before the mean: labels[answers != labels].",
        lambda answers, labels, true: np.mean((answers != true)[answers != labels]): "There the network is wrong. "
        "Where is the label wrong? Compare labels with true.",
        lambda answers, labels, true: np.mean((labels == true)[answers != labels]): "That is the share that you check "
        "for nothing: != instead of ==.",
        lambda answers, labels, true: np.mean(labels != true): "That is the share of wrong labels among all digits. "
        "You check only those where answers != labels.",
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
        "When does a network with dropout learn the wrong labels of single digits?",
        {
            "Never: dropout removes wrong labels from the data.": "It never sees which ones are wrong, and as training "
            "goes on, it repeats more and more of them.",
            "Later than the same network does without dropout.": "Both first learn what most digits with the same "
            "label have in common.",
            "Later than any other network.": "The small and the slow one learned them later still.",
        },
        right="Later than the same network does without dropout.",
    ),
    QuizQuestion(
        "Three in ten labels are wrong, also in your validation set. Can it tell when to stop?",
        {
            "No, with wrong labels it is worthless.": "Its numbers are too low, but for all epochs alike.",
            "It can, since its mistakes have nothing to do with those in training.": "Learning the training set's "
            "wrong labels by heart gains nothing there. On our digits that stopped each network in time.",
            "Yes, when it reaches 100 %.": "It never will: no network can guess labels that were drawn at random.",
        },
        right="It can, since its mistakes have nothing to do with those in training.",
    ),
    QuizQuestion(
        "You train with dropout. Which of these patterns does it follow most?",
        {
            "The wrong label of a single digit.": "It repeats few of those.",
            "A strong mark on three digits in ten, which gives their label away.": "Like the stamps: many digits share "
            "it, and with dropout the network follows it even more.",
            "None: dropout keeps out whatever misleads.": "Try the panel, with no wrong labels and "
            "stamps of strength 4.",
        },
        right="A strong mark on three digits in ten, which gives their label away.",
    ),
)
