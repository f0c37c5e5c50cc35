"""Lesson 8, A hand behind your back: the line that the learner writes, its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn

from .experiment import tied

_random = np.random.default_rng(8)
_CASES = tuple((_random.random((2, 3, 8)) + 0.1, share, _random.random((2, 3, 8))) for share in (0.5, 0.25, 0.8))

tied_turn = YourTurn(
    "A hand tied",
    right=tied,
    cases=_CASES,
    wrong={
        lambda hidden, share, coins: (
            hidden * (coins < share)
        ): "Those are the tied neurons: the others are 0. Turn the comparison round: coins >= share.",
        lambda hidden, share, coins: hidden * (coins >= share) / (1 - share): "That is dropout in training, which "
        "turns the other neurons up. Here the training is over: the others stay as they are.",
        lambda hidden, share, coins: hidden * (1 - share): "Every neuron is weakened, and none is tied. Some must put "
        "out 0, and the others all they have.",
        lambda hidden, share, coins: hidden * (coins[0, 0] >= share): "The same neurons are tied for every digit. Each "
        "digit and network has coins of its own: use all of `coins`.",
        lambda hidden, share, coins: coins >= share: "That says which neurons are free. Multiply hidden by it.",
        lambda hidden, share, coins: np.where(coins >= share, hidden, 1): "A tied neuron puts out 0, not 1.",
    },
)


def _without(hidden, W2, b2, neuron):
    return hidden @ W2 + b2 - hidden[:, [neuron]] * W2[[neuron]]


without_exercise = Exercise(
    "Exercise 8.1",
    right=_without,
    cases=tuple(
        (_random.random((5, 4)), _random.normal(size=(4, 3)), _random.normal(size=(1, 3)), neuron)
        for neuron in (0, 3, 1)
    ),
    wrong={
        lambda hidden, W2, b2, neuron: hidden @ W2 + b2: "That is the whole network: `neuron` is not used.",
        lambda hidden, W2, b2, neuron: hidden[:, [neuron]] * W2[[neuron]] + b2: "That is what this neuron alone says. "
        "Wanted are all the others.",
        lambda hidden, W2, b2, neuron: hidden @ W2 + b2 - W2[[neuron]]: "You take away the neuron's weights as if it "
        "put out 1. It puts out hidden[:, [neuron]].",
        lambda hidden, W2, b2, neuron: (
            hidden @ W2 - hidden[:, [neuron]] * W2[[neuron]]
        ): "The biases are missing: + b2. No neuron that is lost takes them away.",
        lambda hidden, W2, b2, neuron: hidden @ (W2 * (np.arange(W2.shape[1]) != neuron)) + b2: "You set a column of "
        "W2 to 0: that is one of the answers. A hidden neuron's weights are a row.",
        lambda hidden, W2, b2, neuron: (
            (hidden @ W2 + b2 - hidden[:, [neuron]] * W2[[neuron]]) * hidden.shape[1] / (hidden.shape[1] - 1)
        ): "The other neurons are turned up. When a neuron is lost, nobody does that.",
    },
)


def _practise(x, share, coins):
    return x * (coins >= share) / (1 - share)


practise_exercise = Exercise(
    "Exercise 8.2",
    right=_practise,
    cases=tuple((_random.random((4, 6)) + 0.1, share, _random.random((4, 6))) for share in (0.3, 0.5, 0.8)),
    wrong={
        lambda x, share, coins: x * (coins >= share): "Pixels are blanked, but the others are not turned up. In "
        "training, a pixel that is kept is divided by the share that is kept.",
        lambda x, share, coins: x * (coins >= share) / share: "You divide by the share that is blanked. Divide by the "
        "share that is kept, 1 - share.",
        lambda x, share, coins: x * (coins < share) / (1 - share): "Those are the blanked pixels. Keep the others: "
        "coins >= share.",
        lambda x, share, coins: x * (coins >= share) * (1 - share): "Turned down, not up: divide by 1 - share.",
        lambda x, share, coins: x * (coins >= share) * (1 + share): "Turned up, but not by enough: on average over the "
        "coins a pixel is then (1 - share) * (1 + share) of what it was. Divide by 1 - share.",
        lambda x, share, coins: x * (coins[0] >= share) / (1 - share): "Every digit loses the same pixels. Use all of "
        "`coins`.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Why does the loss of half of the hidden neurons cost a network with dropout so little?",
        {
            "It has more neurons than the plain network.": "Both have two hidden layers of 64.",
            "It learned with half of its neurons missing, a new half for each digit.": "It practised this very damage.",
            "Its neurons are turned up when others are lost.": "At test time nobody turns them up.",
            "Its learning rate is lower.": "Slow plain has the same learning rate, and pays about 44 points.",
        },
        right="It learned with half of its neurons missing, a new half for each digit.",
    ),
    QuizQuestion(
        "Your camera loses pixels. What would you train with?",
        {
            "Dropout on the hidden neurons: it makes networks robust.": "Against lost neurons. Against lost "
            "pixels it helped little.",
            "A smaller network: it has less to lose.": "It has fewer neurons to spare, and lost most.",
            "Digits that lose pixels while training.": "Practise the damage that you expect.",
        },
        right="Digits that lose pixels while training.",
    ),
    QuizQuestion(
        "Undamaged, networks A and B read 95 and 90 of 100 digits; damaged, 75 and 72. Which one does the damage cost "
        "less?",
        {
            "A": "A still reads more, but the damage costs it 20 points.",
            "B": "It costs B 18 points and A 20. Yet A reads more, with and without damage.",
            "both the same": "Take what each loses: 95 − 75 and 90 − 72.",
        },
        right="B",
    ),
)
