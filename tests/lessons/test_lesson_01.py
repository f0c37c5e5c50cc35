"""What lesson 1's text says is so: taken from what its cells show, or computed again with its own functions."""

import re
from types import SimpleNamespace

import numpy as np
import pytest

from helpers import lab
from helpers.lab.full_size import stored_trial
from tests import notebooks as lessons

NAME = "01-build-a-network"
# The full-size experiment, made small
SMALL = {"RATES": (0.1, 0.3), "HIDDEN": 4, "EPOCHS": 1}


@pytest.fixture(scope="module")
def lesson():
    """What the lesson has built when it begins to train: its functions and its data. No widgets, no pictures."""
    built = {}
    for cell in lessons.code_cells(lessons.read(NAME)):
        if not re.search(r"Prediction\(|exercises\.|pictures\.|panel\.|\.beside\(", cell.source):
            exec(cell.source, built)
        if "def right_answers" in cell.source:
            return SimpleNamespace(**built)


def says(text, *phrases):
    """The text still says what is tested here."""
    for phrase in phrases:
        assert phrase in text, f"the text no longer says {phrase!r}"


def test_the_pictures(lesson, text):
    says(text, "64 numbers from 0 (white) to 1 (black)", "8 × 8 pictures")
    assert lesson.x.shape[1] == 64 and lesson.x.min() == 0 and lesson.x.max() == 1
    assert len(lesson.x) > 3000  # as the quiz says


def test_its_weights_and_what_they_could_store(lesson, text):
    says(text, "they have almost 200,000 numbers, the network about a hundredth of that")
    assert sum(array.size for array in lesson.weights) == 2410
    assert 190_000 < lesson.x.size < 200_000 and 70 < lesson.x.size / 2410 < 130


def test_the_signal_keeps_its_size(lesson, text):
    says(text, "small enough that the signal roughly keeps its size from layer")
    sizes = [np.sqrt((values**2).mean()) for values in (lesson.x, lesson.hidden, lesson.outputs)]
    assert max(sizes) < 2.5 * min(sizes)


def test_before_training_it_guesses(lesson, shown, text):
    says(
        text,
        "about one answer in ten is right, which is guessing",
        "a loss of log 10 = 2.30. Random weights are no better",
    )
    assert 5 < float(re.search(r"([\d.]+)% right", shown("labels).mean():.1%} right")).group(1)) < 15
    assert float(re.search(r"loss ([\d.]+)", shown("def cross_entropy")).group(1)) >= 2.30
    assert round(np.log(10), 2) == 2.30
    for seed in range(5):
        weights = lesson.first_weights(np.random.default_rng(seed))
        assert lesson.cross_entropy(lesson.x, lesson.labels, weights) > 2.25


def test_taking_off_the_largest_output_changes_nothing(lesson, text):
    says(text, "Taking off the largest output first changes nothing, but keeps `exp` from overflowing")
    powers = np.exp(lesson.outputs)
    assert np.allclose(lesson.softmax(lesson.outputs), powers / powers.sum(axis=1, keepdims=True), rtol=1e-13)
    assert lesson.softmax(np.array([[1000.0, 0.0]])).tolist() == [[1, 0]]


def test_how_hard_each_loss_pulls(text):
    """On the right digit's output: by central differences, for its probability near 0."""
    says(text, "There the network is sure of a wrong digit, and squared error hardly pulls")

    def pull(loss, output, step=1e-6):
        probability = [1 / (1 + 9 * np.exp(-z)) for z in (output - step, output + step)]
        return (loss(probability[0]) - loss(probability[1])) / (2 * step)

    assert pull(lambda p: -np.log(p), -20) == pytest.approx(1, abs=1e-6)
    assert pull(lambda p: (1 - p) ** 2, -20) == pytest.approx(0, abs=1e-6)


def test_the_gradient_is_right_to_rounding_and_its_lie_is_seen(shown, text):
    says(text, "All are far below 1e-7 (0.0000001)", "a relative error of 0.3 where 0.0000001 is allowed")
    right = dict(re.findall(r"(\w+): relative error (\S+)", shown("def check(backward)")))
    lie = dict(re.findall(r"(\w+): relative error (\S+)", shown("def half_backward")))
    assert list(right) == list(lie) == ["W1", "b1", "W2", "b2"]
    assert all(float(error) < 1e-8 for error in right.values())
    assert lie["W1"] == lie["b1"] == "3e-01" and lie["W2"] == right["W2"]


def test_each_gradient_has_a_learning_rate_from_inside_the_grid(shown):
    """A best one at the edge would mean that the grid is too small."""
    chosen = re.search(r"learning rates chosen: (\S+) and (\S+)", shown("def best_rate"))
    assert set(chosen.groups()) <= {"0.2", "0.4", "0.8", "1.6"}


def test_how_many_it_reads(shown, text):
    says(text, "Your network reads 95 % of the digits")
    read = float(re.search(r"([\d.]+)% read right", shown("reading.beside(")).group(1))
    assert 94 <= read <= 96
    many = [float(value) for value in re.findall(r"0\.\d+", shown("evaluate(ten_networks, data.test)"))]
    assert len(many) == 10 and 0.94 <= np.mean(many) <= 0.96


def test_the_verdict(shown, text):
    says(text, "The walker still came down", "A wrong gradient can look fine. That is this lesson's verdict")
    told = shown('print("The claim"')
    low, high = (float(end) for end in re.search(r"interval (\S+) to ([^)\s]+)\)", told).groups())
    assert "The claim fails" in told and low < high < 1
    assert abs(float(re.search(r"([+-][\d.]+) points", shown("lie.beside(")).group(1))) < 1


def test_with_the_sign_turned_round_nothing_is_learned(lesson, text):
    says(text, "Turn the sign round, and nothing is learned")

    def turned(x, labels, weights):
        return [-gradient for gradient in lesson.backward(x, labels, weights)]

    with np.errstate(all="ignore"):  # its weights grow beyond all bounds
        weights = lesson.train_by_hand(turned, 0.3, seed=0, epochs=2)
        assert lesson.right_answers(lesson.data.test, weights).mean() < 0.15
    assert lesson.right_answers(lesson.data.test, lesson.train_by_hand(lesson.backward, 0.3, 0, 2)).mean() > 0.7


def test_with_50_runs_the_halved_gradient_is_ahead(text):
    says(text, "With 50 runs each the halved one is even ahead, by 0.6 points: less than the point that counts")
    found = stored_trial("G")
    assert "50 seeds" in lab.load_claims()["G"].conditions and len(lab.load_results("lesson-01")["seeds"]) == 50
    assert round(100 * found.difference.mean, 1) == -0.6 and -found.margin < found.difference.low


def test_the_halved_gradient_still_points_downhill(lesson, text):
    says(text, "the halved gradient still points downhill, and is exactly half the learning rate for one layer")
    few = lesson.x[:100], lesson.labels[:100], lesson.first_weights(np.random.default_rng(0))
    right, half = (np.concatenate([part.ravel() for part in f(*few)]) for f in (lesson.backward, lesson.half_backward))
    assert right @ half > 0.8 * np.linalg.norm(right) * np.linalg.norm(half)
    first = 64 * 32 + 32  # the weights and biases of one layer
    assert np.array_equal(half[:first], right[:first] / 2) and np.array_equal(half[first:], right[first:])


def test_the_suspects(shown):
    """As the hints say: A is wrong in all arrays by the same factor, B in b1 alone, C in none."""
    told = shown("suspects_exercise", with_solutions=True)
    parts = re.findall(r"^([ABC])\n((?:\w\d:.*\n)+)", told, re.MULTILINE)
    errors = {name: re.findall(r"relative error (\S+)", part) for name, part in parts}
    assert len(errors["A"]) == 4 and len(set(errors["A"])) == 1 and float(errors["A"][0]) > 0.1
    assert [float(error) > 1e-7 for error in errors["B"]] == [False, True, False, False]
    assert all(float(error) < 1e-7 for error in errors["C"])
