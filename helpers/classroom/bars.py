"""Progress bars that are gone when what they show is done."""

from functools import partial

from tqdm.auto import tqdm

tqdm.monitor_interval = 0  # no thread besides, which a browser cannot start
tqdm = partial(tqdm, leave=False)
