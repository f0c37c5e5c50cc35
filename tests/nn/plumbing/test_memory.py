"""Memory that a step has used is there for the next one: training asks the system for no more."""

import subprocess
import sys

import pytest

TRAIN = """
import resource
import numpy as np
from helpers.nn import Adam, Examples, Network, mlp, train

examples = Examples(np.ones((1000, 40), np.float32), np.zeros(1000, int), 10)
training = train(Network(mlp(40, 128, 128, 10, drop_rate=0.2), range(10)), examples, Adam(0.001), epochs=6)
faults = []
for _ in training:
    faults.append(resource.getrusage(resource.RUSAGE_SELF).ru_minflt)
print((faults[-1] - faults[2]) / 30)
"""

# What the C library does as it starts. It would keep more by itself once a large array was freed, if there was one.
FORGETFUL = """
import ctypes
import helpers.nn.training as training_file
from helpers.nn.plumbing.memory import M_MMAP_THRESHOLD
training_file.keep_freed_memory = lambda: ctypes.CDLL(None).mallopt(M_MMAP_THRESHOLD, 2**17)
"""


def faults_per_step(program):
    """Pages that the system had to give to the program, for each training step once it is warm."""
    return float(subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True).stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="Only the GNU C library can be told to keep its memory.")
def test_a_step_asks_the_system_for_no_new_memory():
    assert faults_per_step(TRAIN) < 5
    assert faults_per_step(FORGETFUL + TRAIN) > 20, "else this tests nothing here"
