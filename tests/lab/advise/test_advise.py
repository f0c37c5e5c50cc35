"""A table gets its answer: the same wherever it is trained; test rows are used once; what was trained is kept."""

import errno
import json
import os
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from types import SimpleNamespace

import loky
import numpy as np
import pytest

from helpers.lab import Data, Recipe, advise, cache, executors, load_table
from helpers.lab.advise import plan, planned, progress, rows, trees
from helpers.lab.advise.plan import Plan
from helpers.lab.advise.search import Chosen
from helpers.lab.executors import workers_of
from helpers.lab.stacks import Run
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
        return advise(table(), settings=4, seeds=2)


def comparable(answer):
    return {**answer.json(), "seconds": None}, [one.correct.tobytes() for one in answer.arms.values()]


def test_the_answer_has_every_arm_and_can_be_stored(found):
    names = ["commonest class", *found.plan.arms(), "gradient-boosted trees"]
    assert [*found.arms] == names and len(names) == 12
    stored = json.loads(json.dumps(found.json(), allow_nan=False))
    assert {"recommendation", "settings", "arms", "paired", "rows", "features", "classes", "seconds"} <= {*stored}
    assert stored["rows"] == 500 and stored["features"] == 6 and stored["classes"] == ["a", "b", "c"]
    for arm in found.plan.arms():
        assert stored["arms"][arm]["settings_tried"] == 4, "equal budgets"
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
    assert recipes["no hidden layer"].hidden == ()
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
            advise(table(), settings=4, seeds=2, executor=pool)
        monkeypatch.setattr(cache, "store", noted)
        again = advise(table(), settings=4, seeds=2, executor=pool)
    assert len(set(stored)) == len(stored) == len([*results_folder.glob("*.result")]) > 80, "nothing is done twice"
    assert comparable(again) == comparable(found)


@pytest.mark.usefixtures("small", "results_folder")
def test_minutes_become_a_plan_that_stays(monkeypatch):
    monkeypatch.setattr(plan.Speed, "measured", lambda data: plan.Speed(2e-7, 0.01))
    data = table()
    few, many = (planned(data, minutes, 2)[0].settings for minutes in (0.5, 5))
    assert 2 <= few < many <= plan.MOST_SETTINGS
    used = Plan.of_settings(many, 2, data).work(data, 0) * 2e-7 / workers_of(None)
    assert used < 300
    monkeypatch.setattr(plan.Speed, "measured", lambda data: plan.Speed(1.0, 0.01))  # the machine got slow
    assert planned(data, 5, 2)[0].settings == many, "who starts again goes on with the same plan"
    other = table(100)
    least, text = planned(other, 5, 2)
    assert least.settings == 2 and text.startswith("That is too little time: the least there is to do takes about ")
    assert text.endswith(str(least))


@pytest.mark.usefixtures("small", "results_folder")
def test_what_is_told_is_told_to_who_asks(monkeypatch, capsys):
    monkeypatch.setattr(plan.Speed, "measured", lambda data: plan.Speed(1.0, 0.01))
    heard = []
    advise(table(100), 1e-4, seeds=2, tell=heard.append)
    (text,) = heard
    assert text.startswith("That is too little time") and "settings=2" in text
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("settings", [2, 4, 9, 13, 30])
@pytest.mark.usefixtures("results_folder")
def test_a_plan_knows_how_much_it_is(settings, monkeypatch):
    """Counted without training: of the recipes in each rung, the first ones are taken for the best."""
    data, counted = table(), []

    def counting(jobs, data, split="validation", **options):
        counted.extend((recipe, seed, split) for recipe, seed in jobs)
        return [Run(None, None, None, 0.5, np.arange(6) < 3, False) for _ in jobs]

    for room in ("helpers.lab.advise", "helpers.lab.advise.search"):
        monkeypatch.setattr(sys.modules[room], "train_runs", counting)
    monkeypatch.setattr(sys.modules["helpers.lab.advise"], "_trees", lambda *arguments: None)
    monkeypatch.setattr(trees, "search", lambda *arguments: None)
    monkeypatch.setattr(sys.modules["helpers.lab.advise"], "Answer", lambda *arguments, **options: None)
    advise(data, settings=settings, seeds=2, tell=str)
    found = sum(executors.work([(None, recipe, None)], data) for recipe, _, _ in {*counted})
    judging, final = ({seed for _, seed, its in counted if its == split} for split in ("validation", "test"))
    assert len(judging) == 4 and len(final) == 2 and not judging & final
    assert 0.4 < found / Plan.of_settings(settings, 2, data).work(data, 0) < 2.5


@pytest.mark.parametrize(("column", "judges"), [("batch", 1), (None, 2)])
@pytest.mark.usefixtures("small", "results_folder")
def test_rows_that_belong_together_are_left_where_the_table_put_them(column, judges, tmp_path, monkeypatch):
    path = tmp_path / "pumps.csv"
    rows = [f"{row * 7 % 211},{row % 7},{row // 4}b,{'ab'[row % 2]}" for row in range(200)]
    path.write_text("\n".join(["height,width,batch,kind", *rows]), encoding="utf-8")
    asked = []

    def enough(plan, folds, *others):
        asked.extend(folds)
        raise InterruptedError

    monkeypatch.setattr(sys.modules["helpers.lab.advise"], "search", enough)
    with pytest.raises(InterruptedError):
        advise(load_table(path, "kind", groups=column), settings=9, seeds=2, tell=str)
    assert len(asked) == judges


def test_what_a_plan_says():
    data = table()
    text = str(Plan.of_settings(12, 5, data))
    assert "settings=12" in text and "the best 4, for up to 60" in text and "the best 2, for up to 180" in text
    whole = Plan.of_settings(20, 5, data).skipped
    assert whole == (
        "Skipped: of the 20 settings of each kind, 13 after round 1 and 4 after round 2 were not trained further."
    )
    assert "sample" not in text
    brief = str(Plan.of_settings(3, 5, data))
    assert "round 2 goes on with the best one" in brief and "round 3" not in brief
    less = Plan.of_settings(3, 5, data).skipped
    assert "2 after round 1 were" in less and "128 neurons in a layer; with more minutes, 256" in less
    assert "What each part adds to the mix of all was not measured" in less
    of_many = replace(Plan.of_settings(12, 5, data), of={"train": 10**6, "validation": 50, "test": 200})
    assert "Samples are used: 200 of 1,000,000 train rows." in str(of_many)


@pytest.mark.usefixtures("small", "results_folder")
def test_progress_only_grows_over_all_stages_whether_it_goes_on_or_begins():
    begun, again = [], []
    for seen in (begun, again):
        advise(table(100), settings=9, seeds=2, tell=str, watch=lambda one, to=seen: to.append((one.done, one.left)))
        assert [done for done, _ in seen] == sorted(done for done, _ in seen) and seen[-1] == (1, 0)
    assert len(begun) > 50 and len(again) == 1, "all of it was kept from before"


@pytest.mark.usefixtures("small", "results_folder")
def test_stages_come_in_the_plan_s_order_and_each_moves_the_bar():
    seen, data = [], table(100)
    advise(data, settings=9, seeds=2, tell=str, watch=lambda one: seen.append((one.title, one.done)))
    planned = [*dict.fromkeys(title for title, *_ in Plan.of_settings(9, 2, data).stages(data, 0))]
    assert [*dict.fromkeys(title for title, _ in seen)] == planned
    assert [*planned[:2], *planned[-2:]] == ["search, round 1 of 3", "search, round 2 of 3", "testing", "testing trees"]
    first = [done for title, done in seen if title == planned[0]]
    assert max(first) < 0.6 and len({*first}) > 5


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="no process can be suspended here")
@pytest.mark.usefixtures("small", "results_folder")
def test_processes_that_are_suspended_are_noticed(found):
    silent = []
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        worker = pool.submit(os.getpid).result()

        def watch(progress):
            if not silent:
                os.kill(worker, signal.SIGSTOP)
            silent.append(progress.silent)
            if max(silent) > 1:
                os.kill(worker, signal.SIGCONT)

        answer = advise(table(), settings=4, seeds=2, executor=pool, tell=str, watch=watch)
    assert comparable(answer) == comparable(found)
    assert 1 < max(silent) < 60


def test_what_is_left_follows_how_long_it_took(monkeypatch):
    clock = iter(range(0, 10_000, 10))
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    with progress.Progress([("one", 10.0), ("two", 90.0)], lambda found: None) as found:
        assert found.left == 100
        found.begin("one")
        found.note(0.5)  # 5 of the plan's seconds took 10 by the clock
        assert found.done == 0.05 and found.left == 95 * (10 + 1) / (5 + 1)
        found.begin("two")  # the rest of it was kept, and took no time
        assert found.done == 0.1 and found.left == 90 * 11 / 6
    assert found.done == 1


def test_the_bar_says_the_stage_and_where_no_result_comes(monkeypatch):
    said, bar = [], SimpleNamespace(n=0.0, close=lambda: said.append("closed"))
    bar.set_description_str = lambda text, refresh: said.append(text)
    bar.update = lambda part: setattr(bar, "n", bar.n + part)
    monkeypatch.setattr(progress, "progress_bar", lambda title, total: bar)
    with progress.Progress([("one", 10.0)]) as found:
        found.begin("one")
        executors.progress_bar("one", 4).update(2)
        found.changed -= 75
        found.note(0.5)
        assert bar.n == 5
    assert said == ["one", "one, no result for 75 s", "one", "closed"] and bar.n == 10


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


@pytest.mark.usefixtures("small", "results_folder")
def test_of_many_rows_samples_are_used_and_that_is_said(monkeypatch):
    monkeypatch.setattr(rows.sampled, "__defaults__", (100,))
    monkeypatch.setattr(plan, "MOST_ROWS", 100)
    answer = advise(table(300), settings=2, seeds=2, tell=str)
    assert answer.rows == 750 and {len(one.correct[0]) for one in answer.arms.values()} == {100}
    said = "Samples are used: 100 of 300 train rows, 100 of 150 validation rows, 100 of 300 test rows."
    assert said in answer.notes and said in answer.table()


def test_the_commonest_class_is_that_of_the_rows_to_train_on():
    from helpers.lab.advise import _commonest

    train = replace(toy_examples(90, 1), labels=np.arange(90) % 10 // 9 * 2)
    data = toy_data(train=train, test=replace(toy_examples(90, 3), labels=2 - train.labels))
    found = _commonest(data, [data], 2)
    assert found.correct.shape == (2, 90) and found.correct.mean() == 0.1


def test_each_worker_halves_the_time_of_a_plan():
    one, two, four = (plan.plan_for(1e-9, 2, table(), 0, workers, plan.Speed(1e-8, 0.1))[1] for workers in (1, 2, 4))
    assert two == pytest.approx(one / 2 / plan.EFFICIENCY) and four == pytest.approx(two / 2)


def test_a_part_of_the_cocktail_is_worth_what_is_lost_without_it(monkeypatch):
    room, cocktail = sys.modules["helpers.lab.advise"], Recipe(drop_rate=0.2, l2=1e-3)
    right = [np.arange(1000) < 800, np.arange(1000) < 900]
    chosen = {"plain big": Chosen(Recipe(), right, 9), "cocktail": Chosen(cocktail, right, 9)}

    def judged(recipes, folds, seeds, executor, title, progress):
        shares = {recipe: 0.7 if recipe.drop_rate else 0.6 for recipe in recipes}
        return {recipe: [SimpleNamespace(correct=np.arange(1000) < 1000 * shares[recipe])] * 2 for recipe in recipes}

    monkeypatch.setattr(room, "judged", judged)
    found = room._parts(chosen, [], [], None, None)
    assert {part: round(gain.mean, 3) for part, gain in found.items()} == {"drop_rate": 0.25, "l2": 0.15}


def test_the_parts_of_a_cocktail_are_taken_out_one_by_one():
    from helpers.lab.advise.arms import without_each_part

    arms = Plan.of_settings(8, 5, table()).arms()
    plain, cocktail = arms["plain big"].recipe, replace(arms["cocktail"].recipe, schedule="constant", l2=0.0)
    without = without_each_part(cocktail, plain)
    assert {*without} == {"drop_rate", "input_drop_rate", "weight_decay", "max_norm", "schedule"}
    assert without["drop_rate"] == replace(cocktail, drop_rate=0.0)
    assert without["schedule"].schedule == "cosine"


def refuse(number):
    def refused(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return refused


@pytest.mark.usefixtures("small", "results_folder")
def test_where_no_processes_can_be_used_this_one_does_it_all(found, monkeypatch):
    monkeypatch.setattr(executors, "cores", lambda: 2)
    monkeypatch.setattr(loky, "get_reusable_executor", refuse(errno.ENOENT))
    executors._warn_once.cache_clear()
    with pytest.warns(UserWarning, match="this one trains alone: that is only slower") as said:
        assert comparable(advise(table(), settings=4, seeds=2)) == comparable(found)
    assert len(said) == 1


@pytest.mark.usefixtures("small", "results_folder")
def test_where_nothing_can_be_kept_there_is_an_answer_all_the_same(found, monkeypatch):
    monkeypatch.setattr(cache, "write_whole", refuse(errno.EROFS))
    monkeypatch.setattr(plan.Speed, "measured", lambda data: plan.Speed(2e-7, 0.01))
    with pytest.warns(UserWarning, match="Results can't be kept in"):
        assert comparable(advise(table(), settings=4, seeds=2)) == comparable(found)
        assert plan.Speed.kept(table()) == plan.Speed(2e-7, 0.01)


@pytest.mark.usefixtures("small", "results_folder")
def test_a_process_that_is_killed_at_its_trees_is_said_in_plain_words(monkeypatch):
    monkeypatch.setattr(trees, "fit", kill_this_process)
    said = r"probably because the memory ran out\. Run the cell again"
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(RuntimeError, match=said):
        trees.fits([({}, 0), ({}, 1)], table(), "test", pool)


def kill_this_process(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)
