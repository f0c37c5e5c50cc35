"""Seeds are counted beforehand, other ones for each learner and purpose, and never the same for two of them."""

import json
from itertools import combinations

import numpy as np
import pytest

from helpers.lab import choose_name, my_seeds
from helpers.lab.seeds import LEARNERS, MOST, PURPOSES, are_of
from helpers.nn import stream

NAMES = [None, "blue otter", "red otter", "otter", "Ottilie", "éclair", "7", "水獺"]


@pytest.fixture(autouse=True)
def unnamed(tmp_path, monkeypatch):
    monkeypatch.setenv("DROPOUT_COURSE_EVIDENCE", str(tmp_path))


def test_without_a_name_they_are_fixed():
    assert my_seeds(3) == my_seeds(3, "final") == my_seeds(3, name="unnamed") == [0, 1, 2]
    assert my_seeds(3, "tuning") == [10_000, 10_001, 10_002]


def test_a_name_gives_the_same_seeds_on_any_machine():
    assert my_seeds(2, name="blue otter") == [13378991220000, 13378991220001]
    assert my_seeds(2, "tuning", "blue otter") == [13378991230000, 13378991230001]


FIRST = {  # of seeds with which figures were found that texts quote
    "unnamed": (0, 10_000),
    "blue otter": (13378991220000, 13378991230000),
    "red otter": (2442267120000, 2442267130000),
    "7": (16233464620000, 16233464630000),
    "水獺": (11340741860000, 11340741870000),
}


@pytest.mark.parametrize("name", FIRST)
def test_seeds_given_once_are_given_for_ever(name):
    assert (my_seeds(1, "final", name)[0], my_seeds(1, "tuning", name)[0]) == FIRST[name]


def test_a_new_purpose_moves_no_seed_of_the_others(monkeypatch):
    before = {(purpose, name): my_seeds(3, purpose, name) for purpose in PURPOSES for name in NAMES}
    monkeypatch.setattr("helpers.lab.seeds.PURPOSES", (*PURPOSES, "another", "one more"))
    assert {(purpose, name): my_seeds(3, purpose, name) for purpose in PURPOSES for name in NAMES} == before
    assert my_seeds(1, "one more")[0] > my_seeds(1, "another")[0]


def test_purposes_keep_apart_for_the_last_learner_too(monkeypatch):
    class Last:
        """A digest that makes the number of the last learner."""

        def digest(self):
            return (LEARNERS - 1).to_bytes(8, "big")

    monkeypatch.setattr("helpers.lab.seeds.hashlib.sha256", lambda name: Last())
    ends = {purpose: my_seeds(MOST, purpose, "last")[-1] for purpose in PURPOSES}
    starts = {purpose: my_seeds(1, purpose, "unnamed")[0] for purpose in PURPOSES}
    assert ends["tuning"] < starts["grid"] and ends["grid"] < starts["split"] and ends["split"] < starts["pilot"]
    assert max(ends.values()) < 2**53


def test_no_two_names_or_purposes_share_a_seed():
    ranges = [set(my_seeds(MOST, purpose, name)) for purpose in PURPOSES for name in NAMES]
    assert all(len(seeds) == MOST for seeds in ranges)
    assert all(one.isdisjoint(other) for one, other in combinations(ranges, 2))


def test_a_name_counts_however_it_is_typed():
    spellings = ["blue otter", "Blue Otter", "  BLUE \t otter\n", "blue-otter", "ｂlue otter"]
    assert len({tuple(my_seeds(3, name=name)) for name in spellings}) == 1
    assert my_seeds(3, name="E\u0301clair") == my_seeds(3, name="\u00e9CLAIR")


def test_the_chosen_name_is_the_default():
    choose_name("Blue Otter")
    assert my_seeds(5) == my_seeds(5, name="blue otter") != my_seeds(5, name="unnamed")
    assert my_seeds(5, "tuning") == my_seeds(5, "tuning", "blue otter")


@pytest.mark.parametrize("name", NAMES)
def test_more_seeds_go_on_where_fewer_stop(name):
    assert my_seeds(100, name=name)[:7] == my_seeds(7, name=name)


@pytest.mark.parametrize("name", NAMES)
def test_they_are_plain_numbers_for_any_json_reader_and_for_a_stream(name):
    seeds = my_seeds(np.int8(2), "tuning", name)  # which cannot hold them
    assert all(type(seed) is int and 0 <= seed < 2**53 for seed in seeds)
    assert json.loads(json.dumps(seeds)) == seeds
    assert stream(seeds[0], "weights").random() != stream(seeds[1], "weights").random()


def test_whose_seeds_they_are():
    assert are_of("otter", my_seeds(5, name="Otter")) and are_of("unnamed", [0, 9_999]) and are_of("otter", [])
    for others in (my_seeds(5, name="heron"), my_seeds(5, "tuning", "otter"), [*my_seeds(2, name="otter"), 0]):
        assert not are_of("otter", others)
    assert not are_of("unnamed", [10_000])
