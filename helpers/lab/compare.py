"""Compare arms fairly: equal seeds, equal data, equal batches; tested once; means and differences with intervals."""

from dataclasses import dataclass, replace

import numpy as np

from helpers.nn.plumbing.checks import require, require_seeds

from .differences import crossed_estimate
from .recipe import Recipe
from .runs import train_runs
from .stacks import Run


@dataclass(frozen=True, eq=False)
class Comparison:
    """What `compare` found.

    runs: arm -> a list of Runs, one for each of `seeds`.
    """

    runs: dict[str, list[Run]]
    seeds: list[int]

    def _runs(self, arm):
        require(arm in [*self.runs], "arm", repr(arm), f"one of {[*self.runs]}", f"result.mean({[*self.runs][0]!r})")
        return self.runs[arm]

    def correct(self, arm):
        """Which network of this arm got which example right, (networks, examples)."""
        return np.stack([run.correct for run in self._runs(arm)])

    def accuracy(self, arm):
        """The accuracy of each network of this arm, (networks,)."""
        return self.correct(arm).mean(axis=1)

    def gap(self, arm):
        """Training accuracy, dropout off, minus test accuracy of each network, (networks,). Needs watch=True."""
        runs = self._runs(arm)
        watched = all(run.watched is not None for run in runs)
        require(
            watched, "result", "not watched", "one of compare(…, watch=True)", "compare(arms, data, seeds, watch=True)"
        )
        return np.array([run.watched.training_accuracy[-1] for run in runs]) - self.accuracy(arm)

    def mean(self, arm):
        """The arm's mean accuracy, an Estimate over networks and examples."""
        found = crossed_estimate(self.correct(arm))
        return replace(found, low=max(found.low, 0.0), high=min(found.high, 1.0))

    def difference(self, arm, other):
        """How much more accurate `arm` is than `other`, an Estimate over networks and examples, paired in both."""
        return crossed_estimate(self.correct(arm).astype(float) - self.correct(other))

    def pairing(self, arm, other):
        """What pairing the networks gained: the difference's standard error over seeds, paired over unpaired."""
        first, second = (self.correct(name).sum(axis=1) for name in (arm, other))
        unpaired = np.sqrt(first.var(ddof=1) + second.var(ddof=1))
        return float((first - second).std(ddof=1) / unpaired) if unpaired else 1.0

    def diverged(self, arm):
        """How many networks of this arm diverged; each counts as wrong on every example."""
        return sum(run.diverged for run in self._runs(arm))

    def table(self):
        """Mean accuracy of each arm, and the difference of each from the first, as text with intervals."""
        first, *others = self.runs
        width = max(map(len, self.runs))
        examples = self.correct(first).shape[1]
        lines = [f"{len(self.seeds)} networks each, {examples:,} test examples; accuracy with 95 % interval"]
        for arm in self.runs:
            lost = f"   {self.diverged(arm)} diverged" if self.diverged(arm) else ""
            lines.append(f"{arm:<{width}}  {self.mean(arm).as_percent()}{lost}")
        lines += [f"{arm} minus {first}: {self.difference(arm, first)}" for arm in others]
        return "\n".join(lines)


def compare(arms, data, seeds, executor=None, watch=False):
    """Train every arm from every seed and judge it on the test examples, once: a Comparison.

    arms: name -> Recipe.  seeds: at least two; five or more make a fair interval.  executor: any
    concurrent.futures.Executor.  watch: keep each epoch's training and validation curves as well.
    """
    require_arms(arms, 'compare({"plain": Recipe(), "dropout": Recipe(drop_rate=0.2)}, data, my_seeds(10))')
    seeds = require_seeds(seeds)
    require(len(set(seeds)) == len(seeds) > 1, "seeds", repr(seeds), "at least two, all different", "my_seeds(10)")
    jobs = [(recipe, seed) for recipe in arms.values() for seed in seeds]
    runs = train_runs(jobs, data, "test", watch, executor, title="comparing")
    return Comparison({arm: runs[i * len(seeds) :][: len(seeds)] for i, arm in enumerate(arms)}, seeds)


def require_arms(arms, example):
    """Raise unless `arms` is a dict from names to Recipes, with at least one."""
    named = isinstance(arms, dict) and all(isinstance(arm, str) for arm in arms)
    fine = named and arms and all(isinstance(recipe, Recipe) for recipe in arms.values())
    require(fine, "arms", repr(arms), "a dict from names to Recipes, with at least one", example)
