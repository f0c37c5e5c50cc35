"""Lesson 5, Against L1, L2 and friends: its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion


def _l2(w, gradient, strength):
    return gradient + strength * w


W, G = np.array([0.5, -2.0, 0.0, 1.5]), np.array([0.1, 0.2, -0.3, 0.0])

l2_exercise = Exercise(
    "Exercise 5.1",
    right=_l2,
    cases=((W, G, 0.1), (W, G, 0.0), (-W, G, 0.01)),
    wrong={
        lambda w, gradient, strength: gradient + strength / 2 * w**2: "You added the penalty. The gradient gets its "
        "slope: how the penalty changes with w.",
        lambda w, gradient, strength: gradient - strength * w: "This pushes weights away from zero: the optimizer "
        "goes against the gradient.",
        lambda w, gradient, strength: gradient + strength * np.sign(w): "That is L1's slope: the same for small "
        "weights and large ones.",
        lambda w, gradient, strength: gradient + 2 * strength * w: "The ½ in the penalty is there to cancel the 2.",
        lambda w, gradient, strength: gradient: "You left the gradient as it was.",
    },
)


def _shrink(w, most):
    return np.sign(w) * np.maximum(np.abs(w) - most, 0)


l1_exercise = Exercise(
    "Exercise 5.2",
    right=_shrink,
    cases=((W, 0.6), (W, 0.0), (np.array([0.05, -0.05, 3.0]), 0.1)),
    wrong={
        lambda w, most: w - most * np.sign(w): "A weight smaller than `most` jumps over zero to the other side. It "
        "should stop there.",
        lambda w, most: np.where(np.abs(w) <= most, 0, w): "The small ones are zero now. But the large ones have to "
        "move, too.",
        lambda w, most: np.clip(w, -most, most): "That limits the size. What is asked for is a step towards zero.",
        lambda w, most: np.maximum(np.abs(w) - most, 0): "The sign is lost: -2 became a positive number.",
        lambda w, most: w * (1 - most): "That is weight decay: a share of each weight, which never reaches zero.",
    },
)

norm_exercise = Exercise(
    "Exercise 5.3",
    right=1.5,
    wrong={
        2.5: "The limit is for the norm of all incoming weights together, not for each.",
        3: "Its norm is 5, above the limit, so something happens.",
        0.5: "You took 2.5 away. It is scaled: multiplied by limit / norm.",
        2: "That is the other weight.",
        0.6: "That makes the norm 1. The limit is 2.5.",
        5: "That is the norm of the two, √(3² + 4²). Both weights are now multiplied by limit / norm.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "What does dropout add to the cost?",
        {
            "½ strength · Σ w².": "That is L2. Look at the table of what each adds.",
            "Nothing: it changes the network that is trained.": "The cost is the same function of the outputs. The "
            "outputs are another network's.",
            "The number of dropped units.": "No such number is in the cost.",
        },
        right="Nothing: it changes the network that is trained.",
    ),
    QuizQuestion(
        "Under Adam, L2 and weight decay are …",
        {
            "the same.": "They are under plain SGD. Adam divides L2's pull by the gradient's usual size.",
            "different: Adam rescales L2's pull, and does not touch weight decay's.": "That is why libraries have an "
            "AdamW beside Adam.",
            "both without effect.": "Both pull, each in its way.",
        },
        right="different: Adam rescales L2's pull, and does not touch weight decay's.",
    ),
    QuizQuestion(
        "A table shows dropout + L2 beside L2, but not dropout alone. What can you not say?",
        {
            "Whether dropout adds to L2.": "That you can: one has it, the other has not.",
            "Whether L2 adds to dropout.": "For that you need dropout alone in the table.",
            "Which of its two rows is better.": "That it shows, if it has intervals.",
        },
        right="Whether L2 adds to dropout.",
    ),
    QuizQuestion(
        "The shifted examples won by a wide margin. What follows?",
        {
            "Shifting examples is the best regulariser.": "For signals that may stand anywhere, it is. For your data "
            "something else may leave the label as it is.",
            "Knowing what leaves the label as it is can be worth more than any general regulariser.": "Ask first what "
            "you know about your data.",
            "Dropout is useless.": "It helped the plain network, and costs no knowledge of the data.",
        },
        right="Knowing what leaves the label as it is can be worth more than any general regulariser.",
    ),
)
