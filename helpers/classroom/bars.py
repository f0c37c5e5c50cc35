"""Progress bars that are gone when what they show is done."""

from functools import partial

from tqdm.auto import tqdm

from helpers.lab.machine import beside_bar

tqdm.monitor_interval = 0  # no thread besides, which a browser cannot start
tqdm = partial(tqdm, leave=False, bar_format="{l_bar}{bar}{r_bar}" + beside_bar())
