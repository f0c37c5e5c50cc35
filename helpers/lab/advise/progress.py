"""How far a search is: one number that only grows, over all of its stages, and how long the rest takes."""

import time

from ..executors import WATCHER, progress_bar

SILENT = 60  # seconds without a result after which that is said
TRUSTED = 1  # second that the plan's own guess of what is left weighs as much as


class Progress:
    """A context in which the bars of the search's stages move one bar on, or call `watch` with this object.

    stages: [(title, seconds that it takes, about)], in their order; those that do not come are skipped.
    title: of the stage that is being done.  done: the part of the whole, from 0 to 1, which never becomes less.
    left: seconds until the end, about: by the stages' seconds, and by what those that were done really took.
    silent: seconds since anything was done.
    """

    def __init__(self, stages, watch=None):
        self.stages, self.at, self.tell = stages, -1, watch
        self.total = sum(seconds for _, seconds in stages)
        self.title, self.begun, self.reached = "", 0.0, 0.0  # `reached` is in the stages' seconds
        self.trained, self.took = 0.0, 0.0  # of what was not kept from before: seconds as planned, and by the clock
        self.changed = time.monotonic()
        self.bar = self.token = None

    def __enter__(self):
        if WATCHER.get() is None:
            if self.tell is None:
                self.bar = progress_bar("", self.total)
                self.tell = self._move_bar
            self.token = WATCHER.set(lambda title, total: _Stage(self, total))
        return self

    def __exit__(self, kind, *_):
        if self.token is not None:
            WATCHER.reset(self.token)
        if kind is None:
            self.reached, self.changed = self.total, time.monotonic()
            if self.tell:
                self.tell(self)
        if self.bar is not None:
            self.bar.close()

    def begin(self, title):
        """The next stage of that title begins."""
        while True:
            self.at += 1
            if self.stages[self.at][0] == title:
                break
        self.title, self.begun = title, sum(seconds for _, seconds in self.stages[: self.at])
        self.reached, self.changed = max(self.reached, self.begun), time.monotonic()

    def note(self, part):
        """So much of the stage is done, from 0 to 1."""
        reached, now = self.begun + min(1.0, part) * self.stages[self.at][1], time.monotonic()
        if reached > self.reached:
            self.trained += reached - self.reached
            self.took += min(SILENT, now - self.changed)
            self.reached, self.changed = reached, now
        if self.tell:
            self.tell(self)

    @property
    def done(self):
        return self.reached / self.total

    @property
    def left(self):
        return (self.total - self.reached) * (self.took + TRUSTED) / (self.trained + TRUSTED)

    @property
    def silent(self):
        return time.monotonic() - self.changed

    def _move_bar(self, _):
        quiet = f", no result for {self.silent:.0f} s" if self.silent > SILENT else ""
        self.bar.set_description_str(f"{self.title}{quiet}", refresh=False)
        self.bar.update(self.reached - self.bar.n)


class _Stage:
    """Takes the place of a stage's own bar."""

    def __init__(self, progress, total):
        self.progress, self.total, self.n = progress, total, 0.0

    def update(self, part):
        self.n += part
        self.progress.note(self.n / self.total)

    def close(self):
        pass
