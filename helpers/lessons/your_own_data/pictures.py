"""Your own data: what is shown of a table and of an answer, as pictures and as HTML."""

import html
import json
import re

from helpers.classroom.figures import ARMS, FAINT, INK, Arm
from helpers.classroom.plots import draw_rows
from helpers.classroom.questions import prose
from helpers.classroom.tables import table
from helpers.lab import Estimate
from helpers.lab.advise.arms import COCKTAIL, COMMONEST, LINEAR, MIX, PLAIN, TREES, label
from helpers.lab.own_table import times

MOST_BARS = 10
GOOD = "#E8F1F8"  # behind the row that is recommended
LOOKS = {
    LINEAR: Arm("#555555", "s", "-"),
    "best smaller": ARMS["smaller"],
    "best smaller + L2": Arm(ARMS["smaller"].colour, "v", "-"),
    PLAIN: ARMS["plain"],
    "L2": ARMS["L2"],
    "max-norm": ARMS["max-norm"],
    "dropout": ARMS["dropout"],
    "dropout + L2": Arm(ARMS["dropout"].colour, "v", "-"),
    "dropout + max-norm": Arm(ARMS["dropout"].colour, "P", "-"),
    COCKTAIL: Arm(INK, "*", "-"),
    TREES: Arm("#7A4A1E", "X", "-"),
}
GUESSES = {  # what may be guessed -> the arms that it stands for
    "none: always saying the commonest class is as good": [COMMONEST],
    "a network without a hidden layer": [LINEAR],
    "a smaller network": ["best smaller", "best smaller + L2"],
    "a big network without any help": [PLAIN],
    "a big network with L2 or max-norm": ["L2", "max-norm"],
    "a big network with dropout": ["dropout", "dropout + L2", "dropout + max-norm"],
    "a mix of all of them": [COCKTAIL],
}
SETTINGS = {  # of a Recipe -> in words; what is 0 is not in use
    "hidden": "neurons in the hidden layers",
    "drop_rate": "drop rate, hidden layers",
    "input_drop_rate": "drop rate, inputs",
    "l2": "L2",
    "weight_decay": "weight decay (AdamW)",
    "max_norm": "max-norm",
    "learning_rate": "learning rate of Adam",
    "schedule": "the learning rate",
    "epochs": "epochs",
    "batch_size": "examples in a batch",
}
SCHEDULES = {"cosine": "falls to 0 along half a cosine", "constant": "stays as it is"}
PRE = '<pre style="user-select: all; overflow-x: auto; padding: 8px; background: rgba(128,128,128,.12)">{}</pre>'


# A table.


def in_short(report):
    """What a table is, in a sentence."""
    return f"{report.rows:,} rows, {len(report.features)} features, {len(report.classes)} classes."


def draw_table(figure, found):
    """Bars: how many rows each class of a Table has, and how many cells are empty in which columns."""
    report, splits = found.report, splits_of(found)
    figure.clear()  # another table has other names
    left, right = figure.subplots(1, 2)
    sizes = dict(sorted(report.classes.items(), key=lambda item: -item[1]))
    _draw_bars(left, sizes, report.rows, ARMS["dropout"].colour, "classes")
    largest = next(iter(sizes))
    left.set_title(f"{sizes[largest] / report.rows:.0%} of the rows are {_short(largest)!r}")
    left.set_xlabel("rows (%)")
    missing = dict(sorted(report.missing.items(), key=lambda item: -item[1]))
    if missing:
        _draw_bars(right, missing, report.rows, ARMS["smaller"].colour, "columns")
        right.set_title(f"{times(len(missing), 'column')} with empty cells")
        right.set_xlabel("empty cells (%)")
    else:
        _draw_bars(right, splits, report.rows, INK, "parts")
        right.set_title("No cell is empty. How the rows are used:")
        right.set_xlabel("rows (%)")
    told = ", ".join(f"{_short(name)} {size:,}" for name, size in [*sizes.items()][:MOST_BARS])
    empty = ", ".join(f"{_short(name)} {size:,}" for name, size in [*missing.items()][:MOST_BARS])
    return f"Rows of each class: {told}. Empty cells: {empty or 'none'}."


def splits_of(found):
    """How many rows of a Table are for what."""
    splits = {"to train on": found.train, "for validation": found.validation, "to test on": found.test}
    return {what: len(split.x) for what, split in splits.items()}


def _draw_bars(axes, sizes, rows, colour, things):
    """The largest of `sizes`, name -> how many rows, as bars in percent."""
    shown = [*sizes.items()][:MOST_BARS]
    if len(sizes) > MOST_BARS:
        shown = shown[:-1]
        rest = len(sizes) - len(shown)
        shown.append((f"{rest} more {things}", sum(size for _, size in [*sizes.items()][-rest:])))
    places = range(len(shown))
    percents = [100 * size / rows for _, size in shown]
    axes.barh(places, percents, color=colour)
    for place, percent in zip(places, percents, strict=True):
        axes.annotate(f"{percent:.3g}", (percent, place), (4, 0), textcoords="offset points", va="center", fontsize=11)
    axes.set_yticks(places, [_short(name) for name, _ in shown])
    axes.set(ylim=(max(len(shown), 4) - 0.5, -0.5), xlim=(0, 1.15 * max([1, *percents])))
    axes.grid(axis="y", visible=False)


def _short(name, most=18):
    return name if len(name) <= most else f"{name[: most - 1]}…"


def table_of(found):
    """What was understood of a Table, as HTML."""
    report = found.report
    sizes = sorted(report.classes.values())
    rows = [
        ("rows", f"{report.rows:,}: " + ", ".join(f"{rows:,} {what}" for what, rows in splits_of(found).items())),
        ("features", f"{len(report.features):,}, made of the columns below"),
        ("columns of numbers", _listed(report.numeric) or "none"),
        ("columns of categories", _listed(f"{name} ({len(v)})" for name, v in report.category.items()) or "none"),
        ("columns left out", _listed((f"{name}: {why}" for name, why in report.dropped.items()), "; ") or "none"),
        (
            "classes",
            f"{len(sizes)}; the rarest has {sizes[0]:,} rows, the commonest {report.imbalance:.3g} times as many",
        ),
        ("empty cells", _listed(f"{name}: {number:,}" for name, number in report.missing.items()) or "none"),
        ("rows equal to an earlier one", f"{report.duplicates:,}; with another label: {report.contradictory:,}"),
    ]
    notes = "".join(f"<li>{html.escape(note)}</li>" for note in report.notes)
    return f"<b>What was understood</b>{table(('', ''), rows)}" + f"<ul>{notes}</ul>" * bool(notes)


def _listed(names, separator=", ", most=12):
    names = [*names]
    return separator.join(_short(name, 80) for name in names[:most]) + " …" * (len(names) > most)


# An answer.


def draw_answer(figure, answer):
    """Each arm's accuracy on test rows, and how much more that is than the plain big network's, with intervals."""
    figure.clear()  # the star may stand at another name
    left, right = figure.subplots(1, 2, sharey=True, width_ratios=[1.1, 1])
    taken, margin = answer.recommendation, 100 * answer.margin
    arms = {arm: tested for arm, tested in answer.arms.items() if arm != COMMONEST}
    labels = {arm: "★ " * (arm == taken) + label(arm) for arm in arms}
    looks = {labels[arm]: LOOKS[arm] for arm in arms}
    draw_rows(left, {labels[arm]: tested.test_accuracy for arm, tested in arms.items()}, looks, "{:.1f}")
    differences = {labels[arm]: answer.paired.get(arm, Estimate(0.0, 0.0, 0.0)) for arm in arms}
    draw_rows(right, differences, looks, "{:+.1f}")
    right.axvspan(-margin, margin, color="#eeeeee", zorder=0)
    right.axvline(0, color=FAINT)
    right.set_xlabel(f"points more than {PLAIN}")
    always = f"always {_short(answer.commonest)!r}: {answer.arms[COMMONEST].test_accuracy.mean:.1%}"
    left.set_xlabel(f"right on test rows (%); {always}")
    if taken in arms:
        for axes in (left, right):
            axes.axhspan([*arms].index(taken) - 0.5, [*arms].index(taken) + 0.5, color=GOOD, zorder=0)
        left.set_title(f"★ Take {label(taken)}: {arms[taken].test_accuracy.mean:.1%} right")
    else:
        left.set_title("No network surely beats the commonest class")
    compared = answer.rival if taken == PLAIN else taken
    gain = f"{label(compared)}: {100 * answer.paired[compared].mean:+.1f} points"
    right.set_title(gain if taken in arms else f"Compared with {PLAIN}")
    lowest, highest = (pick(arms, key=lambda arm: arms[arm].test_accuracy.mean) for pick in (min, max))
    ends = ", ".join(f"{label(arm)} {arms[arm].test_accuracy.as_percent()}" for arm in (lowest, highest))
    return (
        f"{len(arms)} kinds of model on {len(next(iter(arms.values())).correct[0]):,} test rows, with 95 % intervals. "
        f"Lowest and highest: {ends}. A star marks the recommended one; in the grey band, a difference from "
        f"{PLAIN} does not matter. All numbers are below."
    )


def sentence_of(answer, guess=None):
    """The answer in plain words, as HTML, and a guess that was made before it."""
    first, *rest = re.split(r"(?<=\.) (?=[A-Z])", answer.sentence, maxsplit=1)
    text = f'<div style="font-size: 17px; margin: 8px 0"><b>{html.escape(first)}</b> {html.escape("".join(rest))}</div>'
    if guess is None or guess.made is None:
        return prose(text, live=True)
    right = next((words for words, arms in GUESSES.items() if answer.recommendation in arms))
    return prose(text, live=True) + guess.beside(answer.recommendation, right).data


def details_of(answer):
    """The settings, code, all numbers and what was skipped, as HTML."""
    used = {name: value for name, value in answer.settings.items() if name in SETTINGS and value}
    rows = [(SETTINGS[name], _value(name, value)) for name, value in used.items()]
    settings = table(("setting", "value"), rows) + PRE.format(html.escape(json.dumps(used))) if used else ""
    parts = {
        "The settings": settings or prose("There are none: say the commonest class."),
        **{title: PRE.format(html.escape(answer.code(package))) for title, package in _programs(answer).items()},
        "All numbers": _numbers_of(answer),
        "What was tried, and what was skipped": prose(
            html.escape(" ".join([str(answer.plan), answer.plan.skipped, *answer.notes]))
        ),
    }
    return "".join(
        f"<details{' open' * (place == 0)}><summary style='cursor: pointer; margin: 6px 0'><b>{title}</b></summary>"
        f"{content}</details>"
        for place, (title, content) in enumerate(parts.items())
    )


def _programs(answer):
    """A title for each package's program, first for the one that trains the network as it is."""
    if answer.recommendation == COMMONEST:
        return {}
    names, first = {"torch": "PyTorch", "sklearn": "scikit-learn"}, answer.package
    (other,) = names.keys() - {first}
    what = "The network" if answer.report is None else "The whole program, from your file to a new row's class,"
    nearly = "The nearest" if first == "torch" else "The same"
    return {f"{what} in {names[first]}": first, f"{nearly} in {names[other]}": other}


def _value(name, value):
    if name == "schedule":
        return SCHEDULES[value]
    if name == "hidden":
        return ", ".join(map(str, value))
    return f"{value:,}" if isinstance(value, int) else f"{value:.3g}"


def _numbers_of(answer):
    titles = "", "validation", "test, 95 % interval", f"minus {PLAIN}", "log-loss", "parameters", "settings tried"
    rows = []
    for arm, tested in answer.arms.items():
        loss = sum(tested.log_loss) / len(tested.log_loss)
        rows.append(
            (
                "★ " * (arm == answer.recommendation) + label(arm),
                f"{tested.validation_accuracy:.1%}",
                tested.test_accuracy.as_percent(),
                str(answer.paired[arm]) if arm in answer.paired else "",
                f"{loss:.3f}",
                f"{tested.parameters:,}" if tested.parameters else "",
                f"{tested.tried:,}",
            )
        )
    parts = [(f"without its {part.replace('_', ' ')}", str(gain)) for part, gain in answer.parts.items()]
    gains = table((f"{MIX}, minus the same", "on validation rows"), parts) if parts else ""
    return table(titles, rows) + gains
