"""Lesson 3, Add dropout: its exercises and quiz."""

import html

import numpy as np
from IPython.display import HTML

from helpers.classroom.exercises import Exercise, brief
from helpers.classroom.questions import Quiz, QuizQuestion

LEFT = '<td style="text-align: left">{}</td>'

# The faults of published dropout code, and the right one. Each takes x, a drop rate and a source of random numbers, and
# returns y and a function that turns the error on y into the error on x.


def right(x, drop_rate, random):
    scaled = (random.random(x.shape) >= drop_rate) / (1 - drop_rate)
    return x * scaled, lambda error: error * scaled


def rate_for_keep(x, drop_rate, random):
    scaled = (random.random(x.shape) < drop_rate) / drop_rate
    return x * scaled, lambda error: error * scaled


def no_scaling(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    return x * kept, lambda error: error * kept


def one_draw_per_row(x, drop_rate, random):
    scaled = (random.random((len(x), 1)) >= drop_rate) / (1 - drop_rate)
    return x * scaled, lambda error: error * scaled


def mask_missing_backward(x, drop_rate, random):
    scaled = (random.random(x.shape) >= drop_rate) / (1 - drop_rate)
    return x * scaled, lambda error: error.copy()


def scale_missing_backward(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    return x * kept / (1 - drop_rate), lambda error: error * kept


def never_drops(x, drop_rate, random):
    return x.copy(), lambda error: error.copy()


FAULTS = {
    "rate used as keep probability": rate_for_keep,
    "no rescaling": no_scaling,
    "one draw for a whole row": one_draw_per_row,
    "mask missing in backward": mask_missing_backward,
    "scale missing in backward": scale_missing_backward,
    "never drops": never_drops,
}

# What each library's own test of dropout catches. The faults were put into a copy of the code under test. None: not
# tried, or impossible there, since the library derives the backward pass by itself.
LIBRARIES = {
    "equinox": (False, True, False, None, None, True),
    "haiku": (True, True, True, None, None, True),
    "tinygrad": (True, False, None, None, None, True),
    "flax": (True, False, True, None, None, True),
    "stax": (False, False, False, None, None, False),
}


class FaultHunt(Exercise):
    """The answer is a check: a function of a dropout that returns True if it is right."""

    def check(self, answer):
        return judge(answer)[:2]

    def __call__(self, answer):
        state, text, caught = judge(answer)
        return HTML(self.verdict(state, text) + (_score_board(caught) if caught else ""))


def judge(check):
    """The state, what to say to it, and for each of FAULTS whether it was caught, or None."""
    if not callable(check):
        return "not started", "Write the check in the cell above, then run it again.", None
    try:
        passed = [check(right) for _ in range(20)]
        caught = [not check(fault) for fault in FAULTS.values()]
    except (Exception, SystemExit) as error:  # the learner's own code: whatever it raises is the answer to show
        if "ambiguous" in brief(error):
            return "wrong", "Your check gives many answers. Put `np.all(…)` or `np.allclose` around them.", None
        return "wrong", f"Your check stopped with {type(error).__name__}: {brief(error)}", None
    if any(answer is None or answer is ... for answer in passed):
        return "not started", "Your check returns nothing yet. Replace the dots, then run the cell again.", None
    if not all(isinstance(answer, bool | np.bool_) for answer in passed):
        many = isinstance(passed[0], np.ndarray)
        text = "many answers. Put `np.all(…)` around them" if many else f"{brief(passed[0])}. Return True or False"
        return "wrong", f"Your check gives {text}.", None
    if not any(passed) and not any(caught):
        return "wrong", "It is the wrong way round: return True for a dropout that is right.", caught
    if not any(caught):
        return "wrong", "It lets everything pass. Which number would be different with a fault?", caught
    if not all(passed):
        return "wrong", "It refuses a dropout that is right. Allow for luck: random numbers vary.", caught
    missed = [name for name, found in zip(FAULTS, caught, strict=True) if not found]
    if missed:
        text = f"It lets the right one pass. Still missed: {', '.join(missed)}."
        return "wrong", text, caught
    return "right", f"It catches all {len(caught)} faults and lets the right one pass.", caught


def _score_board(mine):
    """Which faults the learner's check catches, beside five libraries' own tests."""
    marks = {True: "✔ caught", False: "✘ missed", None: "– not tried"}
    names = ["your check", *LIBRARIES]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in ["a dropout that …", *names])
    rows = ""
    for at, fault in enumerate(FAULTS):
        found = [mine[at], *(caught[at] for caught in LIBRARIES.values())]
        cells = "".join(f"<td>{marks[was_caught]}</td>" for was_caught in found)
        rows += f"<tr>{LEFT.format(fault)}{cells}</tr>"
    return f"<table><tr>{head}</tr>{rows}</table>"


def _right_check(forward):
    x = np.full((200, 100), 2.0)
    y, backward = forward(x, 0.2, np.random.default_rng(0))
    gone = y == 0
    fitting = abs(gone.mean() - 0.2) < 0.02 and np.allclose(y[~gone], 2.5) and gone.any(axis=1).all()
    return bool(fitting and np.allclose(backward(np.ones_like(x)), y / 2))


fault_hunt = FaultHunt(
    "Exercise 3.1",
    right=_right_check,
    wrong={
        lambda forward: True: "It lets everything pass. Which number would be different with a fault?",
        lambda forward: False: "It refuses a dropout that is right. Allow for luck: random numbers vary.",
    },
)

scale_exercise = Exercise(
    "Exercise 3.2",
    right=3.75,
    wrong={
        3: "That is its output when nothing is dropped. While training the kept units are scaled up.",
        3.6: "You multiplied by 1 + drop_rate. Divide by what is kept, 1 - drop_rate.",
        2.4: "You multiplied by what is kept. That is the paper's way when testing; while training, divide.",
        15: "You divided by the drop rate. Divide by what is kept, 1 - drop_rate.",
        1.25: "That is the factor. What becomes of the 3?",
        0.6: "That is the part that is dropped on average. This unit is kept.",
        0: "That is what a dropped unit passes on. This one is kept.",
    },
)

rate_exercise = Exercise(
    "Exercise 3.3",
    right=0.2,
    wrong={
        0.8: "The paper's p is the probability to be kept. Here it is the fraction dropped.",
        0.5: "That is the paper's usual p for hidden units. Here it says 0.8.",
        1.25: "That is the factor by which kept units are scaled. What is dropped?",
        20: "That is in percent. A drop rate is a fraction, from 0 to 1.",
        0: "Then nothing would be dropped. In the paper's words, p = 0.8 keeps eight units in ten.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "You train with dropout. The training accuracy that you see meanwhile is below the validation accuracy. What "
        "do you do first?",
        {
            "Take the training accuracy again, with dropout off.": "Then both are taken alike, and usually training "
            "is the higher one.",
            "Look for easy examples in the validation part.": "They are drawn like the training examples.",
            "Make the network larger, since it underfits.": "It may underfit. You can tell only with dropout off.",
        },
        right="Take the training accuracy again, with dropout off.",
    ),
    QuizQuestion(
        "You train with Adam. A unit is dropped for the whole batch. Do its weights move in this step?",
        {
            "No, their gradient is zero.": "It is. But Adam steps by the mean of past gradients, and that is not.",
            "Yes, Adam still remembers earlier gradients.": "The claim is true of plain SGD only.",
            "Yes, dropout sets them to zero.": "Dropout sets the unit's output to zero. It touches no weight.",
        },
        right="Yes, Adam still remembers earlier gradients.",
    ),
    QuizQuestion(
        "A network is trained with drop rate 0.5. How large is the network that you use afterwards?",
        {
            "Half as large.": "Count its parameters before and after: nothing was removed.",
            "As large as before.": "Dropout is not pruning. The parameters are all there, and all are used.",
            "It depends on the last mask.": "The last mask is gone with the last batch.",
        },
        right="As large as before.",
    ),
    QuizQuestion(
        "Which rate is best?",
        {
            "0.5, as in the paper.": "The paper found it good for many networks. At full size another one won here.",
            "The one that validation chooses.": "It depends on width, data and how long you train. So search.",
            "As low as possible.": "At rate 0 nothing is gained. Here there was a best one in between.",
        },
        right="The one that validation chooses.",
    ),
)
