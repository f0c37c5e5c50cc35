"""Lesson 7, Many networks in one: the line that the learner writes, its exercises and quiz."""

from math import comb, perm

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn
from helpers.nn import softmax

from .experiment import sub_network

_random = np.random.default_rng(7)
_ONE, _OTHER, _THIRD = [True, False, True, False], [False, False, True, True], [True, True, True, False]
_CASES = (
    *(
        (_random.random((5, 4)), np.array(on), _random.normal(size=(4, 3)), _random.normal(size=(1, 3)))
        for on in (_ONE, _OTHER, _THIRD)
    ),
    *(  # as in the lesson: two networks with one mask, and with a mask each
        (_random.random((2, 5, 4)), np.array(on), _random.normal(size=(2, 4, 3)), _random.normal(size=(2, 1, 3)))
        for on in (_ONE, [[_OTHER], [_THIRD]])
    ),
)

sub_turn = YourTurn(
    "One sub-network",
    right=sub_network,
    cases=_CASES,
    wrong={
        lambda hidden, on, W2, b2: hidden @ W2 + b2: "That is the whole network: `on` is not used. Set the dropped "
        "neurons to 0: hidden * on.",
        lambda hidden, on, W2, b2: (
            hidden * on @ W2 + b2
        ): "The right neurons, but at drop rate 0.5 a kept neuron counts double in training: hidden * on * 2.",
        lambda hidden, on, W2, b2: (
            hidden * on / 2 @ W2 + b2
        ): "Halved instead of doubled. In training, a kept neuron is divided by the share that is kept: by 0.5.",
        lambda hidden, on, W2, b2: (
            hidden * ~on * 2 @ W2 + b2
        ): "Those are the dropped neurons. Leave out the ~: `on` is True where a neuron is kept.",
        lambda hidden, on, W2, b2: (hidden * on @ W2 + b2) * 2: "The biases b2 are doubled as well. They are not "
        "dropped, so double hidden alone.",
        lambda hidden, on, W2, b2: hidden * on * len(on) / on.sum() @ W2 + b2: "You divide by the share that this mask "
        "keeps. Dropout divides by the share that it keeps on average, 0.5, whatever the mask.",
        lambda hidden, on, W2, b2: hidden * on * 2 @ W2: "The biases are missing: + b2.",
    },
    if_stopped="If it is about shapes: there is an axis of networks in front, `hidden` is (networks, digits, neurons), "
    "`W2` (networks, neurons, 10). Do not cut neurons out with [on], set them to 0: `hidden * on` works with any axes.",
)

count_exercise = Exercise(
    "Exercise 7.1",
    right=comb,
    cases=((10, 5), (10, 0), (10, 9), (4, 2)),
    wrong={
        lambda neurons, kept: 2**neurons: "That is how many there are in all, whatever they keep.",
        lambda neurons, kept: 2**kept: "That is how many sub-networks a network of `kept` neurons has. Here `neurons` "
        "are given, and `kept` of them are chosen.",
        lambda neurons, kept: perm(neurons, kept): "Neurons 1 and 2 are the same as 2 and 1: the order does not count. "
        "math.comb chooses without an order.",
        lambda neurons, kept: comb(neurons, kept) / 2**neurons: "That is their share. Wanted is how many there are.",
        lambda neurons, kept: neurons**kept: "That would let the same neuron be kept twice. Try math.comb.",
    },
)


def _average_first(outputs):
    return softmax(outputs.mean(axis=0))


first_exercise = Exercise(
    "Exercise 7.2",
    right=_average_first,
    cases=((_random.normal(size=(4, 3, 5)) * 2,), (_random.normal(size=(2, 6, 3)) * 3,)),
    wrong={
        lambda outputs: softmax(outputs).mean(axis=0): "Those are the probabilities averaged, as the committee does. "
        "Here the outputs are averaged first, then softmax.",
        lambda outputs: outputs.mean(axis=0): "Averaged, but these are still outputs: softmax makes probabilities of "
        "them.",
        lambda outputs: softmax(outputs.sum(axis=0)): "That is the sum. Take the mean, or the network "
        "becomes far too sure.",
        lambda outputs: softmax(outputs.mean(axis=1)): "You average over the digits. The sub-networks "
        "are along axis 0.",
        lambda outputs: softmax(outputs.mean(axis=0)[np.newaxis]): "Nearly: this has an axis too many in front. Take "
        "[0].",
    },
)

quiz = Quiz(
    QuizQuestion(
        "A hidden layer has 20 neurons. How many masks are there?",
        {
            "20": "Each of the 20 is kept or dropped, whatever the others do: multiply.",
            "400": "That is 20 × 20. Each neuron has two states: 2 × 2 × … × 2.",
            "about a million": "2^20 = 1,048,576.",
        },
        right="about a million",
    ),
    QuizQuestion(
        "Why do we use the whole network at test time, with nothing dropped?",
        {
            "It answers about as the average of all sub-networks would.": "In one "
            "pass, so that nobody has to run 1,024 networks. Their probabilities differ.",
            "The best sub-network is the one that keeps all neurons.": "That one doubles its neurons. It is "
            "not the whole network, and reads fewer digits.",
            "The sub-networks are forgotten after training.": "They are still there: you have run all of them.",
        },
        right="It answers about as the average of all sub-networks would.",
    ),
    QuizQuestion(
        "One sub-network of ten neurons reads half of the digits. All together read more. Why?",
        {
            "One of them reads all digits, and it decides.": "None of them beats the whole, and none decides alone.",
            "Those that are sure outvote those that are not.": "That is what a committee lives on.",
            "Each is trained longer when all are averaged.": "Averaging trains nobody. It happens after training.",
        },
        right="Those that are sure outvote those that are not.",
    ),
)
