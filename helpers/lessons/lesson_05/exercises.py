"""Lesson 5, Against L1, L2 and friends: the lines that the learner writes, its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn


def with_l2(w, gradient, strength):
    """The gradient, and the slope of ½ · strength · w²."""
    return gradient + strength * w


W, G = np.array([0.5, -2.0, 0.0, 1.5]), np.array([0.1, 0.2, -0.3, 0.0])

l2_turn = YourTurn(
    "The gradient with L2",
    right=with_l2,
    cases=((W, G, 0.1), (W, G, 0.0), (-W, G, 0.01)),
    wrong={
        lambda w, gradient, strength: gradient + strength / 2 * w**2: "You added the penalty. The gradient gets its "
        "slope, the pull.",
        lambda w, gradient, strength: gradient - strength * w: "The optimizer goes against the gradient: your minus "
        "pushes weights away from zero.",
        lambda w, gradient, strength: gradient + strength * np.sign(w): "That is L1's pull: the same for small weights "
        "and large ones.",
        lambda w, gradient, strength: gradient + 2 * strength * w: "The slope of w² is 2w. But the penalty has a ½ in "
        "front.",
        lambda w, gradient, strength: gradient + strength / 2 * w: "The slope of w² is 2w, so the ½ is gone.",
        lambda w, gradient, strength: strength * w: "That is the pull alone. Add it to the gradient of the loss.",
        lambda w, gradient, strength: gradient: "You left the gradient as it was.",
    },
)


def shifted(x, places):
    """Each row of x moved to the right by `places`; what leaves at one end enters at the other."""
    return np.roll(x, places, axis=1)


_X = np.arange(12.0).reshape(2, 6)

shifted_turn = YourTurn(
    "The moved signals",
    right=shifted,
    cases=((_X, 1), (_X, -2), (_X**2, 4), (_X, 0)),
    wrong={
        lambda x, places: np.roll(x, places): "Without an axis, the end of one signal enters the next one.",
        lambda x, places: np.roll(x, places, axis=0): "Axis 0 counts the signals: you changed their order. The places "
        "are axis 1.",
        lambda x, places: np.roll(x, -places, axis=1): "To the right, for positive `places`: you moved them left.",
        lambda x, places: x + places: "That moves the values up. What moves are their places.",
        lambda x, places: x[:, places:]: "Something was lost: what leaves at one end should enter at the other.",
        lambda x, places: x: "Nothing has moved yet.",
    },
)

l2_exercise = Exercise(
    "Exercise 5.1",
    right=2.5,
    wrong={
        2.65: "You left L2 out: it adds 0.1 · 3 to the gradient.",
        2.8: "You took L2's pull away from the gradient. It is added.",
        2.6: "You added 0.1, L1's pull. L2's is larger for a larger weight.",
        2.425: "You added the penalty itself, ½ · 0.1 · 3². Its slope is what counts.",
        2.35: "You added 2 · 0.1 · 3. The ½ in the penalty takes the 2 away.",
        3.5: "The step goes against the gradient: minus.",
        2: "You forgot the learning rate: half of the gradient is the step.",
        1: "That is the new gradient. Now take the step.",
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
        lambda w, most: w * (1 - most): "That shrinks each weight by a share of itself, as L2 does, "
        "and never reaches zero.",
    },
)

fair_exercise = Exercise(
    "Exercise 5.3",
    right="C",
    wrong={
        "A": "Whoever has more tries is more often lucky. Each must have equally many.",
        "B": "The learning rate that suits dropout need not suit its rivals: each must tune its own.",
        "D": "The best of twenty test results owes something to luck. Settings are chosen on validation examples.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "What does dropout add to the cost?",
        {
            "½ · strength · w² for each weight.": "That is L2. Look at the table of what each adds.",
            "Nothing: it changes the network that is trained.": "The cost is the same function of the outputs. The "
            "outputs are another network's.",
            "The number of dropped neurons.": "No such number is in the cost.",
        },
        right="Nothing: it changes the network that is trained.",
    ),
    QuizQuestion(
        "A table has a row for L2, and one for dropout with L2. What can you not tell?",
        {
            "Whether dropout adds something to L2.": "That you can: one row has it, the other has not.",
            "Whether L2 adds something to dropout.": "For that you need a row for dropout alone.",
            "Which of the two rows is better.": "That it shows, if it has intervals.",
        },
        right="Whether L2 adds something to dropout.",
    ),
    QuizQuestion(
        "Moving the training signals won by far. What follows?",
        {
            "Moving the examples is the best method, always.": "For signals that may stand anywhere, it is good. A 6 "
            "that you turn is a 9.",
            "What you know about your data can be worth more.": "Ask first: what may change, and the label stays?",
            "Dropout is useless.": "It helped the plain network, and it asks for no knowledge of the data.",
        },
        right="What you know about your data can be worth more.",
    ),
)
