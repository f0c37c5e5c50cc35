"""Carry out the training of many stacks, on as many cores as there are, and show how far it is.

Because each network has random streams of its own, the result is the same to the last bit however the networks are put
into stacks and processes (at one BLAS thread, on one kind of CPU).
"""

import os
import platform
import re
import shutil
import signal
import struct
import threading
import time
import warnings
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, wait
from contextlib import ExitStack, closing, contextmanager, suppress
from contextvars import ContextVar
from functools import cache, partial
from itertools import pairwise
from pathlib import Path

from .loaded import CHANGED, code_fingerprint, fingerprint_of_files, require_as_loaded
from .machine import beside_bar, in_browser
from .stacks import train_stack
from .temporary import BEGINNING, TemporaryFolder

MOST_NETWORKS, MOST_WEIGHTS = 20, 250_000  # in one task: many small networks or a few large ones; see tasks
WORTH_PROCESSES = 4 * 10**7  # from so much work on, as `work` counts it: half a second for one core
IDLE = 60  # seconds after which processes without work end
CLEARING = 5  # seconds in which a process may clear up after the program that began the experiment was killed
LOOK = 0.1  # seconds between two looks at what is done
DELAY, REDRAW = 0.5, 0.3  # seconds until progress is shown, and from then on
WATCHER = ContextVar("what is called for a bar, with title and total, instead of showing one", default=None)
ENDED = (
    "A process that was training was ended from outside, probably because the memory ran out. Run the cell again: what "
    "was done by then is kept."
)


def _weights(recipe, data):
    """How many weights one network has."""
    widths = data.train.x.shape[1], *recipe.hidden, data.train.classes
    return sum(inputs * outputs for inputs, outputs in pairwise(widths))


def work(task, data):
    """How long a task takes, in no unit: a step costs so much for each weight, and as much as 4,000 for itself."""
    recipe = task[0][1]
    return len(task) * recipe.epochs * -(-len(data.train) // recipe.batch_size) * (4000 + _weights(recipe, data))


def tasks(missing, data, executor=None):
    """The jobs, key -> (recipe, seed), as lists of (key, recipe, seed), each to be trained in one stack.

    As few as there can be, but one for each worker at least, and none with more networks than a core's cache holds
    next to what Adam remembers. The longest come first, so that the workers end together.
    """
    families, workers = {}, workers_of(executor)
    for key, (recipe, seed) in missing.items():
        families.setdefault(recipe.family, []).append((key, recipe, seed))
    tasks = []
    for members in families.values():
        most = min(MOST_NETWORKS, max(2, MOST_WEIGHTS // _weights(members[0][1], data)))
        parts = max(-(-len(members) // most), min(workers, len(members)))
        tasks += [members[len(members) * i // parts : len(members) * (i + 1) // parts] for i in range(parts)]
    return sorted(tasks, key=lambda task: work(task, data), reverse=True)


def workers_of(executor):
    """How many tasks an executor does at once, as far as it says; without one, how many this machine does."""
    client = getattr(executor, "_client", None)  # of dask.distributed
    if client is not None:
        return max(1, sum(client.nthreads().values()))
    return getattr(executor, "_max_workers", None) or cores()


def cores():
    """How many processors this program may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@contextmanager
def cluster(address):
    """The executor of the Dask cluster whose scheduler has that address; None without an address."""
    if address is None:
        yield None
        return
    from distributed import Client  # which only who has a cluster needs to install

    with Client(address) as client:
        yield client.get_executor(pure=False)


def workers(work):
    """A process for each core, kept for the next experiment; None where they aren't worth it.

    Threads would take turns in all that is Python, not NumPy: two of them are slower than one on small networks.
    Raises OSError where no processes can be started.
    """
    if work < WORTH_PROCESSES or cores() == 1 or in_browser():  # in a browser there are none
        return None
    try:
        with _interrupts_later(), _hidden_interrupts():
            import loky  # takes as long as all of helpers.lab

            begin = {"initializer": _depend_on, "initargs": (os.getpid(),)}
            pool = loky.get_reusable_executor(cores(), timeout=IDLE, **begin)
            answer = pool.submit(int)  # it is this that starts them, if they aren't there yet
        answer.result()
    except BrokenExecutor as error:
        raise OSError("they end as soon as they start") from error
    except (RuntimeError, UnboundLocalError) as error:  # the latter is how loky says that it has no handles left
        raise OSError(str(error.__context__ or error)) from error
    return pool


def _depend_on(parent):
    """Ctrl-C reaches all processes; who began the experiment stops it, and these go on to the next one, or end with it.

    Without the thread, those that have no work would keep the killed program's output open until they are IDLE.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_after, args=[parent], daemon=True).start()


def _end_after(parent):
    while os.getppid() == parent:
        time.sleep(1)
    time.sleep(CLEARING)
    os._exit(1)


@contextmanager
def _interrupts_later():
    """Let a Ctrl-C wait until the end: in the middle of an import it would leave half a module to the next one."""
    came, ours = [], signal.getsignal(signal.SIGINT)
    try:
        with ExitStack() as stack:
            if threading.current_thread() is threading.main_thread() and callable(ours):  # no other is interrupted
                signal.signal(signal.SIGINT, lambda *_: came.append(True))
                stack.callback(signal.signal, signal.SIGINT, ours)
            yield
    finally:
        if came:
            signal.raise_signal(signal.SIGINT)


@contextmanager
def _hidden_interrupts():
    """Hide every Ctrl-C from the processes that are started meanwhile: it would break them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    from multiprocessing.resource_tracker import ensure_running

    ensure_running()  # or loky starts it later, which ends the blocking (before Python 3.14)
    blocked = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, blocked)


def carry_out(tasks, how, executor, title):
    """Yield each task, with its results, as it is done: here, or by an executor. However it ends, nothing goes on.

    how: what `train_stack` takes besides the task.
    """
    require_as_loaded()
    works = [work(task, how[0]) for task in tasks]
    parts = [0.0] * len(tasks)  # done of each task, from 0 to 1
    try:
        executor = executor or workers(sum(works))
        notes = _notes(len(tasks)) if executor else None
    except OSError as error:
        say_that_it_is_alone(error)
        executor = None
    with closing(progress_bar(title, sum(works))) as bar:

        def note(at, part):
            parts[at] = part
            bar.update(sum(work * part for work, part in zip(works, parts, strict=True)) - bar.n)

        if executor is None:
            if fingerprint_of_files() != code_fingerprint():  # somebody may have loaded what is in them now
                raise RuntimeError(CHANGED)
            for at, task in enumerate(tasks):
                yield task, _named(task, train_stack, task, *how, partial(note, at))
        else:
            try:
                yield from _elsewhere(tasks, how, executor, notes, note)
            except BrokenExecutor as error:
                raise RuntimeError(ENDED) from error


def say_that_it_is_alone(error):
    """Warn, once for each OSError of `workers`, that no processes help."""
    _warn_once(re.sub(rf"{BEGINNING}[\w-]+", f"{BEGINNING}…", str(error)))  # of another name each time


@cache
def _warn_once(trouble):
    text = f"No other processes can be used here ({trouble}), so this one trains alone: that is only slower."
    warnings.warn(text, stacklevel=3)


def _notes(tasks):
    """A TemporaryFolder with a file for each task, in which another process notes how much of it is done."""
    folder = TemporaryFolder()
    try:
        for at in range(tasks):
            (Path(folder.name) / str(at)).write_bytes(struct.pack("d", 0.0))
    except BaseException:
        folder.cleanup()
        raise
    return folder


def _elsewhere(tasks, how, executor, notes, note):
    """Yield each task, with its results, as it comes back from an executor; meanwhile call note(place, part done)."""
    futures = {}
    with ExitStack() as stack:  # what is entered last is left first
        stack.callback(wait, futures)
        folder = Path(stack.enter_context(notes))
        stack.callback(lambda: [future.cancel() for future in futures])
        for at, task in enumerate(tasks):
            place = str(folder / str(at)), platform.node(), os.getpid()
            futures[executor.submit(train_for_another, task, *how, place, _state(how[0]))] = at
        waiting = set(futures)
        while waiting:
            ready, waiting = wait(waiting, LOOK, FIRST_COMPLETED)
            for at in map(futures.get, waiting):
                with suppress(OSError):  # it is only for show
                    note(at, *struct.unpack("d", (folder / str(at)).read_bytes()))
            for future in ready:
                at = futures[future]
                results = _named(tasks[at], future.result)
                note(at, 1.0)
                yield tasks[at], results


def progress_bar(title, total):
    """A bar from 0 to `total`, in no unit, that is gone once it is closed. update(part) moves it on."""
    if watcher := WATCHER.get():
        return watcher(title, total)
    with _interrupts_later():
        from tqdm.auto import tqdm  # in a notebook it imports ipywidgets, which takes longer than all of helpers.lab

    class Bar(tqdm):
        monitor_interval = 0  # no thread of its own, which would outlive it

    form = "{desc}: {percentage:3.0f} %|{bar}| {elapsed} gone, {remaining} to go" + beside_bar()
    return Bar(total=total, desc=title, bar_format=form, leave=False, delay=DELAY, miniters=0, mininterval=REDRAW)


def _named(task, function, *arguments):
    """Call `function`; if it fails, say which task it was."""
    try:
        return function(*arguments)
    except BrokenExecutor:  # it was not the task
        raise
    except Stopped as error:
        gone = "the folder of temporary files that it needs was deleted"
        raise RuntimeError(f"Training was given up: {gone}. Run the cell again: what was done is kept.") from error
    except Exception as error:
        seeds = {}
        for _, recipe, seed in task:
            seeds.setdefault(recipe, []).append(seed)
        which = "; ".join(f"{recipe} with seeds {numbers}" for recipe, numbers in seeds.items())
        raise RuntimeError(f"Training failed with {type(error).__name__}: {error}. It was {which}.") from error


class Stopped(Exception):
    """The rest of the experiment was given up."""


def _state(data):
    """What a result depends on besides its recipe and seed: fingerprints of the code that is loaded and of the data."""
    return code_fingerprint(), data.fingerprint


def train_for_another(task, data, split, watch, place, state):
    """Train a task for another process. place: a file for the part that is done, the machine that has it, the process.

    state: of that process. What comes back is kept as its own result, and this process loads code and data by itself.
    The file lasts as long as the experiment: without it there is no more to do. Where the process that began the
    experiment was killed, whoever notices removes the files.
    """
    if _state(data) != state:
        raise RuntimeError(CHANGED)
    path, machine, home = place
    parent = os.getppid()

    def advance(part):
        if platform.node() == machine:
            if os.getpid() != home and os.getppid() != parent:
                shutil.rmtree(Path(path).parent, ignore_errors=True)
            try:
                with open(path, "r+b") as file:
                    file.write(struct.pack("d", part))
            except FileNotFoundError:
                raise Stopped from None
            except OSError:  # it is only for show
                pass

    return train_stack(task, data, split, watch, advance)
