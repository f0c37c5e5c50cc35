"""Which seeds an experiment uses: counted out in advance, other ones for each learner and each purpose."""

import hashlib

from helpers.nn.plumbing.checks import require, require_whole

from .machine import FEW, affordable, in_browser
from .names import UNNAMED, learner_name, one_spelling

PURPOSES = ("final", "tuning", "grid", "split", "pilot")  # add new ones at the end: that moves no seed of the others
MOST = 10_000  # seeds of one learner for one purpose
LEARNERS = 10**9  # few enough that every seed is below 2^53, and so the same number in any JSON reader


def my_seeds(count, purpose="final", name=None, in_a_browser=FEW):
    """`count` whole numbers to start networks from; the first five of ten are five.

    purpose: "final" or "tuning" networks; or "grid", "split" and "pilot", for a trial in blocks (`replicate`). No seed
    is ever in two of them, so nothing is tuned on what it is judged by.
    name: a made-up name, by default the one that you chose (`choose_name`); each name has seeds of its own. Without
    one, or with the name "unnamed", they are the same for everybody. In a browser, without `name`, they are always
    those, for which results come with the site.
    in_a_browser: how many at most, there; less where large networks are trained by the lesson itself.
    """
    call = 'my_seeds(10, "tuning")'
    count = require_whole("count", count, 1, call)
    require(count <= MOST, "count", count, f"at most {MOST}", call)
    in_a_browser = require_whole("in_a_browser", in_a_browser, 1, "my_seeds(10, in_a_browser=3)")
    require(purpose in PURPOSES, "purpose", repr(purpose), f"one of {PURPOSES}", call)
    if name is None:
        name, count = UNNAMED if in_browser() else learner_name() or UNNAMED, affordable(count, in_a_browser)
    spelled = one_spelling(name) if isinstance(name, str) else ""
    require(spelled, "name", repr(name), "a made-up name", 'my_seeds(10, name="blue otter")')
    digest = hashlib.sha256(spelled.encode()).digest()
    learner = 0 if spelled == UNNAMED else 1 + int.from_bytes(digest[:8], "big") % LEARNERS
    place = PURPOSES.index(purpose)
    # Of the first two, a learner's are side by side; each of the others comes after all learners' of the one before.
    start = 2 * learner + place if place < 2 else place * (LEARNERS + 1) + learner
    return list(range(start * MOST, start * MOST + count))


def are_of(name, seeds):
    """Whether all `seeds` are final ones of the learner `name`: some of my_seeds(…, name=name)."""
    (first,) = my_seeds(1, name=name)
    return all(first <= seed < first + MOST for seed in seeds)
