"""Compare two procedures, search and choice included, by repeating all of it in blocks, on several data sets.

What is chosen varies, too: another grid or other validation examples, and another setting wins. So each block redraws
everything that one would redraw, and the interval is over blocks and test rows.
"""

import math
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from helpers.nn.plumbing.checks import require, require_whole

from . import blocks as stored
from .blocks import MOST_FINALS, Block
from .claims import RESULT_NAME
from .compare import require_arms
from .differences import MARGIN, crossed_estimate, network_estimate, overall
from .executors import progress_bar, work
from .names import UNNAMED
from .recipe import Recipe
from .runs import train_runs
from .seeds import my_seeds
from .stacks import ends_at
from .tune import require_space, trainings, tune

SECONDS = 1.1e-8  # for each unit of executors.work, on one core: measured from .8 (large images) to 1.1 (MNIST-1D)
CALL = (
    'Design({"dropout": {"2 × 128": Recipe(drop_rate=0.2)}, "plain": {"2 × 32": Recipe(hidden=(32, 32))}}, '
    '{"learning_rate": Between(3e-4, 3e-2, log=True)}, {"mnist1d-1000": load_mnist1d}, blocks=5, trials=12)'
)


class _Repeated:
    """How often a trial is made, and from which seeds: it has data_sets, blocks, networks, finals and name."""

    def numbers(self, place):
        """The numbers of the blocks at a place, from 1."""
        return range(1, _one_of("blocks", self.blocks, place, self.data_sets) + 1)

    def seeds(self, number):
        """Those of block `number`, from 1; no two blocks share any, and more blocks change none."""

        def own(count, purpose):
            return my_seeds(number * count, purpose, self.name)[-count:]

        (grid,), (split,) = own(1, "grid"), own(1, "split")
        return {
            "grid": grid,
            "split": split,
            "tuning": own(self.networks, "tuning"),
            "final": own(self.finals, "final"),
        }


@dataclass(frozen=True)
class Handmade(_Repeated):
    """A trial that recipes cannot describe, as `replicate` takes it, too.

    data_sets: place -> a function that loads a Data and takes split=SEED, as a Design's.
    find: a function of a place, a Data, and a block's seeds (a dict from purpose to seeds) that gives the sides,
    name -> a dict of a Side's parts: the first two are compared, and more may stand next to them. It has `right` as how
    many final networks were right on each test row. Where a claim is about some training examples, `training_accuracy`
    may be counted on those alone.
    described: what a block's file says of it, as Design.settings gives it, without networks, finals and name.
    hours_each: how many hours of one core a block takes.  The rest is as in a Design.
    """

    data_sets: dict[str, Callable]
    find: Callable
    described: dict
    hours_each: float
    blocks: int = 5
    networks: int = 2
    finals: int = 5
    name: str = UNNAMED

    def settings(self):
        """What a block's file says of the trial."""
        return {**self.described, "networks": self.networks, "finals": self.finals, "name": self.name}

    def hours(self, missing):
        """How long each missing block takes, in hours of one core: (place, number) -> hours."""
        return dict.fromkeys(missing, self.hours_each)

    def found(self, place, data, seeds, executor):
        """What a block found, side -> a dict of a Side's parts. What is made by hand is made in this process."""
        return self.find(place, data, seeds)


@dataclass(frozen=True)
class Design(_Repeated):
    """What is compared, and how: all that is fixed before the first block.

    sides: two names -> a dict of arms, name -> Recipe. In each block a side's best arm is chosen on validation
    examples, and the first side is compared with the second, its rival.
    space: setting -> Between or Choice, as in `tune`.
    data_sets: place -> a function that loads a Data and takes split=SEED, which redraws its validation examples and
    leaves its test rows as they are. A place names its files: small letters, digits and hyphens. The same data set
    with another amount of data is another place.
    blocks: how many; five make a fair interval. One number, or place -> number.
    trials: settings for each arm. One number, or side -> number, since the two sides must have as many in total.
    networks: that train each setting.  finals: that are trained with each of the two recipes chosen, and tested.
    name: whose seeds are used.
    """

    sides: dict[str, dict[str, Recipe]]
    space: dict
    data_sets: dict[str, Callable]
    blocks: int | dict[str, int]
    trials: int | dict[str, int]
    networks: int = 2
    finals: int = 5
    name: str = UNNAMED

    def __post_init__(self):
        named = isinstance(self.sides, dict) and all(isinstance(side, str) for side in self.sides)
        require(named and len(self.sides) == 2, "sides", repr(self.sides), "a dict of two, from names to arms", CALL)
        for arms in self.sides.values():
            require_arms(arms, CALL)
        require_space(self.space)
        named = isinstance(self.data_sets, dict) and self.data_sets and all(map(_names_files, self.data_sets))
        allowed = "a dict from names of small letters, digits and hyphens to functions that load"
        fine = named and all(map(callable, self.data_sets.values()))
        require(fine, "data_sets", repr(self.data_sets), allowed, CALL)
        for place in self.data_sets:
            self.numbers(place)
        require_whole("networks", self.networks, 1, CALL)
        require_whole("finals", self.finals, 1, CALL)
        require(self.finals <= MOST_FINALS, "finals", self.finals, f"at most {MOST_FINALS}", CALL)
        self._require_equal_budgets()

    def _require_equal_budgets(self):
        totals, texts = set(), []
        for side, arms in self.sides.items():
            each = self.trials_of(side)
            totals.add(len(arms) * each)
            texts.append(f"{side!r} has {len(arms)} arms with {each} settings each, {len(arms) * each} in total")
        least = 2 * math.lcm(*map(len, self.sides.values()))
        equal = {side: least // len(arms) for side, arms in self.sides.items()}
        allowed = f"as many in total for both sides ({'; '.join(texts)})"
        require(len(totals) == 1, "trials", self.trials, allowed, f"trials={equal}, or a multiple of it")

    def trials_of(self, side):
        """How many settings each arm of a side is given."""
        return _one_of("trials", self.trials, side, self.sides)

    def settings(self):
        """What a block's file says of the design, in plain words: not how many blocks there are, or where."""
        return {
            "sides": {side: {arm: str(recipe) for arm, recipe in arms.items()} for side, arms in self.sides.items()},
            "space": {name: str(tried) for name, tried in self.space.items()},
            "trials": {side: self.trials_of(side) for side in self.sides},
            "networks": self.networks,
            "finals": self.finals,
            "name": self.name,
        }

    def hours(self, missing):
        """How long each missing block takes, in hours of one core: (place, number) -> hours."""
        hours, data = {}, {}
        for place, number in missing:
            seeds = self.seeds(number)
            if place not in data:  # how much there is to do does not depend on the split
                data = {place: self.data_sets[place](split=seeds["split"])}
            total = 0
            for side, arms in self.sides.items():
                tried = trainings(arms, self.space, self.trials_of(side), seeds["grid"])
                works = [work([(None, longest, None)], data[place]) for pairs in tried.values() for longest, _ in pairs]
                total += self.networks * sum(works)
                total += self.finals * 2 * max(works)  # being watched in each epoch doubles it
            hours[place, number] = total * SECONDS / 3600
        return hours

    def found(self, place, data, seeds, executor):
        """Search, choose and test, for each side: side -> a dict of a Side's parts."""
        chosen = {}
        for side, arms in self.sides.items():
            tuned = tune(arms, self.space, data, self.trials_of(side), seeds["tuning"], executor, seeds["grid"])
            chosen[side] = max(tuned, key=lambda arm, tuned=tuned: tuned.best[arm].accuracy), tuned
        jobs = [(tuned[arm], seed) for arm, tuned in chosen.values() for seed in seeds["final"]]
        runs = iter(train_runs(jobs, data, "test", watch=True, executor=executor, title="testing"))
        found = {}
        for side, (arm, tuned) in chosen.items():
            finals = [next(runs) for _ in seeds["final"]]
            found[side] = {
                "arm": arm,
                "recipe": str(tuned[arm]),
                "edges": tuned.edges[arm],
                "validation": {name: best.accuracy for name, best in tuned.best.items()},
                "right": np.sum([run.correct for run in finals], axis=0),
                "loss": [run.loss for run in finals],
                "training_accuracy": [_training_accuracy(run, tuned[arm]) for run in finals],
            }
        return found


def _names_files(place):
    return isinstance(place, str) and re.fullmatch(RESULT_NAME, place) is not None


def _one_of(argument, value, name, names):
    """What an argument says of `name`: it is one number for all of `names`, or a dict with a number for each."""
    numbers = value if isinstance(value, dict) else dict.fromkeys(names, value)
    require({*numbers} == {*names}, argument, value, f"one number, or one for each of {[*names]}", CALL)
    return require_whole(argument, numbers[name], 2, CALL)


@dataclass(frozen=True, eq=False)
class Replicated:
    """What `replicate` found: place -> its Blocks. All of it is given this pool of examples and these test rows.

    Differences are the first side minus the second; `between` gives those of other sides.
    """

    blocks: dict[str, list[Block]]

    def _sides(self, place):
        """The first two Sides of each block at a place."""
        require(place in self.blocks, "place", repr(place), f"one of {[*self.blocks]}", "result.difference('magic')")
        return [tuple(block.sides.values())[:2] for block in self.blocks[place]]

    def between(self, first, second):
        """The same trial with these two sides, by name: a Replicated."""

        def with_two(block):
            return replace(block, sides={name: block.sides[name] for name in (first, second)})

        return Replicated({place: [*map(with_two, blocks)] for place, blocks in self.blocks.items()})

    def cells(self, place):
        """How many more of the first side's final networks were right than of the second's, a fraction,

        (blocks, test rows).
        """
        return np.stack([first.right - second.right for first, second in self._sides(place)])

    def difference(self, place, confidence=0.95):
        """How much more accurate the first side is, an Estimate over blocks and test rows."""
        return crossed_estimate(self.cells(place), confidence)

    def gap(self, place, confidence=0.95):
        """How much wider the first side's gap from training to test accuracy is, dropout off: an Estimate."""
        training = [first.training_accuracy - second.training_accuracy for first, second in self._sides(place)]
        return crossed_estimate(np.mean(training, axis=1, keepdims=True) - self.cells(place), confidence)

    def fitted(self, place, confidence=0.95):
        """How much more of the training examples that count the first side gets right, an Estimate over blocks."""
        fits = [[side.training_accuracy.mean() for side in sides] for sides in self._sides(place)]
        return network_estimate(-np.diff(fits)[:, 0], confidence)

    def loss(self, place, confidence=0.95):
        """How much larger the first side's loss on the test rows is, an Estimate over blocks; None if one diverged."""
        differences = np.array([first.loss.mean() - second.loss.mean() for first, second in self._sides(place)])
        return network_estimate(differences, confidence) if np.isfinite(differences).all() else None

    def wins(self, place):
        """In what fraction of the blocks the first side is more accurate; a draw counts half."""
        return self.difference(place).basis.ahead / len(self.blocks[place])

    def overall(self, margin=MARGIN):
        """The Overall verdict on the claim that the first side is more accurate by more than `margin`."""
        return overall(self.blocks, self.difference, margin)

    def table(self, margin=MARGIN):
        """The verdict, and what each place gave, as text."""
        first, second, *_ = next(iter(self.blocks.values()))[0].sides
        lines = [f"{first} minus {second}: {self.overall(margin)}"]
        for place, blocks in self.blocks.items():
            loss = self.loss(place)
            nats = f"{loss.mean:+.3f} ({loss.low:+.3f} to {loss.high:+.3f}) nats" if loss else "infinite, one diverged"
            rows = f"{self.cells(place).shape[1]:,} test rows"
            wins = f"ahead in {self.wins(place) * len(blocks):g} of {len(blocks)} blocks"
            lines.append(f"{place}: {self.difference(place)} on {rows}; {wins}; loss {nats}")
        return "\n".join(lines)


def replicate(design, folder, executor=None):
    """Carry out the blocks of a trial that `folder` does not hold yet, and give all of them: a Replicated.

    design: a Design, or a Handmade. In each block of a Design, tune chooses every arm's settings, and for each side
    validation examples choose an arm; only these two are trained from the final seeds and tested. A finished block is
    a file of its own, written whole or not at all: `folder`/`place`-`number`.json. So after Ctrl-C, or with more
    blocks, the next call goes on. What the block at work has trained is in the cache. Raises ResultsError where a file
    is damaged or was made with another design.
    """
    found, missing = _kept(design, Path(folder))
    for place, number in found:
        if any(place == other for other, _ in missing):  # or old and new data would be mixed
            data = design.data_sets[place](split=design.seeds(number)["split"])
            stored.require_same(found[place, number], data=stored.about(data))
    hours = design.hours(missing)
    with closing(progress_bar("blocks", sum(hours.values()))) as bar:
        for place, number in sorted(missing, key=lambda one: one[1]):  # the first block everywhere, then the second
            before = {block.data["test_rows"] for (other, _), block in found.items() if other == place}
            found[place, number] = _block(design, Path(folder), place, number, before, executor)
            bar.update(hours[place, number])
    return Replicated({place: [found[place, number] for number in design.numbers(place)] for place in design.data_sets})


def kept(design, folder):
    """What `folder` holds of a trial, a Replicated: the places whose blocks are all finished. Trains nothing."""
    found, missing = _kept(design, Path(folder))
    finished = [place for place in design.data_sets if all(place != other for other, _ in missing)]
    return Replicated({place: [found[place, number] for number in design.numbers(place)] for place in finished})


def plan(design, folder):
    """How long `replicate` would take, in hours of one core: place -> hours, for the blocks that are missing.

    From executors.work and one constant; the final networks as if the most expensive arms were chosen.
    """
    _, missing = _kept(design, Path(folder))
    hours = dict.fromkeys(design.data_sets, 0.0)
    for (place, _), of_block in design.hours(missing).items():
        hours[place] += of_block
    return hours


def pilot(design, executor=None):
    """The rival's validation error at each place, from a search with seeds of its own: place -> fraction.

    For `margin_from`. Its seeds are in no block, so that the margin is not made from what it judges.
    """
    split, grid, *seeds = my_seeds(2 + design.networks, "pilot", design.name)
    side, arms = [*design.sides.items()][1]
    errors = {}
    for place, load in design.data_sets.items():
        tuned = tune(arms, design.space, load(split=split), design.trials_of(side), seeds, executor, grid)
        errors[place] = 1 - max(best.accuracy for best in tuned.best.values())
    return errors


def _path(folder, place, number):
    return folder / f"{place}-{number}.json"


def _kept(design, folder):
    """The blocks that the folder holds, (place, number) -> Block; and which of the others are missing."""
    found, missing = {}, []
    for place in design.data_sets:
        for number in design.numbers(place):
            path = _path(folder, place, number)
            if path.exists():
                found[place, number] = stored.read_block(path)
                asked = {"settings": design.settings(), "seeds": design.seeds(number)}
                stored.require_same(found[place, number], place=place, number=number, **asked)
            else:
                missing.append((place, number))
    return found, missing


def _block(design, folder, place, number, before, executor):
    """Carry out one block, write its file, and give what that holds. before: test rows of the place's other blocks."""
    start, seeds = time.perf_counter(), design.seeds(number)
    data = design.data_sets[place](split=seeds["split"])
    same = before <= {stored.about(data)["test_rows"]}
    found, call = f"one whose test rows change with split={seeds['split']}", "load_mnist1d"
    require(same, f"data_sets[{place!r}]", found, "one that redraws the validation examples alone", call)
    found = design.found(place, data, seeds, executor)
    path = _path(folder, place, number)
    stored.write_block(path, place, number, design.settings(), seeds, data, found, time.perf_counter() - start)
    return stored.read_block(path)


def _training_accuracy(run, recipe):
    """The network's accuracy on its own training examples, dropout off; 0 if it diverged, as on the test rows."""
    return 0.0 if run.diverged else run.watched.training_accuracy[ends_at(run, recipe, recipe.epochs)]
