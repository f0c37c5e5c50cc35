"""What `advise` found: a sentence that claims no more than the intervals carry, a table, and all of it as JSON."""

from dataclasses import asdict, dataclass, field
from itertools import pairwise

import numpy as np

from ..differences import Estimate, crossed_estimate, margin_from, network_estimate
from ..own_table import Report
from ..recipe import Recipe
from . import code
from .arms import COMMONEST, MIX, PLAIN, TREES, WORDS, label
from .plan import Plan
from .program import program

VERDICTS = ("nothing to learn", "better", "worse", "no difference that matters", "can't tell")
ALL_OF_THEM = "dropout, L2, weight decay, max-norm, widths and how the learning rate falls, searched together"
UNEQUAL = 0.75  # the share of the commonest class from which on accuracy tells little
ENOUGH = 20  # settings for each kind of network; of ten, the draw can outweigh the kind


@dataclass(frozen=True, eq=False)
class Outcome:
    """An arm, searched and tested. recipe: a Recipe; or a dict for the trees, empty for the commonest class.

    validation: of each network that judged, which of its validation rows were right.  correct: (seeds, test rows).
    log_loss: on the test rows, of each final network; tried: how many settings were; parameters: of one network.
    """

    recipe: Recipe | dict
    validation: list[np.ndarray]
    correct: np.ndarray
    log_loss: tuple[float, ...]
    tried: int
    parameters: int | None = None

    @property
    def validation_accuracy(self):
        return float(np.mean([right.mean() for right in self.validation]))

    @property
    def test_accuracy(self):
        """The mean accuracy of the final networks, an Estimate over networks and test rows."""
        found = crossed_estimate(self.correct)
        return Estimate(found.mean, max(found.low, 0.0), min(found.high, 1.0), found.basis)

    def minus(self, other):
        """How much more accurate it is than another arm on the test rows, an Estimate, paired in both."""
        return crossed_estimate(self.correct.astype(float) - other.correct)


@dataclass(frozen=True, eq=False)
class Answer:
    """What is recommended for a table, and why.

    arms: name -> Outcome, the simplest first; the commonest class has the log-loss of saying how common
    each class is.
    plan: how much was tried.  commonest: the class.  parts: of the mix of all: how much more accurate it is than
    without each, an Estimate over validation rows; empty where the plan does without.  notes: what else to know.
    report: of the Table, where it was one.
    """

    arms: dict[str, Outcome]
    plan: Plan
    rows: int
    features: int
    class_names: tuple[str, ...]
    commonest: str
    seconds: float
    parts: dict[str, Estimate] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    report: Report | None = None

    @property
    def _candidates(self):
        return [arm for arm in self.arms if arm != TREES]

    @property
    def best(self):
        """The arm with the highest validation accuracy, the simplest of equal ones; the trees apart."""
        return max(self._candidates, key=lambda arm: self.arms[arm].validation_accuracy)

    @property
    def margin(self):
        """The difference that matters: one point, or a tenth of the best arm's validation error if that is less."""
        return max(1e-3, margin_from(1 - self.arms[self.best].validation_accuracy))

    @property
    def chosen(self):
        """The simplest arm whose validation accuracy is at most half the margin below the best. No test row is used."""
        lowest = self.arms[self.best].validation_accuracy - self.margin / 2
        return next(arm for arm in self._candidates if self.arms[arm].validation_accuracy >= lowest)

    @property
    def recommendation(self):
        """The arm chosen; or the commonest class where the test rows do not show that it is any better."""
        learned = self.chosen != COMMONEST and self._difference(self.chosen, COMMONEST).low > 0
        return self.chosen if learned else COMMONEST

    @property
    def settings(self):
        """The recommended arm's settings, a dict; empty for the commonest class."""
        return _settings(self.arms[self.recommendation].recipe)

    @property
    def paired(self):
        """How much more accurate each other arm is than the plain big network: arm -> Estimate."""
        return {arm: self._difference(arm, PLAIN) for arm in self.arms if arm != PLAIN}

    @property
    def rival(self):
        """What the recommended arm is compared with: the plain big network; for itself, the best of the others."""
        if self.recommendation != PLAIN:
            return PLAIN
        others = [arm for arm in self._candidates if arm != PLAIN]
        return max(others, key=lambda arm: self.arms[arm].validation_accuracy)

    @property
    def verdict(self):
        """What the test rows say of the recommended arm, compared with its rival: one of VERDICTS."""
        if self.recommendation == COMMONEST:
            return "nothing to learn"
        return self._judged(self._difference(self.recommendation, self.rival))

    @property
    def either(self):
        """The networks that differ from the recommended one by no more than the margin, as the test rows show."""
        if self.recommendation == COMMONEST:
            return []
        others = [arm for arm in self._candidates if arm not in (self.recommendation, COMMONEST)]
        differences = {arm: self._difference(arm, self.recommendation) for arm in others}
        return [arm for arm, found in differences.items() if self._judged(found) == "no difference that matters"]

    def _difference(self, arm, other):
        return self.arms[arm].minus(self.arms[other])

    def _judged(self, difference):
        if -self.margin < difference.low and difference.high < self.margin:
            return "no difference that matters"
        if difference.low > 0:
            return "better"
        return "worse" if difference.high < 0 else "can't tell"

    @property
    def sentence(self):
        """The answer in plain words."""
        texts = [self._nothing()] if self.recommendation == COMMONEST else [*self._network()]
        return " ".join(filter(None, [*texts, self._outsider()]))

    def _nothing(self):
        chosen, tested = self.chosen, len(next(iter(self.arms.values())).correct[0])
        share = self.arms[COMMONEST].correct.mean()
        text = f"Nothing to learn here, as far as {tested:,} test rows can show: always saying {self.commonest!r} is"
        if chosen == COMMONEST:
            text = f"{text} right for {share:.1%}, and no network was more accurate by enough to matter."
        else:
            found = self._difference(chosen, COMMONEST)
            text = f"{text} right for {share:.1%}, and {WORDS[chosen]} not surely more: {found}."
        network = self.arms[self.best if self.best != COMMONEST else PLAIN]
        losses = np.subtract(network.log_loss, self.arms[COMMONEST].log_loss)
        if np.isfinite(losses).all() and network_estimate(losses).high < 0:
            text += " Yet its probabilities tell something: "
            text += "accuracy is the wrong measure for classes so unequal." if share > UNEQUAL else "try more rows."
        return text

    def _network(self):
        arm, other = self.recommendation, WORDS[self.rival]
        tested, difference = self.arms[arm], self._difference(arm, self.rival)
        rows, accuracy = tested.correct.shape[1], tested.test_accuracy.as_percent()
        yield f"Take {WORDS[arm]}: right for {accuracy} of the {rows:,} test rows."
        yield {
            "better": f"It is better than {other}: {difference}.",
            "worse": f"On validation rows it was as good as {other}, but on the test rows it is worse: {difference}.",
            "no difference that matters": f"Compared with {other} there is no difference that matters: {difference}.",
            "can't tell": f"Whether it is better or worse than {other}, these rows can't tell: {difference}.",
        }[self.verdict]
        if self.either:
            ends, most = "s" * (len(self.either) == 1), f"{100 * self.margin:.2g} points"
            yield f"Either will do: {_listed(self.either)} differ{ends} from it by less than {most}."
        if self.plan.settings < ENOUGH:
            yield (
                f"With only {self.plan.settings} settings tried for each kind of network, others may be better "
                "than they look: search longer before you rule one out."
            )

    def _outsider(self):
        if TREES not in self.arms or self.recommendation == COMMONEST:
            return ""
        found = self._difference(TREES, self.recommendation)
        return {
            "better": f"But perhaps not a network at all: gradient-boosted trees are better: {found}.",
            "worse": "Gradient-boosted trees are less accurate.",
            "no difference that matters": "Gradient-boosted trees are as accurate.",
            "can't tell": "Gradient-boosted trees may be better or worse: these rows can't tell, so take either.",
        }[self._judged(found)]

    def table(self):
        """Each arm's accuracies, difference from the plain big network, and settings, as text."""
        width = max(len(label(arm)) for arm in self.arms)
        lines = ["accuracy on validation and, with its 95 % interval, on test rows; * recommended"]
        for arm, tested in self.arms.items():
            mark = "*" if arm == self.recommendation else " "
            accuracies = f"{tested.validation_accuracy:.1%}   {tested.test_accuracy.as_percent()}"
            difference = "" if arm == PLAIN else f"   minus plain {self._difference(arm, PLAIN)}"
            lines.append(f"{mark} {label(arm):<{width}}  {accuracies}{difference}")
        lines += [f"  {label(arm):<{width}}  {tested.recipe}" for arm, tested in self.arms.items() if tested.recipe]
        lines += [f"  {MIX} minus the same without its {part}: {gain}" for part, gain in self.parts.items()]
        lines += [f"  {MIX}: {ALL_OF_THEM}; it is called 'cocktail' in the JSON"]
        return "\n".join([*lines, *self.notes])

    @property
    def package(self):
        """The one that trains the recommended network as it is: "sklearn" if scikit-learn can, or "torch"."""
        return "torch" if code.lacking(self.arms[self.recommendation].recipe or None) else "sklearn"

    def code(self, package=None):
        """A program that trains the recommended network and tells a new row's class, where the table is from a file.

        package: "torch" or "sklearn", scikit-learn; what it lacks, the program says. Of other data: lines that build
        and train the network.
        """
        package, tested = package or self.package, self.arms[self.recommendation]
        if self.report is None:
            return code.lines(package, tested.recipe or None, self.features, len(self.class_names))
        rows = self.plan.of["train"] + self.plan.of["validation"]
        return program(package, tested.recipe or None, self.report, tested.test_accuracy, rows)

    def json(self):
        """All of it as a dict that JSON can hold; numbers that are not finite become None."""
        return {
            "recommendation": self.recommendation,
            "settings": self.settings,
            "sentence": self.sentence,
            "verdict": self.verdict,
            "arms": {
                arm: {
                    "test_accuracy": _numbers(tested.test_accuracy),
                    "validation_accuracy": tested.validation_accuracy,
                    "log_loss": _finite(np.mean(tested.log_loss)),
                    "parameters": tested.parameters,
                    "settings_tried": tested.tried,
                    "settings": _settings(tested.recipe),
                }
                for arm, tested in self.arms.items()
            },
            "paired": {arm: _numbers(found) for arm, found in self.paired.items()},
            "parts": {part: _numbers(found) for part, found in self.parts.items()},
            "plan": asdict(self.plan),
            "notes": [*self.notes],
            "rows": self.rows,
            "features": self.features,
            "classes": [*self.class_names],
            "seconds": round(self.seconds, 1),
        }

    def __str__(self):
        return f"{self.table()}\n\n{self.sentence}"


def parameters(recipe, features, classes):
    """How many weights and biases a recipe's network has."""
    widths = features, *recipe.hidden, classes
    return sum((inputs + 1) * outputs for inputs, outputs in pairwise(widths))


def _settings(recipe):
    return recipe if isinstance(recipe, dict) else asdict(recipe)


def _numbers(estimate):
    return {"mean": estimate.mean, "low": estimate.low, "high": estimate.high}


def _finite(number):
    return float(number) if np.isfinite(number) else None


def _listed(arms):
    words = [WORDS[arm] for arm in arms]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
