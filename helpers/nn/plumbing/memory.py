"""Keep memory that was used once, for the next step."""

import ctypes
import sys
from functools import cache

M_TRIM_THRESHOLD, M_MMAP_THRESHOLD = -1, -3  # malloc.h of the GNU C library


@cache
def keep_freed_memory():
    """Let the C library keep freed memory, up to 256 MB, instead of giving it back to the system; once for a program.

    Each step makes the same arrays and frees them. To get such memory from the system anew, page by page, takes up to a
    fifth of a step. No result changes. On systems without the GNU C library nothing is done.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt:
        mallopt(M_MMAP_THRESHOLD, 2**25)  # bytes, the most that the library takes for it
        mallopt(M_TRIM_THRESHOLD, 2**28)
