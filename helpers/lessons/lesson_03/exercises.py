"""Lesson 3, Add dropout: its exercises and quiz."""

from dataclasses import dataclass

import numpy as np
from IPython.display import HTML

from helpers.classroom.exercises import Exercise, brief
from helpers.classroom.questions import Quiz, QuizQuestion
from helpers.classroom.tables import table
from helpers.classroom.your_turn import YourTurn


def my_dropout(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    scaled = kept / (1 - drop_rate)
    y = x * scaled
    return y, scaled


@dataclass(frozen=True)
class DropoutTurn(YourTurn):
    """The answer is a dropout. There are many ways to toss coins, so it is judged by what comes out."""

    def check(self, answer):
        if not callable(answer):
            return super().check(answer)
        try:
            found = _told(answer)
        except (Exception, SystemExit) as error:  # the learner's own code: whatever it raises is the answer to show
            if "ellipsis" in brief(error):
                return "not started", "Replace all three dots, then run the cell again."
            return "wrong", f"Your function stopped with {type(error).__name__}: {brief(error)}"
        if found is None:
            return "not started", "Replace all three dots, then run the cell again."
        right = _told(self.right)
        if found == right:
            return "right", "It drops and scales as it should, at both drop rates that we tried."
        hints = [hint for wrong, hint in self.wrong.items() if _told(wrong) == found]
        return "wrong", (hints or [_first_difference(found, right)])[0]


def _told(dropout):
    """What tells one dropout from another, at two drop rates, or None where there are dots left."""
    found = [_told_at(dropout, drop_rate, seed) for drop_rate, seed in TRIED]
    return None if None in found else found


def _told_at(dropout, drop_rate, seed):
    x = np.arange(1.0, 20_001).reshape(200, 100)
    given = x.copy()
    y, scaled = dropout(given, drop_rate, np.random.default_rng(seed))
    if y is ... or scaled is ...:
        return None
    factors = np.round(y / x, 6)
    return {
        "dropped": round(float((factors == 0).mean()), 1),
        "kept": np.unique(factors[factors != 0]).tolist()[:2],
        "row by row": bool((factors == factors[:, :1]).all()),
        "column by column": bool((factors == factors[:1]).all()),
        "same as scaled": bool(np.allclose(y, x * scaled)),
        "x as it was": bool((given == x).all()),
        "by the coins given": bool(np.array_equal(y, dropout(x.copy(), drop_rate, np.random.default_rng(seed))[0])),
    }


def _first_difference(found, right):
    """A hint for a dropout that is none of the wrong ones we know: about what is not as it should be, first at 0.2."""
    different = [what for what in right[0] if found[0][what] != right[0][what]]
    return DIFFERENT[different[0]] if different else AT_ONE_RATE


TRIED = ((0.2, 0), (0.4, 3))  # drop rate and seed; a single coin is kept with the first, and dropped with the second
AT_ONE_RATE = "It is right at drop rate 0.2, but not at 0.4. Write `drop_rate` and `1 - drop_rate`, not numbers."
NOT_A_FIFTH = "At drop rate 0.2 about a fifth of `y` should be 0, and the rest `x * 1.25`. Yours is different."
A_ROW = "That is one coin for a whole row. `random.random(x.shape)` tosses one for each number."
A_COLUMN = "That is one coin for a whole column. `random.random(x.shape)` tosses one for each number."
Y_ALONE = "`y` is right, but `scaled` is not: it must be 0 where a number is dropped, so that `y` is `x * scaled`."
IN_PLACE = "The numbers are right, but `x` itself is changed on the way. Write `y = x * scaled`."
OTHER_COINS = "Draw the coins from the argument: `random.random(x.shape)`. Then they can be repeated."
DIFFERENT = {
    "dropped": NOT_A_FIFTH,
    "kept": NOT_A_FIFTH,
    "row by row": A_ROW,
    "column by column": A_COLUMN,
    "same as scaled": Y_ALONE,
    "x as it was": IN_PLACE,
    "by the coins given": OTHER_COINS,
}


def below_is_kept(x, drop_rate, random):
    scaled = (random.random(x.shape) < drop_rate) / (1 - drop_rate)
    return x * scaled, scaled


def _kept_alone(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    return x * kept, kept


def _not_scaled(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    return x * kept, kept / (1 - drop_rate)


def _by_the_rate(x, drop_rate, random):
    scaled = (random.random(x.shape) >= drop_rate) / drop_rate
    return x * scaled, scaled


def _times_the_kept(x, drop_rate, random):
    scaled = (random.random(x.shape) >= drop_rate) * (1 - drop_rate)
    return x * scaled, scaled


def _one_coin(x, drop_rate, random):
    scaled = (random.random() >= drop_rate) / (1 - drop_rate)
    return x * scaled, scaled


def _coin_for_a_row(x, drop_rate, random):
    scaled = (random.random((len(x), 1)) >= drop_rate) / (1 - drop_rate)
    return x * scaled, scaled


def _coin_for_a_column(x, drop_rate, random):
    scaled = (random.random(x.shape[1]) >= drop_rate) / (1 - drop_rate)
    return x * scaled, scaled


def _nothing_dropped(x, drop_rate, random):
    scaled = 1 / (1 - drop_rate)
    return x * scaled, scaled


def _always_a_fifth(x, drop_rate, random):
    scaled = np.where(random.random(x.shape) > 0.2, 1.25, 0)
    return x * scaled, scaled


def _scaled_alone_wrong(x, drop_rate, random):
    kept, scaled = random.random(x.shape) >= drop_rate, 1 / (1 - drop_rate)
    return np.where(kept, x * scaled, 0), scaled


def _other_coins(x, drop_rate, random):
    return my_dropout(x, drop_rate, np.random.default_rng())


def _in_place(x, drop_rate, random):
    scaled = my_dropout(x, drop_rate, random)[1]
    x *= scaled
    return x, scaled


dropout_turn = DropoutTurn(
    "Dropout in three lines",
    right=my_dropout,
    wrong={
        below_is_kept: "You keep what you should drop: a number is below 0.2 in a fifth of the cases. Turn `<` round.",
        _kept_alone: "What is kept is not scaled. `scaled` is `kept`, divided by the probability to be kept.",
        _not_scaled: "`scaled` is right. Now multiply `x` by it, not by `kept`.",
        _by_the_rate: "You divide by the probability to be dropped. Divide by that to be kept, 1 - drop_rate.",
        _times_the_kept: "You multiply by the probability to be kept. Divide, so that what is kept gets larger.",
        _one_coin: "That is one coin for all numbers. `random.random(x.shape)` tosses one for each.",
        _coin_for_a_row: A_ROW,
        _coin_for_a_column: A_COLUMN,
        _nothing_dropped: "Nothing is dropped: `scaled` must be 0 where `kept` is False.",
        _always_a_fifth: AT_ONE_RATE,
        _scaled_alone_wrong: Y_ALONE,
        _other_coins: OTHER_COINS,
        _in_place: IN_PLACE,
    },
)


# The right dropout, and ten faults. Each takes x, a drop rate and a source of random numbers, and
# returns y and a function that turns the error on y into the error on x.


def _with_backward(dropout):
    """A dropout that returns y and what x was multiplied by, with the backward pass that belongs to it."""

    def both(x, drop_rate, random):
        y, scaled = dropout(x, drop_rate, random)
        return y, lambda error: error * scaled

    return both


def right(x, drop_rate, random):
    return _with_backward(my_dropout)(x, drop_rate, random)


def rate_for_keep(x, drop_rate, random):
    scaled = (random.random(x.shape) < drop_rate) / drop_rate
    return x * scaled, scaled


def mask_missing_backward(x, drop_rate, random):
    scaled = (random.random(x.shape) >= drop_rate) / (1 - drop_rate)
    return x * scaled, lambda error: error.copy()


def scale_missing_backward(x, drop_rate, random):
    kept = random.random(x.shape) >= drop_rate
    return x * kept / (1 - drop_rate), lambda error: error * kept


def coins_of_others_backward(x, drop_rate, random):
    """Its error has the right mean, the right two values, and the right mean of each neuron."""
    y, scaled = my_dropout(x, drop_rate, random)
    return y, lambda error: error * np.roll(scaled, 1, axis=0)


def same_coins_at_every_call(x, drop_rate, random):
    return right(x, drop_rate, np.random.default_rng(0))


def never_drops(x, drop_rate, random):
    return x.copy(), lambda error: error.copy()


OTHERS_COINS = "(i) the error is multiplied by another example's coins"
FAULTS = {
    "(a) numbers are kept with probability 0.2, not 0.8, and divided by 0.8": _with_backward(below_is_kept),
    "(b) what is kept is not divided": _with_backward(_kept_alone),
    "(c) a whole row (one example) shares one coin": _with_backward(_coin_for_a_row),
    "(d) the error is passed back unchanged": mask_missing_backward,
    "(e) the error is multiplied by 0 or 1, but not divided": scale_missing_backward,
    "(f) nothing is dropped": never_drops,
    "(g) numbers are kept with probability 0.2, and divided by 0.2": _with_backward(rate_for_keep),
    "(h) a whole column (one neuron) shares one coin": _with_backward(_coin_for_a_column),
    OTHERS_COINS: coins_of_others_backward,
    "(j) every call tosses the same coins": same_coins_at_every_call,
}

# What each library's own test of dropout catches, of the faults that were put into a copy of the code under test.
LIBRARIES = {
    "equinox": {"b": True, "c": False, "f": True, "g": False},
    "haiku": {"b": True, "c": True, "f": True, "g": True},
    "tinygrad": {"b": False, "f": True, "g": True},
    "flax": {"b": False, "c": True, "f": True, "g": True},
    "stax": {"b": False, "c": False, "f": False, "g": False},
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
        text = f"The correct dropout passes. Still missed: {'; '.join(missed)}."
        if missed == [OTHERS_COINS]:
            text += " Its error has the right mean. Compare it with `y` number by number: `np.allclose`."
        return "wrong", text, caught
    return "right", f"It catches all {len(caught)} faults, and the correct dropout passes.", caught


def _score_board(mine):
    """Which faults the learner's check catches, and how many of five libraries' own tests catch."""
    rows = []
    for fault, caught in zip(FAULTS, mine, strict=True):
        tried = [tests[fault[1]] for tests in LIBRARIES.values() if fault[1] in tests]
        theirs = f"{sum(tried)} of {len(tried)} catch it" if tried else "not tried"
        rows.append((fault, "✔ caught" if caught else "✘ missed", theirs))
    told = (
        f"The libraries are {', '.join(LIBRARIES)}; each has tests of its own dropout. They make the backward pass by "
        "themselves and can forget no part of it, so we did not try (d), (e) and (i); nor, so far, (a), (h) and (j)."
    )
    return f"{table(('fault', 'your check', 'tests of the libraries'), rows)}<p>{told}</p>"


def _right_check(forward):
    x, random = np.arange(1.0, 20_001).reshape(200, 100), np.random.default_rng(0)
    (y, backward), (again, _) = forward(x, 0.2, random), forward(x, 0.2, random)
    gone = y == 0
    own_coins = gone.any(axis=1).all() and gone.any(axis=0).all() and (again != y).any()
    fitting = abs(gone.mean() - 0.2) < 0.02 and np.allclose(y[~gone] / x[~gone], 1.25) and own_coins
    return bool(fitting and np.allclose(backward(x), y))


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
    right=0.5,
    wrong={
        0.4: "That is fault (e). The output was scaled up on its way forwards, so the error is, too.",
        0.48: "You multiplied by 1 + drop_rate. Divide by the probability of being kept, 1 - drop_rate.",
        0.32: "You multiplied by the probability of being kept. Divide by it, as in the forward pass.",
        2: "You divided by the drop rate. Divide by the probability of being kept, 1 - drop_rate.",
        1.25: "That is the factor, `scaled`. What becomes of the 0.4?",
        0.08: "You multiplied by the drop rate. The backward pass multiplies by `scaled`.",
        0: "That is the error of a dropped neuron. This one is kept.",
    },
)

quiz = Quiz(
    QuizQuestion(
        "You train with dropout. The training accuracy that you see meanwhile is below the validation accuracy. What "
        "do you do first?",
        {
            "Measure it again, at the epoch's end and with dropout off.": "Then both are measured alike, at the same "
            "moment and without dropout, and usually training is the higher one.",
            "Look for easy examples in the validation part.": "They are drawn like the training examples.",
            "Make the network larger, since it underfits.": "It may underfit. You can tell only with dropout off.",
        },
        right="Measure it again, at the epoch's end and with dropout off.",
    ),
    QuizQuestion(
        "You train with Adam. A neuron that has worked before is dropped for a whole batch. Do its weights move in "
        "this step?",
        {
            "No, their gradient is zero.": "It is. But Adam steps by the mean of past gradients, and that is not.",
            "Yes, Adam still remembers earlier gradients.": "So does momentum. Plain SGD does not.",
            "Yes, dropout sets them to zero.": "Dropout sets the neuron's output to zero. It touches no weight.",
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
)
