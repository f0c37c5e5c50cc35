"""Experiments: data, recipes, training, comparing, evidence. Uses helpers.nn, and draws nothing. Read it in this order:

threads      one thread for matrix products
machine      how fast it is: smaller experiments in a browser
folders      where data, results, evidence and what was trained are kept
tables       a table's rows split, its columns standardised
data         the data sets, checked and split
table_files  a file that somebody brings: what stands in its columns
own_table    it is understood, and split into a Data
moons        two half-moons in the plane, to draw boundaries on
names        a learner's made-up name
seeds        which seeds an experiment uses, counted out in advance
recipe       all that a training depends on, besides data and seed
cache        results kept on disk
temporary    folders that end with their program, even if it is killed
stacks       one stack of networks, trained as their recipes say
executors    many stacks, on all cores
runs         many recipes trained at a time, nothing twice
differences  is one arm better than another? A mean with its interval, and a verdict
compare      arms side by side, tested once
tune         each arm's settings, chosen on validation examples
schema       what a file may hold
files        written whole or not at all, believed only after a check
claims       the ledger: every claim, how it is put on trial, and the verdict
evidence     what a learner found
results      what the full-size runs found
blocks       what one repetition of a whole trial found, in a file of its own
replicate    two procedures compared, search and choice included, in blocks and on several data sets
full_size    what those runs have in common
advise       which network for your own data? A room of its own
"""

from . import threads  # first, since it acts on being imported
from .advise import Answer, advise
from .claims import VERDICTS, Claim, ClaimsError, check_verdict, load_claims
from .compare import Comparison, compare
from .data import (
    Data,
    DataFileError,
    Sequences,
    load_fashion,
    load_japanese_vowels,
    load_magic,
    load_mnist,
    load_mnist1d,
    load_optdigits,
    load_spambase,
)
from .differences import Estimate, Overall, crossed_estimate, joint_verdict, margin_from, network_estimate, overall
from .evidence import EvidenceError, choose_name, record
from .moons import likelier_labels, moons
from .names import learner_name
from .own_table import Report, Table, load_table, table_columns
from .recipe import Recipe
from .replicate import Design, Replicated, pilot, plan, replicate
from .results import ResultsError, load_results, write_results
from .runs import train_runs
from .seeds import my_seeds
from .stacks import Run
from .table_files import TableError
from .tune import Between, Choice, Tuned, tune
