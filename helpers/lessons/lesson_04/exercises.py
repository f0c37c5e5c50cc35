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

half_exercise = Exercise(
    "Exercise 4.1",
    right=256,
    wrong={
        320: "That is the whole layer. How many of its neurons are active in each pass, on average?",
        64: "So many are switched off. Count the active ones.",
        160: "That would be rate 0.5.",
        400: "Fewer, not more: dropout switches neurons off.",
    },
)


def _verdict(low, high, margin):
    return "holds" if low > margin else "fails" if high < margin else "undecided"


verdict_exercise = Exercise(
    "Exercise 4.2",
    right=_verdict,
    cases=(
        (0.02, 0.05, 0.01),
        (-0.01, 0.005, 0.01),
        (0.0, 0.03, 0.01),
        (0.005, 0.03, 0.01),
        (-0.05, -0.02, 0.01),
        (-0.02, 0.02, 0.01),
        (0.01, 0.03, 0.01),
        (-0.02, 0.01, 0.01),
    ),
    wrong={
        lambda low, high, margin: "holds" if low > 0 else "fails" if high < 0 else "undecided": "You compare with 0. "
        "The claim is about the margin that was fixed in advance.",
        lambda low, high, margin: "holds" if (low + high) / 2 > margin else "fails": "You look at the middle. Then "
        "nothing is ever undecided, and luck decides.",
        lambda low, high, margin: "holds" if high > margin else "fails": "The interval has to be above the margin as "
        "a whole, with its lower end.",
        lambda low, high, margin: "holds" if low >= margin else "fails" if high <= margin else "undecided": "Nearly. "
        "An interval that ends exactly at the margin does not lie above or below it as a whole.",
        lambda low, high, margin: "holds" if low > margin else "fails": "And where the margin lies inside the "
        "interval? Then it is undecided.",
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
            "A network with dropout.": "Dropout draws anew. Look at the picture of how long a mask lasts.",
            "A smaller network, chosen at random.": "The neurons that are off never learn and never answer.",
            "An average over many networks.": "There is only one here.",
        },
        right="A smaller network, chosen at random.",
    ),
    QuizQuestion(
        "When is the smaller network the right choice?",
        {
            "When it must be fast and light, and a little accuracy may go.": "It has fewer parameters, and needs less "
            "time and memory, as long as it lives.",
            "When the large one overfits.": "Not a plain one: it was worse on new examples. Either size may be helped.",
            "Always: simple is better.": "Simple is cheaper. Whether it is better was what we tried.",
        },
        right="When it must be fast and light, and a little accuracy may go.",
    ),
)
