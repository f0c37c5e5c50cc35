"""Wherever the runs are trained, the results are equal to the last bit; and after Ctrl-C nothing goes on running."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import warnings
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import active_children, get_context

import loky
import pytest
from threadpoolctl import threadpool_info

from helpers.lab import Between, compare, executors, load_mnist1d, runs, train_runs, tune
from tests.lab.common import PROJECT, SMALL, Deadly, Spoiled, same, threads_left, toy_data, toy_examples

ARMS = {
    "plain": SMALL,
    "dropout": replace(SMALL, drop_rate=0.3, input_drop_rate=0.1),
    "one mask": replace(SMALL, drop_rate=0.3, masks="forever", max_norm=1.0, early_stopping=True),
}
JOBS = [(recipe, seed) for recipe in ARMS.values() for seed in range(3)]


def processes():
    return ProcessPoolExecutor(2, mp_context=get_context("spawn"))


@contextmanager
def cluster():
    distributed = pytest.importorskip("distributed")
    options = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": ":0"}
    with distributed.Client(**options) as client, client.get_executor(pure=False) as executor:
        yield executor


@contextmanager
def ours():
    """What is taken without an executor, where there is enough to do; ended here, to see that it can be."""
    executor = executors.workers(executors.WORTH_PROCESSES)
    yield executor
    executor.shutdown()


EXECUTORS = {
    "threads": lambda: ThreadPoolExecutor(2),
    "processes": processes,
    "ours": ours,
    "dask.distributed": cluster,
}


@pytest.fixture(params=EXECUTORS)
def executor(request, results_folder):
    with EXECUTORS[request.param]() as found:
        yield found


@pytest.mark.filterwarnings("ignore:::distributed")
def test_every_executor_gives_what_none_gives_to_the_last_bit_and_names_what_fails(executor, results_folder):
    """One test, since a cluster takes seconds to start."""
    expected = {data.name: train_runs(JOBS, data, watch=True) for data in (toy_data(), load_mnist1d(train=40))}
    stored = {path.name for path in results_folder.iterdir()}
    runs.disk.trim(limit=0)
    for data in (toy_data(), load_mnist1d(train=40)):
        assert same(train_runs(JOBS, data, watch=True, executor=executor), expected[data.name])
    assert {path.name for path in results_folder.iterdir()} == stored, "they are kept here, too"

    alone = compare(ARMS, toy_data(), [3, 4, 5])
    space = {"learning_rate": Between(0.001, 0.1, log=True), "drop_rate": Between(0.1, 0.5)}
    tuned = tune(ARMS, space, toy_data(), 3, [7, 8])
    runs.disk.trim(limit=0)
    elsewhere = compare(ARMS, toy_data(), [3, 4, 5], executor)
    assert all(same(alone.runs[arm], elsewhere.runs[arm]) for arm in ARMS)
    assert tune(ARMS, space, toy_data(), 3, [7, 8], executor).trials == tuned.trials

    spoiled = toy_data(train=toy_examples(90, 1, kind=Spoiled))
    with pytest.raises(RuntimeError, match=r"KeyError: 'spoiled'.*hidden=\(8,\).*seeds \[41\]"):
        train_runs([(SMALL, 41)], spoiled, executor=executor)
    assert executor.submit(max, 3, 4).result() == 4, "it is left open, for the next experiment"


@pytest.mark.usefixtures("results_folder")
def test_other_processes_use_one_blas_thread_too(monkeypatch):
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
        monkeypatch.setenv(name, "2")
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        before = pool.submit(threadpool_info).result()
        train_runs([(SMALL, 0)], toy_data(), executor=pool)
        after = pool.submit(threadpool_info).result()
    assert {library["num_threads"] for library in after} == {1}
    assert before == [], "nothing held it before"


@pytest.mark.parametrize("start_pool", [processes, ours])
@pytest.mark.usefixtures("results_folder")
def test_what_another_process_trains_for_ever_is_stopped_by_a_failure(monkeypatch, start_pool):
    monkeypatch.setattr(executors, "cores", lambda: 2)
    loky.get_reusable_executor(reuse=True).shutdown()  # what an experiment before kept for the next one
    before = set(active_children())
    with start_pool() as pool:
        jobs = [(replace(SMALL, epochs=10**5), 0), (replace(SMALL, activation="tanh"), 1)]
        broken = replace(SMALL, epochs=1)
        object.__setattr__(broken, "epochs", 0)  # no recipe that anybody could make
        with pytest.raises(RuntimeError, match=r"epochs is 0.*seeds \[5\]"):
            train_runs([*jobs, (broken, 5)], toy_data(), executor=pool if start_pool is processes else None)
        start = time.perf_counter()
    assert time.perf_counter() - start < 20, "leaving the pool waits for what is still running"
    assert set(active_children()) <= before


class NotingExecutor(ThreadPoolExecutor):
    """Keeps what was submitted."""

    def submit(self, *arguments):
        self.futures = [*getattr(self, "futures", []), super().submit(*arguments)]
        return self.futures[-1]


@pytest.mark.usefixtures("results_folder")
def test_when_it_is_over_nothing_of_ours_runs_or_waits_in_an_executor(monkeypatch):
    begun = threading.Event()

    def train_stack(task, data, split, watch, advance):
        if task[0][1].epochs == 30:
            return [{}]
        begun.set()
        try:
            for _ in range(1000):
                advance(0.5)
                time.sleep(0.01)
        finally:
            time.sleep(0.3)

    def interrupted(key, arrays):
        assert begun.wait(20), "the second task is at work"
        raise KeyboardInterrupt

    monkeypatch.setattr(executors, "train_stack", train_stack)
    monkeypatch.setattr(runs.disk, "store", interrupted)
    with NotingExecutor(1) as executor:
        with pytest.raises(KeyboardInterrupt):
            train_runs([(replace(SMALL, epochs=epochs), 0) for epochs in (30, 20, 10)], toy_data(), executor=executor)
        _, second, third = executor.futures
        assert second.done() and isinstance(second.exception(), executors.Stopped)
        assert third.cancelled(), "it was never begun"


@pytest.mark.usefixtures("results_folder")
def test_who_deletes_the_temporary_files_meanwhile_is_told_what_to_do(tmp_path, monkeypatch):
    def train_stack(task, data, split, watch, advance):
        (folder,) = tmp_path.glob("dropout-course-*")
        shutil.rmtree(folder)
        advance(0.5)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(executors, "train_stack", train_stack)
    with NotingExecutor(1) as executor, pytest.raises(RuntimeError, match="^Training was given up.*cell again"):
        train_runs([(SMALL, 0)], toy_data(), executor=executor)


@pytest.mark.usefixtures("results_folder")
def test_another_machine_that_does_not_see_our_files_trains_all_the_same(monkeypatch):
    task = [("key", SMALL, 0)]
    arguments, state = (task, toy_data(), "test", False), executors._state(toy_data())
    assert executors.train_for_another(*arguments, ("/no/such/file", "another machine", 0), state)
    with pytest.raises(executors.Stopped):
        executors.train_for_another(*arguments, ("/no/such/file", executors.platform.node(), 0), state)


@pytest.mark.parametrize("what", ["code", "data"])
def test_a_process_that_has_loaded_other_code_or_data_trains_nothing(monkeypatch, results_folder, what):
    """It may have been started after somebody changed a file, and its results would be kept as those of the old one."""

    class Elsewhere(ThreadPoolExecutor):
        def submit(self, function, task, data, *rest):
            if what == "code":
                monkeypatch.setattr(executors, "code_fingerprint", lambda: "another")
            return super().submit(function, task, toy_data(draw=50) if what == "data" else data, *rest)

    with Elsewhere(1) as executor, pytest.raises(RuntimeError, match="since they were loaded; restart the kernel"):
        train_runs([(SMALL, 0)], toy_data(), executor=executor)
    assert not [*results_folder.rglob("*.result")]


def test_nothing_is_trained_here_once_the_code_has_changed(monkeypatch, results_folder):
    """It may have been loaded again, and the results would be kept as those of the old one."""
    monkeypatch.setattr(executors, "fingerprint_of_files", lambda: "another")
    with pytest.raises(RuntimeError, match="since they were loaded; restart the kernel"):
        train_runs([(SMALL, 0)], toy_data())
    assert not [*results_folder.rglob("*.result")]


def test_the_code_that_counts_is_that_which_was_loaded():
    code = "from helpers.lab import executors; print(executors.code_fingerprint.cache_info().currsize)"
    assert subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE).stdout.strip() == b"1"


def test_only_another_process_stops_when_its_parent_has_ended(tmp_path, monkeypatch):
    """A thread of a notebook's kernel goes on, whoever started the kernel."""
    arguments, state = ([("key", SMALL, 0)], toy_data(), "test", False), executors._state(toy_data())
    place = str(tmp_path / "notes" / "0"), executors.platform.node()
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "0").write_bytes(bytes(8))
    monkeypatch.setattr(os, "getppid", iter(range(100)).__next__)
    assert executors.train_for_another(*arguments, (*place, os.getpid()), state)
    with pytest.raises(executors.Stopped):
        executors.train_for_another(*arguments, (*place, os.getpid() + 1), state)
    assert not [*tmp_path.iterdir()]


INTERRUPTED = """
import json, multiprocessing, signal, sys, threading
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from helpers.lab import executors, train_runs
from tests.lab.common import SMALL, toy_data

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which whoever runs these tests may have switched off
    executors.cores = lambda: 2
    jobs = [(SMALL, 1), (SMALL, 2), (replace(SMALL, epochs=10**5), 3)]
    context = multiprocessing.get_context("spawn")
    begun = executors.workers(executors.WORTH_PROCESSES if sys.argv[1] == "ours" else 0)
    with ProcessPoolExecutor(2, mp_context=context) if sys.argv[1] == "processes" else nullcontext() as pool:
        try:
            train_runs(jobs, toy_data(), executor=pool)
        except KeyboardInterrupt:
            pass
        if begun:
            again = executors.workers(executors.WORTH_PROCESSES)
            assert again is begun, "the next experiment begins in the same processes"
            assert begun.submit(max, 3, 4).result() == 4
            begun.shutdown()
    left = [thread.name for thread in threading.enumerate()]
    print(json.dumps({"threads": left, "processes": len(multiprocessing.active_children())}))
"""


@pytest.mark.skipif(os.name == "nt", reason="this system has no process groups")
@pytest.mark.parametrize("to_all", [True, False], ids=["from a terminal", "to one process"])
@pytest.mark.parametrize("where", ["processes", "ours"])
def test_ctrl_c_leaves_nothing_running_and_keeps_what_was_done(results_folder, tmp_path, where, to_all):
    """A real signal: from a terminal it goes to all processes, from a notebook to one."""
    script = tmp_path / "interrupted.py"
    script.write_text(INTERRUPTED)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    program = subprocess.Popen(
        [sys.executable, script, where], cwd=PROJECT, env=environment, start_new_session=True, **pipes
    )
    try:
        deadline = time.time() + 60
        while not (results_folder.exists() and len([*results_folder.glob("*.result")]) == 2):
            assert time.time() < deadline and program.poll() is None, program.communicate()
            time.sleep(0.05)
        start = time.perf_counter()
        (os.killpg if to_all else os.kill)(program.pid, signal.SIGINT)
        out, err = program.communicate(timeout=60)  # until the last process that could write into these pipes is gone
        assert time.perf_counter() - start < 20
        assert json.loads(out) == {"threads": ["MainThread"], "processes": 0}, err
    finally:
        if program.poll() is None:
            os.killpg(program.pid, signal.SIGKILL)
    assert len([*results_folder.iterdir()]) == 2, "the two short ones, and no part of anything"
    assert not [*tmp_path.glob("dropout-course-*")]


@pytest.mark.usefixtures("results_folder")
def test_whoever_stops_looking_at_results_stops_the_training(monkeypatch):
    """An interrupt may come anywhere, even while a result is being written to disk."""
    monkeypatch.setattr(executors, "cores", lambda: 2)

    def interrupted(key, arrays):
        raise KeyboardInterrupt

    monkeypatch.setattr(runs.disk, "store", interrupted)
    threads, start = threads_left(), time.perf_counter()
    with pytest.raises(KeyboardInterrupt) as caught:
        train_runs([(SMALL, 1), (replace(SMALL, epochs=10**5), 3)], toy_data())
    assert threads_left() == threads, f"even while somebody keeps the traceback: {caught.tb}"
    assert time.perf_counter() - start < 20


@pytest.fixture
def two_processes(monkeypatch, results_folder):
    """Everything is worth two processes, and no trouble has been said."""
    monkeypatch.setattr(executors, "cores", lambda: 2)
    monkeypatch.setattr(executors, "WORTH_PROCESSES", 0)
    executors._warn_once.cache_clear()


def refuse(number):
    def replacement(*arguments, **options):
        raise OSError(number, os.strerror(number))

    return replacement


TROUBLE = {
    "no shared memory": (loky, "get_reusable_executor", errno.ENOENT),
    "no process more": (loky.process_executor.ProcessPoolExecutor, "submit", errno.EAGAIN),
    "no temporary folder": (tempfile, "gettempdir", errno.ENOENT),
    "a full temporary folder": (executors.Path, "write_bytes", errno.ENOSPC),
}


@pytest.mark.parametrize("name", TROUBLE)
@pytest.mark.usefixtures("two_processes")
def test_where_no_processes_can_be_used_this_one_trains_and_says_so_once(trained, monkeypatch, tmp_path, name):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    expected = train_runs(JOBS[:4], toy_data())
    assert not trained, "they were trained elsewhere"
    runs.disk.trim(limit=0)
    owner, function, number = TROUBLE[name]
    monkeypatch.setattr(owner, function, refuse(number))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        found = [run for jobs in (JOBS[:2], JOBS[2:4]) for run in train_runs(jobs, toy_data())]
    (warning,) = said
    assert f"No other processes can be used here ([Errno {number}] {os.strerror(number)})" in str(warning.message)
    assert "this one trains alone: that is only slower" in str(warning.message)
    assert len(trained) > 1 and same(found, expected)
    assert not [*tmp_path.glob("dropout-course-*")]


@pytest.mark.usefixtures("two_processes", "trained")
def test_that_the_temporary_folder_is_gone_is_said_once_too(monkeypatch, tmp_path):
    """Though each experiment would have a folder of another name there."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    with warnings.catch_warnings(record=True) as said:
        warnings.simplefilter("always")
        for jobs in (JOBS[:2], JOBS[2:4]):
            train_runs(jobs, toy_data())
    (warning,) = said
    assert f"No such file or directory: '{tmp_path}/gone/dropout-course-…')" in str(warning.message)


@pytest.mark.skipif(not os.path.exists("/bin/false"), reason="needs a program that ends at once")
@pytest.mark.usefixtures("two_processes")
def test_where_processes_end_as_soon_as_they_start_this_one_trains(trained, monkeypatch):
    threads_left()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.warns(UserWarning, match=r"No other processes can be used here \(they end as soon as they start\)"):
        assert len(train_runs(JOBS[:2], toy_data())) == 2
    assert trained


LIMITED = """
import resource, sys, warnings
from helpers.lab import executors, train_runs
from tests.lab.common import SMALL, toy_data

if __name__ == "__main__":
    executors.cores, executors.WORTH_PROCESSES = lambda: 2, 0
    most = int(sys.argv[2])
    resource.setrlimit(getattr(resource, sys.argv[1]), (most, most))
    with warnings.catch_warnings(record=True) as said:
        found = train_runs([(SMALL, seed) for seed in range(3)], toy_data())
    print(len(found), *(str(warning.message) for warning in said), sep="\\n")
"""


@pytest.mark.parametrize(
    ("limit", "most", "reason"),
    [
        ("RLIMIT_FSIZE", 0, errno.EFBIG),
        *(("RLIMIT_NOFILE", handles, errno.EMFILE) for handles in (8, 13, 16)),  # each ends loky's start elsewhere
    ],
)
def test_a_limit_of_the_system_is_no_end(results_folder, tmp_path, limit, most, reason):
    pytest.importorskip("resource")
    (tmp_path / "limited.py").write_text(LIMITED)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    program = [sys.executable, tmp_path / "limited.py", limit, str(most)]
    ended = subprocess.run(program, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.stdout.startswith("3\n"), ended.stderr
    assert f"No other processes can be used here ([Errno {reason}]" in ended.stdout


KILLED = """
import os, signal, sys
from helpers.lab import executors, train_runs
from tests.lab.common import SMALL, toy_data

def killed(task, *others):
    os.killpg(0, signal.SIGKILL)

if __name__ == "__main__":
    executors.cores, executors.WORTH_PROCESSES = lambda: 2, 0
    executors._named = killed  # a task is done, the others may be: no process is left that could notice
    train_runs([(SMALL, 0), (SMALL, 1)], toy_data())
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="this system has no groups of processes")
@pytest.mark.usefixtures("two_processes")
def test_what_a_killed_program_left_is_removed_when_the_next_one_begins(trained, monkeypatch, tmp_path):
    """At once, since nobody waits an hour."""
    (tmp_path / "killed.py").write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    options = {"cwd": PROJECT, "env": environment, "start_new_session": True, "timeout": 60}
    ended = subprocess.run([sys.executable, tmp_path / "killed.py"], stderr=subprocess.PIPE, text=True, **options)
    assert [*tmp_path.glob("dropout-course-*")], ended.stderr
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    train_runs([(SMALL, 0), (SMALL, 1)], toy_data())
    assert not trained, "in processes"
    assert not [*tmp_path.glob("dropout-course-*")]


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
@pytest.mark.usefixtures("two_processes")
def test_a_process_that_is_killed_is_said_in_plain_words_and_the_next_experiment_works(trained):
    for _ in range(2):
        with pytest.raises(RuntimeError, match=r"probably because the memory ran out\. Run the cell again"):
            train_runs(JOBS[:2], toy_data(train=toy_examples(90, 1, kind=Deadly)))
    assert len(train_runs(JOBS[:2], toy_data())) == 2
    assert not trained, "in processes again"


AT_THE_START = """
import json, os, signal, sys, threading, time
import loky.backend.fork_exec as starting
from helpers.lab import executors, train_runs
from tests.lab.common import SMALL, toy_data

start, started = starting.fork_exec, []

def start_and_interrupt(*arguments, **options):
    started.append(start(*arguments, **options))
    os.killpg(0, signal.SIGINT)
    time.sleep(0.1)  # until it has arrived, whichever thread it reaches
    return started[-1]

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    executors.cores, executors.WORTH_PROCESSES = lambda: 2, 0
    if sys.argv[1] == "another":
        threading.Thread(target=threading.Event().wait, daemon=True).start()
    starting.fork_exec, came = start_and_interrupt, 0
    try:
        train_runs([(SMALL, 0), (SMALL, 1)], toy_data())
    except KeyboardInterrupt:
        came += 1
    starting.fork_exec = start
    found = train_runs([(SMALL, 0), (SMALL, 1)], toy_data())
    blocked = signal.SIGINT in signal.pthread_sigmask(signal.SIG_BLOCK, [])
    ours = signal.getsignal(signal.SIGINT) is signal.default_int_handler
    print(json.dumps([came, len(found), len(started), blocked, ours]))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system can't block a signal")
@pytest.mark.parametrize("threads", ["one thread", "another"])
def test_ctrl_c_while_the_processes_start_waits_until_they_are_there(results_folder, tmp_path, threads):
    """Otherwise Python ends in the middle of its own start, with a page of text: "Fatal Python error"."""
    (tmp_path / "interrupted.py").write_text(AT_THE_START)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    program = [sys.executable, tmp_path / "interrupted.py", threads]
    options = {"cwd": PROJECT, "env": environment, "start_new_session": True, "timeout": 60}
    ended = subprocess.run(program, capture_output=True, text=True, **options)
    assert ended.stdout, ended.stderr
    assert json.loads(ended.stdout) == [1, 2, 2, False, True], ended.stderr
    assert "rror" not in ended.stderr


IDLE = """
import os, signal
from helpers.lab import executors
executors.workers(executors.WORTH_PROCESSES)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system has no kill -9")
@pytest.mark.skipif(executors.cores() == 1, reason="a single core trains alone")
def test_processes_without_work_end_when_the_program_is_killed(tmp_path):
    """At once, not when they have been idle for a minute: they hold its output open."""
    (tmp_path / "idle.py").write_text(IDLE)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    subprocess.run(
        [sys.executable, tmp_path / "idle.py"], env=environment, stdout=subprocess.PIPE, timeout=executors.IDLE - 10
    )


ORPHANS = """
import os, sys
from dataclasses import replace
from helpers.lab import executors, train_runs
from tests.lab.common import SMALL, toy_data

if __name__ == "__main__":
    executors.cores = lambda: 2
    train_runs([(replace(SMALL, epochs=10**5 + n), n) for n in range(6)], toy_data())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there a process does not know that its parent has ended")
def test_when_the_program_is_killed_its_processes_stop_and_clean_up(results_folder, tmp_path):
    (tmp_path / "orphans.py").write_text(ORPHANS)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT), "TMPDIR": str(tmp_path)}
    program = subprocess.Popen(
        [sys.executable, tmp_path / "orphans.py"], env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    deadline = time.time() + 60
    while not any(file.read_bytes() > bytes(8) for file in tmp_path.glob("dropout-course-*/*")):
        assert time.time() < deadline and program.poll() is None
        time.sleep(0.05)
    program.kill()
    program.wait()
    while [*tmp_path.glob("dropout-course-*")]:
        assert time.time() < deadline, "they go on"
        time.sleep(0.05)


AT_AN_IMPORT = """
import os, signal, sys
from helpers.lab import Recipe, executors, moons, train_runs

class Interrupting:
    def find_spec(self, name, *others):
        if name == sys.argv[1]:
            sys.meta_path.remove(self)
            os.kill(os.getpid(), signal.SIGINT)

if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    executors.cores, executors.WORTH_PROCESSES = lambda: 2, 0
    assert sys.argv[1] not in sys.modules
    sys.meta_path.insert(0, Interrupting())
    jobs = [(Recipe(hidden=(4,), epochs=1, batch_size=10), seed) for seed in (0, 1)]
    try:
        train_runs(jobs, moons())
    except KeyboardInterrupt:
        print(len(train_runs(jobs, moons())))
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system can't block a signal")
@pytest.mark.parametrize("module", ["loky.backend.queues", "asyncio.base_events"])
def test_ctrl_c_in_the_middle_of_an_import_breaks_no_later_one(results_folder, tmp_path, module):
    (tmp_path / "interrupted.py").write_text(AT_AN_IMPORT)
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    program = [sys.executable, tmp_path / "interrupted.py", module]
    ended = subprocess.run(program, cwd=PROJECT, env=environment, capture_output=True, text=True, timeout=60)
    assert ended.stdout == "2\n", ended.stderr
