"""Set up the environment in which all tests run."""

import os

# One thread for matrix products, set before NumPy is first imported and inherited by the kernels that run notebooks:
# more threads change the last bits of a result, which some tests compare, and slow small networks down.
for library in ("OPENBLAS", "OMP", "MKL"):
    os.environ[f"{library}_NUM_THREADS"] = "1"
