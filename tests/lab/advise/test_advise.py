"""A table gets its answer: the same wherever it is trained; test rows are used once; what was trained is kept."""

import json
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context

import numpy as np
import pytest

from helpers.lab import Data, advise, cache, executors
from helpers.lab.advise import plan, trees
from helpers.lab.advise.plan import Plan, workers_of
from tests.lab.advise.conftest import make_small
from tests.lab.common import Forbidden, toy_data, toy_examples


def table(rows=200):
    split = {"train": (rows, 1), "validation": (rows // 2, 2), "test": (rows, 3)}
    return toy_data(**{name: toy_examples(*how) for name, how in split.items()})


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """(the answer, what was printed) of a small plan."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path_factory.mktemp("kept")))
        make_small(patch)
        return advise(table(), settings=3, seeds=2)


def comparable(answer):
    return {**answer.json(), "seconds": None}, [one.correct.tobytes() for one in answer.arms.values()]


def test_the_answer_has_every_arm_and_can_be_stored(found):
    names = ["commonest class", *found.plan.arms(), "gradient-boosted trees"]
    assert [*found.arms] == names and len(names) == 12
    stored = json.loads(json.dumps(found.json(), allow_nan=False))
    assert {"recommendation", "settings", "arms", "paired", "rows", "features", "classes", "seconds"} <= {*stored}
    assert stored["rows"] == 500 and stored["features"] == 6 and stored["classes"] == ["a", "b", "c"]
    for arm in found.plan.arms():
        assert stored["arms"][arm]["settings_tried"] == 3, "equal budgets"
        low, mean, high = (stored["arms"][arm]["test_accuracy"][part] for part in ("low", "mean", "high"))
        assert 0 <= low <= mean <= high <= 1
    assert found.recommendation != "commonest class", "the labels can be learned"
    assert all(name in found.table() for name in names)
    assert found.sentence in str(found)


def test_arms_differ_in_what_their_names_say(found):
    recipes = {arm: found.arms[arm].recipe for arm in found.plan.arms()}
    has = {name: {arm for arm, recipe in recipes.items() if getattr(recipe, name)} for name in ("l2", "max_norm")}
    drops = {arm for arm, recipe in recipes.items() if recipe.drop_rate}
    assert has["l2"] - {"cocktail"} == {"no hidden layer", "best smaller + L2", "L2", "dropout + L2"}
    assert has["max_norm"] - {"cocktail"} == {"max-norm", "dropout + max-norm"}
    assert drops - {"cocktail"} == {"dropout", "dropout + L2", "dropout + max-norm"}
    big = recipes["plain big"].hidden
    assert all(sum(recipes[arm].hidden) < sum(big) for arm in recipes if "smaller" in arm)
    assert len({recipe.batch_size for recipe in recipes.values()}) == 1


@pytest.mark.usefixtures("small", "results_folder")
def test_test_rows_are_not_touched_before_all_is_chosen(monkeypatch):
    asked = []
    spoiled = replace(table(), test=toy_examples(50, 3, kind=Forbidden))
    monkeypatch.setattr(sys.modules["helpers.lab.advise"], "for_the_end", lambda data: asked.append(1) or data)
    with pytest.raises(RuntimeError, match="may not be touched"):
        advise(spoiled, settings=2, seeds=2)
    assert asked, "the search had come to its end"


@pytest.mark.usefixtures("small", "results_folder")
def test_shuffled_labels_are_nothing_to_learn():
    generator = np.random.default_rng(5)
    shuffled = Data.from_arrays(generator.normal(size=(300, 4)), generator.permutation(np.arange(300) % 3 > 0))
    found = advise(shuffled, settings=2, seeds=2)
    assert found.verdict == "nothing to learn"
    assert found.recommendation == "commonest class" and found.settings == {}


@pytest.mark.usefixtures("small")
def test_processes_give_the_same_to_the_last_bit_and_who_starts_again_goes_on(found, monkeypatch, results_folder):
    stored, store = [], cache.store

    def interrupted(key, arrays):
        if len(stored) == 20:
            raise KeyboardInterrupt
        stored.append(key)
        store(key, arrays)

    def noted(key, arrays):
        stored.append(key)
        store(key, arrays)

    monkeypatch.setattr(cache, "store", interrupted)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        with pytest.raises(KeyboardInterrupt):
            advise(table(), settings=3, seeds=2, executor=pool)
        monkeypatch.setattr(cache, "store", noted)
        again = advise(table(), settings=3, seeds=2, executor=pool)
    assert len(set(stored)) == len(stored) == len([*results_folder.glob("*.result")]) > 80, "nothing is done twice"
    assert comparable(again) == comparable(found)


@pytest.mark.filterwarnings("ignore:::distributed")
@pytest.mark.usefixtures("small", "results_folder")
def test_a_worker_that_is_killed_loses_nothing(found):
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.Client(**options) as client, client.get_executor(pure=False) as executor:
        assert workers_of(executor) == 2
        first, submit, killed = next(iter(client.run(os.getpid).values())), executor.submit, []

        def counted(*arguments, **options):
            killed.append(None)
            if len(killed) == 12:
                os.kill(first, signal.SIGKILL)
            return submit(*arguments, **options)

        executor.submit = counted
        answer = advise(table(), settings=3, seeds=2, executor=executor)
        assert first not in client.run(os.getpid).values(), "it was killed"
    assert comparable(answer) == comparable(found)


@pytest.mark.usefixtures("small", "results_folder")
def test_minutes_become_a_plan_that_stays(monkeypatch, capsys):
    monkeypatch.setattr(plan, "_seconds_each", lambda data: 2e-7)
    monkeypatch.setattr(trees, "seconds", lambda data: 0.01)
    data = table()
    few, many = (plan.plan_for(minutes, 2, data, 0, None).settings for minutes in (0.5, 5))
    assert 2 <= few < many <= plan.MOST_SETTINGS
    used = Plan.of_settings(many, 2, data).work(data, 0) * 2e-7 / workers_of(None)
    assert used < 300
    monkeypatch.setattr(plan, "_seconds_each", lambda data: 1.0)  # the machine got slow
    assert plan.plan_for(5, 2, data, 0, None).settings == many, "who starts again goes on with the same plan"
    assert capsys.readouterr().out == ""
    assert plan.plan_for(5, 3, data, 0, None).settings == 2, "but another plan is another one"
    assert capsys.readouterr().out.startswith("5 minutes are too few: the least there is to do takes about ")


def test_what_a_plan_says():
    data = table()
    text = str(Plan.of_settings(12, 5, data))
    assert "settings=12" in text and "The best 4 go on" in text and "best 2" in text and "sample" not in text
    of_many = replace(Plan.of_settings(12, 5, data), of={"train": 10**6, "validation": 50, "test": 200})
    assert "Samples are used: 200 of 1,000,000 train rows." in str(of_many)


def test_how_many_tasks_an_executor_does_at_once():
    with ProcessPoolExecutor(3) as pool:
        assert workers_of(pool) == 3
    assert workers_of(None) == executors.cores()


@pytest.mark.usefixtures("small", "results_folder")
def test_without_scikit_learn_it_says_that_trees_were_left_out(monkeypatch):
    monkeypatch.setattr(trees, "find_spec", lambda name: None)
    answer = advise(table(100), settings=2, seeds=2)
    assert "gradient-boosted trees" not in answer.arms
    assert "scikit-learn is not installed" in answer.table()
    assert trees.seconds(table()) == 0


def test_the_parts_of_a_cocktail_are_taken_out_one_by_one():
    from helpers.lab.advise.arms import without_each_part

    arms = Plan.of_settings(8, 5, table()).arms()
    plain, cocktail = arms["plain big"].recipe, replace(arms["cocktail"].recipe, schedule="constant", l2=0.0)
    without = without_each_part(cocktail, plain)
    assert {*without} == {"drop_rate", "input_drop_rate", "weight_decay", "max_norm", "schedule"}
    assert without["drop_rate"] == replace(cocktail, drop_rate=0.0)
    assert without["schedule"].schedule == "cosine"
