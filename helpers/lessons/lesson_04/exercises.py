"""Lesson 4, Why not a smaller network? Its exercises and quiz."""

from helpers.classroom.exercises import Exercise
from helpers.classroom.questions import Quiz, QuizQuestion

part_exercise = Exercise(
    "Exercise 4.1",
    right="validation",
    wrong={
        "test": "Then the test is no longer about something never seen: you have chosen what happens to suit it.",
        "training": "On training examples the network that learns by heart always wins.",
        "seeds": "Trying seeds until one is good is choosing luck.",
    },
)

half_exercise = Exercise(
    "Exercise 4.2",
    right=256,
    wrong={
        320: "That is the whole layer. How many of its units work in each pass, on average?",
        64: "So many are switched off. Count those that work.",
        160: "That would be rate 0.5.",
        400: "Fewer, not more: dropout switches units off.",
    },
)


def _verdict(low, high, margin):
    return "holds" if low > margin else "fails" if high < margin else "undecided"


verdict_exercise = Exercise(
    "Exercise 4.3",
    right=_verdict,
    cases=(
        (0.02, 0.05, 0.01),
        (-0.01, 0.005, 0.01),
        (0.0, 0.03, 0.01),
        (0.005, 0.03, 0.01),
        (-0.05, -0.02, 0.01),
        (-0.02, 0.02, 0.01),
    ),
    wrong={
        lambda low, high, margin: "holds" if low > 0 else "fails" if high < 0 else "undecided": "You compare with 0. "
        "The claim is about the margin that was said beforehand.",
        lambda low, high, margin: "holds" if (low + high) / 2 > margin else "fails": "You look at the middle. Then "
        "nothing is ever undecided, and luck decides.",
        lambda low, high, margin: "holds" if high > margin else "fails": "The interval has to be above the margin as "
        "a whole, with its lower end.",
        lambda low, high, margin: "holds" if low > margin else "fails": "And where the margin lies inside the "
        "interval? Then it is undecided.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "Why must the learning rate be tuned for each arm?",
        {
            "To get the best accuracy in the world.": "It is about the comparison: who is helped by the one we happen "
            "to take?",
            "One fixed value may suit one arm and not the other.": "Then you compare learning rates and call it "
            "dropout.",
            "Because dropout needs no learning rate.": "It does, often a different one.",
        },
        right="One fixed value may suit one arm and not the other.",
    ),
    QuizQuestion(
        "What does one random mask, kept for ever, amount to?",
        {
            "To dropout.": "Dropout draws anew. Look at the picture of how long a mask lasts.",
            "To a smaller network, chosen by lot.": "The units that are away never learn and never work.",
            "To an average over networks.": "There is only one here.",
        },
        right="To a smaller network, chosen by lot.",
    ),
    QuizQuestion(
        "Whom does dropout hurt?",
        {
            "Nobody: at worst it does nothing.": "Look at the left end of the curves.",
            "Networks with too few units for the rate.": "Of 8 units even rate 0.2 takes too many; 32 gained most "
            "from it.",
            "Large networks.": "They gain most.",
        },
        right="Networks with too few units for the rate.",
    ),
    QuizQuestion(
        "When is the smaller network the right choice?",
        {
            "When it must be fast and light, and a little accuracy may go.": "It has fewer parameters and needs less "
            "time and memory, for ever.",
            "When the large one overfits.": "Then regularise it: the small one was worse on new examples.",
            "Always: simple is better.": "Simple is cheaper. Whether it is better was what we tried.",
        },
        right="When it must be fast and light, and a little accuracy may go.",
    ),
)
