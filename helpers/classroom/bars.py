"""Progress bars that are gone when what they show is done."""

from functools import partial

from tqdm.auto import tqdm

tqdm = partial(tqdm, leave=False)
