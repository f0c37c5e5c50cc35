"""Holds NumPy's matrix products at one thread, from the moment that helpers.lab is imported.

For networks as small as the lessons' more threads only get into each other's way, on a busy machine a hundredfold;
the other cores are used for other networks instead (see runs). With one thread, results repeat to the last bit.
"""

import numpy  # noqa: F401 - only a library that has been loaded can be held
from threadpoolctl import threadpool_limits

ONE_THREAD = threadpool_limits(1)
