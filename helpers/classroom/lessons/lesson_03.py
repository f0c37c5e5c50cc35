"""Lesson 3, Add dropout: its pictures, exercises and quiz."""

import html

import numpy as np
from IPython.display import HTML

from helpers.nn import L2, SGD, Adam, Examples, Fresh, Network, Replayed, Shared, mlp, train

from ..exercises import Exercise, verdict_html
from ..figures import ARMS, FAINT, INK, show, subplots
from ..questions import Quiz, QuizQuestion

LEFT = '<td style="text-align: left">{}</td>'
DROPOUT, PLAIN = ARMS["dropout"], ARMS["plain"]


def show_number_dropped(dropped, units, drop_rate):
    """How many units were dropped, in many draws."""
    figure, axes = subplots(8, 2.8)
    counts = np.bincount(dropped, minlength=units + 1) / len(dropped)
    low, high = dropped.min(), dropped.max()
    axes.bar(np.arange(low, high + 1), 100 * counts[low : high + 1], color=DROPOUT.colour)
    axes.axvline(drop_rate * units, color=INK, linestyle="--")
    axes.set(xlabel=f"units dropped, of {units}", ylabel="draws (%)")
    exactly = np.mean(dropped == round(drop_rate * units))
    axes.set_title(f"Between {low} and {high} units go; exactly {drop_rate * units:.0f} in {exactly:.0%} of the draws")
    return show(
        figure,
        f"A histogram of how many of {units} units are dropped: from {low} to {high}, most often near "
        f"{drop_rate * units:.0f}, marked by a dashed line.",
    )


def show_what_is_cut():
    """Three small networks: a dropped unit, single cut connections, and the whole network."""
    figure, grid = subplots(9, 2.6, 1, 3)
    random = np.random.default_rng(3)
    titles = ("everybody is there", "dropout: a unit goes", "DropConnect: connections go")
    for axes, title in zip(grid, titles, strict=True):
        gone = 1 if "a unit" in title else None
        for layer, (left, right) in enumerate(((3, 4), (4, 2))):
            for i, j in np.ndindex(left, right):
                cut = (j if layer == 0 else i) == gone or ("connections go" in title and random.random() < 0.4)
                ends = [(i + 0.5) / left, (j + 0.5) / right]
                axes.plot([layer, layer + 1], ends, ":" if cut else "-", color=FAINT if cut else INK, linewidth=1)
        for layer, units in enumerate((3, 4, 2)):
            for unit in range(units):
                away = layer == 1 and unit == gone
                axes.plot(
                    layer, (unit + 0.5) / units, "x" if away else "o", color=FAINT if away else INK, markersize=10
                )
        axes.set_title(title, loc="center", fontsize=11)
        axes.axis("off")
    return show(
        figure,
        "Three drawings of a network of 3, 4 and 2 units. In the first all connections are drawn. In the second one "
        "hidden unit is crossed out and its three incoming and two outgoing connections are dotted. In the third all "
        "units are there, but some connections are dotted.",
    )


def moves(data, optimizer, regularisers=(), own_masks=False):
    """How far the weights into and out of one dropped unit move in a step in which it is dropped.

    One hidden layer, batches of 20. In the first step every unit works, in the second the unit is dropped for all of
    the batch, or, with own_masks, each example has a mask of its own. Returns the largest change of any such weight.
    """
    unit = 5
    network = Network(mlp(40, 16, 10, drop_rate=0.5), seeds=[0], dtype=np.float64)
    noise = Replayed(Fresh([0])) if own_masks else Shared(Replayed(Fresh([0])))
    masks = noise if own_masks else noise.noise
    masks.masks[2] = np.ones((1, 20 if own_masks else 1, 16), bool)
    x, labels = data.train.take(np.arange(20))
    steps = train(network, Examples(x, labels, 10), optimizer, 2, 20, noise, regularisers)
    next(steps)
    masks.masks[2] = Fresh([1]).mask(2, masks.masks[2].shape, 0.5)
    if not own_masks:
        masks.masks[2][:, :, unit] = False
    first, last = network.layers[0], network.layers[-1]
    before = np.concatenate([first.weights[0, :, unit], last.weights[0, unit]])
    next(steps)
    return float(np.abs(np.concatenate([first.weights[0, :, unit], last.weights[0, unit]]) - before).max())


def show_moves(data):
    """Whether a dropped unit's weights move, by what else happens in the step."""
    cases = {
        "plain SGD": (SGD(0.1),),
        "SGD with momentum 0.9": (SGD(0.1, momentum=0.9),),
        "Adam": (Adam(0.01),),
        "plain SGD and L2": (SGD(0.1), [L2(0.01)]),
        "plain SGD, each example with its own mask": (SGD(0.1), (), True),
    }
    rows = ""
    for name, case in cases.items():
        moved = moves(data, *case)
        answer = f"they move, by up to {moved:.1g}" if moved else "they do not move at all"
        rows += f"<tr>{LEFT.format(html.escape(name))}{LEFT.format(answer)}</tr>"
    return HTML(f"<table><tr><th>a step with</th><th>the dropped unit's weights</th></tr>{rows}</table>")


def show_rates(rates, result):
    """By drop rate: training accuracy with dropout on, the same with it off, and test accuracy."""
    arms = list(result.runs)
    on = [[run.train_accuracy[-1] for run in result.runs[arm]] for arm in arms]
    off = [[run.watched[1, -1] for run in result.runs[arm]] for arm in arms]
    test = [result.mean(arm) for arm in arms]
    figure, axes = subplots(8, 3.6)
    axes.plot(rates, 100 * np.mean(off, axis=1), "s-", color=INK, label="training examples, dropout off")
    axes.plot(rates, 100 * np.mean(on, axis=1), "o:", color=PLAIN.colour, label="training examples, dropout on")
    mean, low, high = (100 * np.array([getattr(e, part) for e in test]) for part in ("mean", "low", "high"))
    look = {"color": DROPOUT.colour, "marker": "^", "linestyle": "--", "capsize": 4}
    axes.errorbar(rates, mean, [mean - low, high - mean], label="test examples", **look)
    axes.set(xlabel="drop rate", ylabel="accuracy (%)", ylim=(0, 103), xticks=rates)
    axes.legend(loc="lower left")
    axes.set_title(f"Test accuracy at these rates: {', '.join(f'{percent:.0f}' for percent in mean)} %")
    rows = zip(rates, 100 * np.mean(off, axis=1), 100 * np.mean(on, axis=1), mean, strict=True)
    told = "; ".join(f"rate {rate}: {a:.0f}, {b:.0f}, {c:.0f} %" for rate, a, b, c in rows)
    return show(figure, f"Training accuracy with dropout off, with it on, and test accuracy, by drop rate. {told}.")


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
        return HTML(verdict_html(self.name, state, text) + (_score_board(caught) if caught else ""))


def judge(check):
    """The state, what to say to it, and for each of FAULTS whether it was caught, or None."""
    if not callable(check):
        return "not started", "Write the check in the cell above, then run it again.", None
    try:
        passed = [check(right) for _ in range(20)]
        caught = [not check(fault) for fault in FAULTS.values()]
    except Exception as error:  # the learner's own code: whatever it raises is the answer to show
        if "ambiguous" in str(error):
            return "wrong", "Your check gives many answers. Put `np.all(…)` or `np.allclose` around them.", None
        return "wrong", f"Your check stopped with {type(error).__name__}: {error}", None
    if any(answer is None or answer is ... for answer in passed):
        return "not started", "Your check returns nothing yet. Replace the dots, then run the cell again.", None
    if not all(isinstance(answer, bool | np.bool_) for answer in passed):
        many = isinstance(passed[0], np.ndarray)
        text = "many answers. Put `np.all(…)` around them" if many else f"{passed[0]!r:.60}. Return True or False"
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
    "Exercise 1",
    right=_right_check,
    wrong={
        lambda forward: True: "It lets everything pass. Which number would be different with a fault?",
        lambda forward: False: "It refuses a dropout that is right. Allow for luck: random numbers vary.",
    },
)

scale_exercise = Exercise(
    "Exercise 2",
    right=3.75,
    wrong={
        3: "That is its output when nothing is dropped. While training the kept units are scaled up.",
        3.6: "You multiplied by 1 + drop_rate. Divide by what is kept, 1 - drop_rate.",
        2.4: "You multiplied by what is kept. That is the paper's way when testing; while training, divide.",
        15: "You divided by the drop rate. Divide by what is kept, 1 - drop_rate.",
        1.25: "That is the factor. What becomes of the 3?",
        0.6: "That is the part that is dropped on average. This unit is kept.",
    },
)

rate_exercise = Exercise(
    "Exercise 3",
    right=0.2,
    wrong={
        0.8: "The paper's p is the probability to be kept. Here it is the fraction dropped.",
        0.5: "That is the paper's usual p for hidden units. Here it says 0.8.",
        1.25: "That is the factor by which kept units are scaled. What is dropped?",
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
