"""Lesson 4, Why not a smaller network? The lines that the learner writes, its exercises and quiz."""

import numpy as np

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.your_turn import YourTurn


def champion(names, validation, test):
    """The name of the network that is best on validation examples, among those that may enter."""
    return max(names, key=validation.get)


champion_turn = YourTurn(
    "The network that enters",
    right=champion,
    cases=(
        (
            ["small", "large", "wide"],
            {"small": 0.4, "large": 0.5, "wide": 0.45, "other": 0.9},
            {"small": 0.6, "large": 0.5, "wide": 0.3, "other": 0.1},
        ),
        (["a", "b", "c"], {"a": 0.7, "b": 0.6, "c": 0.5, "d": 0.8}, {"a": 0.2, "b": 0.3, "c": 0.1, "d": 0.9}),
    ),
    wrong={
        lambda names, validation, test: max(names, key=test.get): "You chose by the test. Then the test is no longer "
        "about something never seen: whoever is lucky there wins.",
        lambda names, validation, test: max(validation, key=validation.get): "That is the best of all, but only those "
        "in names may enter.",
        lambda names, validation, test: max(test, key=test.get): "You chose by the test, and among all instead of "
        "those in names.",
        lambda names, validation, test: max(validation[name] for name in names): "That is its accuracy. Wanted is its "
        "name: max(names, key=…) gives it.",
        lambda names, validation, test: min(names, key=validation.get): "That is the worst one.",
        lambda names, validation, test: max(names): "That is the last name in the alphabet: tell max what to go by, "
        "with key=.",
    },
)


def cut_out(W2, on):
    """The rows of the neurons that are on, doubled as dropout at rate 0.5 doubles what they put out."""
    return 2 * W2[on]


_ON = np.array([True, False, True, True])

cut_out_turn = YourTurn(
    "The smaller W2",
    right=cut_out,
    cases=((np.arange(8.0).reshape(4, 2), _ON), (np.linspace(-1, 1, 12).reshape(4, 3), ~_ON)),
    wrong={
        lambda W2, on: W2[on]: "The right rows. But dropout doubles what a neuron puts out: so must you.",
        lambda W2, on: W2[on] / 2: "The right rows. But dropout at rate 0.5 divides by 0.5, which makes larger.",
        lambda W2, on: 2 * W2: "All rows are still there. Take those of the neurons that are on.",
        lambda W2, on: 2 * W2 * on[:, None]: "The numbers are right, but the network is as large as before. Take "
        "the rows out.",
        lambda W2, on: W2 * on[:, None]: "The network is as large as before, and dropout doubles outputs.",
        lambda W2, on: 2 * W2[~on]: "Those are the neurons that are off. Which ones are on?",
        lambda W2, on: W2[~on]: "Those are the neurons that are off, and dropout doubles outputs.",
    },
)

rules_exercise = Exercise(
    "Exercise 4.1",
    right=(2, 3, 1),
    wrong={
        (1, 2, 3): "In order they are not. What chose in A, the validation examples or the test?",
        (2, 1, 3): "A is right. In B the margin came after the result; in C one network got its own rate, one did not.",
        (3, 2, 1): "C is right. In A the test chose; in B the margin came after the result.",
        (1, 3, 2): "B is right. In A the test chose; in C only one network got a rate of its own.",
    },
)


_FORTY = np.random.default_rng(4).normal(0.45, 0.016, (2, 40))  # accuracies of networks that are equally good

peek_exercise = Exercise(
    "Exercise 4.2",
    right=lambda validation, test: test[validation.argmax()],
    cases=((np.array([0.4, 0.5, 0.45]), np.array([0.46, 0.43, 0.44])), tuple(_FORTY)),
    wrong={
        lambda validation, test: test.max(): "You chose by the test. With 1,000 test examples, the luckiest of forty "
        "such networks looks about 3 points better than it is. Choose by validation.",
        lambda validation, test: validation.max(): "By this accuracy you chose it, so luck is in it: report the test "
        "accuracy of the same network.",
        lambda validation, test: test.mean(): "That is the mean of all forty. You report the one that you chose.",
        lambda validation, test: validation.argmax(): "That says which network it is. How many did it get right?",
        lambda validation, test: test.argmax(): "You chose by the test, and this only says which network it is.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Why must each kind of network get a learning rate of its own?",
        {
            "To get the best accuracy in the world.": "It is about the comparison: who is helped by the one we happen "
            "to take?",
            "One fixed value may suit one and not the other.": "Then you compare learning rates and call it dropout.",
            "So that all of them learn equally fast.": "Equal speed is not the aim: each may reach its own best.",
        },
        right="One fixed value may suit one and not the other.",
    ),
    QuizQuestion(
        "A network is trained with a fixed half. What is it in the end?",
        {
            "A network with dropout.": "Dropout draws another half for each example of a batch. Look at the "
            "picture of how long a mask lasts.",
            "A smaller network, chosen at random.": "The neurons that are off never learn and never answer.",
            "An average over many networks.": "There is only one here.",
        },
        right="A smaller network, chosen at random.",
    ),
    QuizQuestion(
        "When is a small network the right choice?",
        {
            "When it must be cheap; with dropout or L2, always try it.": "It needs less memory and time. With dropout "
            "it was about as good as the large one, with L2 from nine tries, too.",
            "When the large one overfits.": "Dropout or L2 against overfitting gained more than fewer neurons did.",
            "Always: simple is better.": "Simple is cheaper. The best small plain one was about 4 points behind.",
        },
        right="When it must be cheap; with dropout or L2, always try it.",
    ),
)
