"""The benchmarks run, do the work that they say they time, and print one JSON object last. Nothing here is timed."""

import json
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest

from benchmarks import advice, advice_cost, course, curves, headline, shape, stacking
from helpers.lab import Estimate, Recipe, load_mnist, results
from helpers.lab.executors import Stopped
from helpers.lessons.lesson_03 import experiment as lesson_03
from helpers.lessons.your_own_data import cost
from helpers.nn import Adam, Examples

from .lab.advise.conftest import make_small
from .notebooks import stated

TINY = stacking.Case((4, 6, 5, 3), batch=7, networks=2, steps=3)
NAMES = ["ours_over_products", "torch_over_ours", "torch_stacked_over_ours", "sklearn_over_ours", "jax_over_ours"]


def test_stacking_runs_and_prints_its_ratios_as_json_last():
    pytest.importorskip("sklearn")
    command = [sys.executable, "-m", "benchmarks.stacking", "--rounds", "1", "--steps", "2"]
    command += ["--sizes", "0", "1", "--only", "products", "ours", "torch", "sklearn"]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    results = json.loads(done.stdout.splitlines()[-1])
    assert list(results) == ["64-256-10/32", "40-128-128-10/100"]
    for found in results.values():
        assert list(found) == NAMES
        assert found["ours_over_products"] > 0 and found["sklearn_over_ours"] > 0
        assert (found["torch_over_ours"] is None) == ("torch missing" in done.stdout) and found["jax_over_ours"] is None
    assert f"numpy {np.__version__}" in done.stdout and "10 networks, 2 cores, drop rate 0.2, Adam" in done.stdout


def test_the_ratios_are_quotients_of_medians():
    times = {"products": [2.0, 4.0, 90.0], "ours": [8.0, 1.0, 9.0], "torch": [24.0, 24.0, 1.0], "sklearn": [20.0] * 3}
    stacked = {"torch, bmm": [16.0] * 3, "torch, compiled": [12.0] * 3, "torch, vmap": []}
    assert list(stacking.ratios(times | stacked).values()) == [2, 3, 1.5, 2.5, None]


def test_a_missing_peer_has_no_ratio_and_the_table_says_so(monkeypatch):
    for package in ("torch", "torch.nn", "torch.func", "jax", "sklearn", "sklearn.neural_network"):
        monkeypatch.setitem(sys.modules, package, None)  # so that importing it fails
    times = stacking.measure(TINY, 2, stacking.CONTENDERS)
    assert len(times["ours"]) == len(times["products"]) == 2 and times["torch"] == times["sklearn"] == []
    found = stacking.ratios(times)
    assert found.pop("ours_over_products") > 0 and {*found.values()} == {None}
    assert stacking.table(TINY, times).count("not installed") == 7


def test_the_cores_are_given_back():
    before = os.sched_getaffinity(0)
    with stacking.cores(1):
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


@pytest.mark.parametrize("variant", stacking.VARIANTS, ids=str)
def test_each_variant_runs(variant):
    case = replace(TINY, **variant)
    times = stacking.measure(case, 1, ("products", "ours"))
    assert len(times["ours"]) == 1
    assert str(case).startswith("4-6-5-3/7: ") and str(case) != str(TINY)


def test_the_products_are_those_of_a_training_step(monkeypatch):
    """Forward; then backward, for each layer its weights' gradient and its inputs' error, but for the first layer."""
    shapes = []
    matmul = np.matmul

    def recorded(a, b, out=None):
        shapes.append((a.shape, b.shape, a.dtype, b.dtype))
        return matmul(a, b, out=out)

    run = stacking.products(TINY)
    monkeypatch.setattr(np, "matmul", recorded)
    run()
    products = [((2, 7, i), (2, i, o)) for i, o in ((4, 6), (6, 5), (5, 3))]
    products += [((2, 5, 7), (2, 7, 3)), ((2, 7, 3), (2, 3, 5)), ((2, 6, 7), (2, 7, 5)), ((2, 7, 5), (2, 5, 6))]
    products += [((2, 4, 7), (2, 7, 6))]
    assert [shape[:2] for shape in shapes] == products * TINY.steps
    assert {dtype for shape in shapes for dtype in shape[2:]} == {np.dtype(np.float32)}


def counted(monkeypatch, owner, method):
    """A list that gets longer with each call of the method."""
    calls = []
    original = getattr(owner, method)
    monkeypatch.setattr(owner, method, lambda *args, **kwargs: calls.append(args[0]) or original(*args, **kwargs))
    return calls


def test_ours_makes_the_steps_for_all_networks_at_once(monkeypatch):
    run = stacking.ours(TINY)
    calls = counted(monkeypatch, Adam, "step")
    epoch = run()
    assert len(calls) == TINY.steps and epoch.loss.shape == (TINY.networks,)


def test_two_cores_share_the_networks(monkeypatch):
    calls = counted(monkeypatch, Adam, "step")
    losses = [epoch.loss for epoch in stacking.ours(replace(TINY, networks=5, threads=2))()]
    assert [len(loss) for loss in losses] == [3, 2] and len(calls) == 2 * TINY.steps


@pytest.mark.parametrize("contender", [stacking.torch_bmm, stacking.torch_vmap])
def test_stacked_pytorch_trains_all_networks(contender, monkeypatch):
    torch = pytest.importorskip("torch")
    run = contender(TINY)
    calls = counted(monkeypatch, torch.optim.Adam, "step")
    run()
    parameters = calls[0].param_groups[0]["params"]
    assert len(calls) == TINY.steps and all(len(parameter) == TINY.networks for parameter in parameters)
    assert sum(parameter.numel() for parameter in parameters) == 2 * (4 * 6 + 6 + 6 * 5 + 5 + 5 * 3 + 3)
    assert all(parameter.grad is not None and parameter.grad.abs().sum() > 0 for parameter in parameters)


def test_pytorch_makes_the_steps_for_each_network_with_dropout(monkeypatch):
    torch = pytest.importorskip("torch")
    run = stacking.torch_eager(TINY)
    calls = counted(monkeypatch, torch.optim.Adam, "step")
    masks = counted(monkeypatch, torch.nn.Dropout, "forward")
    run()
    assert len(calls) == TINY.steps * TINY.networks and len(set(map(id, calls))) == TINY.networks
    assert len(masks) == 2 * len(calls) and {mask.p for mask in masks} == {0.2} and all(mask.training for mask in masks)
    weights = calls[0].param_groups[0]["params"][0::2]
    assert [tuple(weight.shape) for weight in weights] == [(6, 4), (5, 6), (3, 5)]
    assert {weight.dtype for weight in weights} == {torch.float32}


def test_scikit_learn_makes_the_steps_for_each_network_in_float32(monkeypatch):
    optimizers = pytest.importorskip("sklearn.neural_network._stochastic_optimizers")
    run = stacking.sklearn_mlp(TINY)
    calls = counted(monkeypatch, optimizers.AdamOptimizer, "update_params")
    run()
    assert len(calls) == TINY.steps * TINY.networks and len(set(map(id, calls))) == TINY.networks
    assert [moments.shape for moments in calls[0].ms[:3]] == [(4, 6), (6, 5), (5, 3)]
    assert {moments.dtype for moments in calls[0].ms} == {np.dtype(np.float32)}


# The headline.


@pytest.fixture
def small_headline(monkeypatch, tmp_path):
    """The headline's arms, small, on 300 images, with folders of its own."""
    full = load_mnist()
    parts = {"train": 300, "validation": 100, "test": 200}
    cut = {name: Examples(*getattr(full, name).take(np.arange(count)), 10) for name, count in parts.items()}
    monkeypatch.setattr(headline, "load_mnist", lambda: replace(full, **cut))
    small = {arm: [replace(setting, hidden=(8, 8)) for setting in tried] for arm, tried in headline.ARMS.items()}
    monkeypatch.setattr(headline, "ARMS", small)
    monkeypatch.setattr(headline, "UPDATES", 8)
    monkeypatch.setattr(headline, "TUNING_UPDATES", 3)
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path / "results")
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "cache" / "results"))
    monkeypatch.setattr(sys, "argv", ["headline", "--seeds", "2"])
    return tmp_path


def test_the_headline_keeps_each_arm_s_errors_and_goes_on_from_what_is_finished(small_headline, monkeypatch, capsys):
    headline.main()
    first = results.load_results("headline")
    for arm, kept in first["arms"].items():
        assert kept["test_error_percent"] == [len(wrong) / 2 for wrong in kept["wrong"]], arm  # of 200 images
        assert len(kept["seeds"]) == len(kept["losses"]) == 2
        assert len(kept["losses"][0]) == 2, "400 images are 4 steps, so 8 updates are 2 epochs"
        tried = {trial["at"]: trial["validation_error_percent"] for trial in first["settings"]["tuning"][arm]}
        chosen = headline.ARMS[arm][min(sorted(tried), key=tried.get)]
        assert len(tried) == 4 and kept["setting"]["learning_rate"] == chosen.learning_rate
    assert len(first["figures"]["error"]) == 4 and "dropout minus plain" in first["figures"]["difference"]
    assert "published: 1.25" in capsys.readouterr().out
    assert not [*(small_headline / "cache" / "headline").glob("*.npz")]
    monkeypatch.setattr(headline, "test_one", lambda *arguments: 1 / 0)
    monkeypatch.setattr(headline, "tune_one", lambda *arguments: 1 / 0)
    headline.main()
    assert results.load_results("headline")["arms"] == first["arms"]
    monkeypatch.setattr(headline, "UPDATES", 12)
    with pytest.raises(SystemExit, match="other settings"):
        headline.main()


def test_fewer_seeds_than_there_are_lose_none(small_headline, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["headline", "--seeds", "3"])
    headline.main()
    arms = results.load_results("headline")["arms"]
    monkeypatch.setattr(sys, "argv", ["headline", "--seeds", "2"])
    content = results.results_folder() / "headline.json"
    stored = json.loads(content.read_text())
    stored["settings"]["tuning"]["smaller"].pop()  # one trial is to be done again, so that the file is written anew
    content.write_text(json.dumps(stored))
    headline.main()
    found = results.load_results("headline")
    assert found["arms"] == arms and len(found["settings"]["tuning"]["smaller"]) == 4
    assert found["seeds"] == headline.my_seeds(3, name="unnamed")


def test_a_training_cut_off_ends_at_the_same_bits(small_headline):
    data = headline.load_mnist()
    setting = replace(headline.ARMS["dropout_max_norm"][0], hidden=(8, 8))

    def stop_after(epochs):
        def advance(part):
            if part >= epochs / 4:
                raise Stopped

        return advance

    def run(name, advance=lambda part: None):
        return headline.train_one(setting, 3, data.train, 12, small_headline / name, advance)

    whole, losses = run("whole.npz")
    assert len(losses) == 4
    for epochs in (1, 3):
        with pytest.raises(Stopped):
            run("cut.npz", stop_after(epochs))
    again, same = run("cut.npz")
    assert same == losses and np.array_equal(again.parameters, whole.parameters)


def test_differences_pair_seeds_and_images():
    kept = {"seeds": [5, 6, 7], "wrong": [[0], [0, 1], [0, 1, 2]]}
    arms = dict.fromkeys(headline.ARMS, kept) | {"dropout": {"seeds": [6, 7], "wrong": [[0, 1], [0, 1, 2]]}}
    found = headline.summary(arms, images=10)
    assert found["difference"]["dropout minus plain"].mean == 0
    assert found["difference"]["dropout minus plain"].low == 0
    arms["dropout_max_norm"] = {"seeds": [6, 7], "wrong": [[0, 1, 2, 3], [0, 1, 2, 3]]}  # 20 and 10 points more
    assert headline.summary(arms, images=10)["difference"]["dropout_max_norm minus dropout"].mean == pytest.approx(15)
    assert found["error"]["plain"].mean == pytest.approx(20)


def test_the_curves_are_measured_and_drawn(tmp_path, monkeypatch, capsys):
    small = {"NETWORKS": (1, 2), "WIDTHS": (4, 8), "BATCHES": (5, 10), "AMOUNTS": (100, 200), "SECONDS": 0.001}
    for name, value in small.items():
        monkeypatch.setattr(curves, name, value)
    monkeypatch.setattr(sys, "argv", ["curves", "--rounds", "1", "--to", str(tmp_path / "curves.png")])
    curves.main()
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert [curve["x"] for curve in found.values()] == [[1, 2], [4, 8], [5, 10], [100, 200]]
    assert all(value > 0 for curve in found.values() for value in curve["time"] + curve["memory_mb"])
    assert found["Width"]["memory_mb"][1] > found["Width"]["memory_mb"][0]
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")


# The shape.


def test_the_shape_is_run_at_each_amount_kept_and_drawn(tmp_path, monkeypatch, capsys):
    small = {"AMOUNTS": (100, 300), "BASE": Recipe(hidden=(8, 8)), "EPOCHS": 1, "UPDATES": 4, "TRIALS": 2}
    for name, value in (small | {"NETWORKS": 3}).items():
        monkeypatch.setattr(shape, name, value)
    for lesson in ("lesson-03", "lesson-04"):
        (tmp_path / f"{lesson}.json").write_bytes((results.results_folder() / f"{lesson}.json").read_bytes())
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["shape", "--to", str(tmp_path / "shape.png")])
    shape.main()
    found = results.load_results("shape")
    assert [found["settings"][amount]["epochs"] for amount in ("100", "300")] == [4, 2], "at least 4 updates"
    assert [*found["figures"]["accuracy"]] == ["100", "300"] and len(found["seeds"]) == 3
    assert [*found["figures"]["accuracy"]["100"]] == ["without dropout", "rate 0.2", "rate 0.5"]
    assert len({data["fingerprint"] for data in found["data"]}) == 2
    assert (tmp_path / "shape.png").read_bytes().startswith(b"\x89PNG")
    assert shape.report(shape.stored()) + "\n" == capsys.readouterr().out


def test_an_error_s_interval_is_that_of_the_accuracy_upside_down():
    assert shape.errors([Estimate(0.75, 0.5, 0.875)]) == [Estimate(0.25, 0.125, 0.5)]


def test_a_lesson_is_timed_cell_by_cell(monkeypatch):
    heading = nbformat.v4.new_markdown_cell("## For sceptics", metadata={"jp-MarkdownHeadingCollapsed": True})
    folded = nbformat.v4.new_code_cell("import time; time.sleep(0.3)")
    cells = [nbformat.v4.new_markdown_cell("# A"), nbformat.v4.new_code_cell("x = 1"), heading, folded]
    monkeypatch.setattr(course.lessons, "read", lambda name: nbformat.v4.new_notebook(cells=list(cells)))
    found = course.measure("any")
    assert list(found["cells"]) == [cells[1].id, folded.id]
    assert 0.3 <= found["folded_seconds"] == round(found["cells"][folded.id], 1) and 20 < found["peak_mb"] < 250
    assert found["cells"][cells[1].id] < found["seconds"]


def test_the_import_is_timed_beyond_numpy():
    assert 5 < course.importing(rounds=1) < 5000


def test_the_readme_quotes_the_headline_right():
    text = (Path(headline.__file__).parent / "README.md").read_text(encoding="utf-8")
    found = results.load_results("headline")
    assert f"```\n{headline.report(found)}\n```" in text
    rate = {arm: kept["setting"]["learning_rate"] for arm, kept in found["arms"].items()}
    assert rate["plain"] == rate["smaller"] == stated(text, "# for the plain", "learning rate", "chose")
    assert rate["dropout"] == rate["dropout_max_norm"] == stated(text, "# with dropout", "learning rate", "chose")
    assert found["arms"]["dropout_max_norm"]["setting"]["max_norm"] == stated(text, "# as the limit", "chose")
    means = {arm: estimate["mean"] for arm, estimate in found["figures"]["error"].items()}
    assert means["dropout"] <= 1.25 == stated(text, "# with dropout", "aim", "met")
    assert means["dropout_max_norm"] > 1.10 == stated(text, "# with max-norm", "aim", "missed")
    differences = found["figures"]["difference"]
    assert max(differences[name]["high"] for name in ("dropout minus smaller", "dropout_max_norm minus dropout")) < 0
    assert differences["dropout minus plain"]["low"] < 0 < differences["dropout minus plain"]["high"]


def test_the_readme_quotes_the_shape_right():
    text = (Path(shape.__file__).parent / "README.md").read_text(encoding="utf-8")
    by_amount = shape.stored()
    assert shape.report(by_amount) in text and [*by_amount] == [*shape.AMOUNTS]
    pairs = [(at["rate 0.5"].mean, at["without dropout"].mean) for at in by_amount.values()]
    *gained, lost = (round(100 * (dropout - plain)) for dropout, plain in pairs)
    assert tuple(gained) == stated(text, "#, #, #, #, # and # points", "gain")
    assert -lost == stated(text, "loss of # points")
    means = {rate: accuracy.mean for rate, accuracy in lesson_03.full_size().accuracy.items()}
    flat = max(means.values()) - stated(text, "within # points", "lowest") / 100
    low, high = stated(text, "from # to #", "lowest")
    assert [rate for rate in means if means[rate] > flat] == [rate for rate in means if low <= rate <= high]
    settings = results.load_results("shape")["settings"]
    on_the_edge = tuple(int(amount) for amount, how in settings.items() if any(how["edges"].values()))
    assert on_the_edge == stated(text, "# and # examples", "smallest")


def test_the_advice_is_measured_in_pieces_and_no_piece_twice(tmp_path, monkeypatch, capsys):
    asked, file = [], tmp_path / "found.jsonl"

    def advise(data, seeds, settings):
        asked.append((data.test.x.tobytes(), settings))
        shares = {"L2": 0.5, "dropout": 0.75}
        arms = {arm: SimpleNamespace(correct=np.ones((2, 10)) * share) for arm, share in shares.items()}
        return SimpleNamespace(arms=arms, recommendation="L2", best="dropout", verdict="better")

    def peer(data, seconds, number):
        if len(file.read_text().splitlines()) == 5:
            raise KeyboardInterrupt
        return 0.25, seconds

    monkeypatch.setattr(advice, "advise", advise)
    monkeypatch.setattr(advice, "peer", peer)
    monkeypatch.setitem(advice.BUDGETS, "wine", (3, 9))
    options = ["advice", "--tables", "wine", "--splits", "2", "--to", str(file), "--parts", "advice", "longer", "peer"]
    monkeypatch.setattr(sys, "argv", options)
    for trouble in (KeyboardInterrupt, None):
        with pytest.raises(trouble) if trouble else nullcontext():
            advice.main()
        monkeypatch.setattr(advice, "peer", lambda data, seconds, number: (0.3, seconds))
    printed = capsys.readouterr().out.splitlines()
    assert "minus longer: -25.0 points" in printed[-2] and "minus peer: +22.5 points" in printed[-2]
    assert "(2 splits)" in json.loads(printed[-1])["wine"]["longer"]
    assert [settings for _, settings in asked] == [3, 9, 3, 9], "none twice"
    assert len({rows for rows, _ in asked}) == 2, "another split has other rows to test on"
    rows = [json.loads(line) for line in file.read_text().splitlines()]
    assert [(row["part"], row["split"]) for row in rows] == [
        (part, split) for split in (0, 1) for part in ("advice", "longer", "peer")
    ]
    assert rows[2]["tried"] == 5 * 60 * 2 * 0.8, "as many processor seconds as the advice's plan has"


def test_what_the_minutes_buy_is_counted_in_processor_seconds(monkeypatch, capsys):
    monkeypatch.setattr(
        advice.Speed, "measured", lambda data, clock: advice.Speed(clock is time.process_time and 1e-7, 0)
    )
    monkeypatch.setattr(sys, "argv", ["advice", "--tables", "wine", "--plan"])
    advice.main()
    name, short, long = capsys.readouterr().out.split()
    assert name == "wine" and 2 < int(short) < int(long)
    assert all(2 <= few < many for few, many in advice.BUDGETS.values())


def test_the_peer_of_the_advice_is_tuned_and_learns():
    pytest.importorskip("sklearn")
    accuracy, tried = advice.peer(advice.split_anew(*advice.table("wine"), 0), 0, 0)
    assert accuracy > 0.6 and tried == 1


@pytest.mark.parametrize(("name", "shape"), [("made-2", (6000, 20)), ("spambase", (4597, 57)), ("digits", (1797, 64))])
def test_the_tables_of_the_advice(name, shape):
    x, y = advice.table(name)
    assert x.shape == shape and len(y) == len(x)


# The advice's cost.


def test_the_cost_of_advice_is_measured_task_by_task_and_kept(tmp_path, monkeypatch, capsys):
    pytest.importorskip("sklearn")
    make_small(monkeypatch)
    monkeypatch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path / "kept"))
    small = {"BASE": {"settings": 2, "seeds": 2, "rows": 100}, "SPREAD": {"settings": 3, "seeds": 2, "rows": 100}}
    axes = {"settings": (2, 3), "seeds": (2, 4), "rows": (100, 200)}
    for name, value in (small | {"AXES": axes}).items():
        monkeypatch.setattr(advice_cost, name, value)
    monkeypatch.setattr(results, "results_folder", lambda: tmp_path)
    monkeypatch.setattr(sys, "argv", ["advice_cost", "--to", str(tmp_path / "cost.png")])
    advice_cost.main()
    spent, stages = cost.stored()
    assert {axis: [*map(int, seconds)] for axis, seconds in spent.items()} == {axis: [*axes[axis]] for axis in axes}
    assert min(seconds for one in spent.values() for seconds in one.values()) > 0.1
    assert spent["settings"]["2"] == spent["seeds"]["2"] == spent["rows"]["100"], "the same search, done once"
    rounds = ["search, round 1 of 2", *["search, round 2 of 2"] * 2]
    assert [title for title, _ in stages[8]] == [*rounds, "trees", "testing", "trees", "between"]
    assert len(stages[1][0][1]) < len(stages[8][0][1]) <= len(stages[64][0][1]), "more workers, more tasks"
    assert (tmp_path / "cost.png").read_bytes().startswith(b"\x89PNG")
    assert "with any number" in capsys.readouterr().out


def test_workers_take_the_next_task_and_wait_at_the_end_of_each_stage():
    stages = [["one", [3.0, 1.0, 1.0, 1.0]], ["two", [2.0]], ["between", [0.5]]]
    assert cost.clock(stages, 1) == 8.5 and cost.clock(stages, 2) == 5.5 and cost.least(stages) == 5.5


def test_the_readme_quotes_the_cost_of_advice_right():
    text = (Path(advice_cost.__file__).parent / "README.md").read_text(encoding="utf-8")
    spent, stages = cost.stored()
    assert advice_cost.report(spent, stages) in text
    times = cost.faster(stages)
    assert (round(times[8], 1), round(times[64], 1)) == stated(
        text, "# times as fast with 8 workers and # times with 64"
    )
    assert stated(text, "# times at most", "any number") == round(cost.clock(stages[1], 1) / cost.least(stages[64]), 1)
    base, spread = (results.load_results("advice-cost")["settings"][name] for name in ("base", "spread"))
    assert base == advice_cost.BASE and spread == advice_cost.SPREAD
