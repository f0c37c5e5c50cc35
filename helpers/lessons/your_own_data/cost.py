"""What a search costs, and how long more workers would take: a picture, from what `benchmarks.advice_cost` measured."""

from heapq import heapify, heapreplace

from helpers.classroom.figures import ARMS, FAINT, INK, show, subplots
from helpers.lab import load_results

WORKERS = (1, 8, 64)  # for which a search is divided into tasks
NAMES = {"settings": "settings of each kind", "seeds": "networks at the end", "rows": "rows of the table"}
SHORT = {"settings": "settings", "seeds": "networks", "rows": "rows"}


def stored():
    """What was measured: {"processor seconds": {axis: {value: seconds}}}, and {workers: the search's stages}."""
    found = load_results("advice-cost")
    return found["figures"]["processor seconds"], {int(workers): stages for workers, stages in found["arms"].items()}


def clock(stages, workers):
    """How many seconds so many workers would take, each of whom takes the next task when it is free.

    stages: [title, [seconds of each task]]; each has to wait for the one before it.
    """
    seconds = 0.0
    for _, tasks in stages:
        free_at = [0.0] * workers
        heapify(free_at)
        for task in tasks:
            heapreplace(free_at, free_at[0] + task)
        seconds += max(free_at)
    return seconds


def least(stages):
    """How many seconds it takes with any number of workers: the longest task of each stage."""
    return clock(stages, max(len(tasks) for _, tasks in stages))


def faster(stages):
    """How many times as fast it is with so many workers as with one: workers -> times."""
    return {workers: clock(stages[1], 1) / clock(stages[workers], workers) for workers in WORKERS}


def show_cost():
    """The cost against settings, networks at the end and rows; and the time against workers."""
    return show(*draw())


def draw():
    """A figure, and what it shows in words."""
    (cost, stages), look = stored(), ARMS["dropout"]
    figure, (*three, last) = subplots(12, 3.4, 1, 4)
    told = []
    for axes, (name, seconds) in zip(three, cost.items(), strict=True):
        values, minutes = [*map(int, seconds)], [one / 60 for one in seconds.values()]
        axes.plot(values, minutes, **look.style)
        axes.set(xscale="log", xlabel=NAMES[name], ylim=(0, 1.15 * max(minutes)))
        axes.set_xticks(values, [f"{value:,}" for value in values])
        axes.minorticks_off()
        axes.set_title(f"{values[-1] / values[0]:.3g} × the {SHORT[name]}: {minutes[-1] / minutes[0]:.2g} ×")
        listed = ", ".join(f"{value:,}: {one:.1f}" for value, one in zip(values, minutes, strict=True))
        told.append(f"{NAMES[name]}, {listed}")
    three[0].set_ylabel("processor minutes")
    curve = range(1, WORKERS[-1] + 1)
    finest, first = stages[WORKERS[-1]], clock(stages[1], 1) / 60
    last.plot(curve, [first / workers for workers in curve], color=FAINT, linestyle=":", label="if all shared evenly")
    last.plot(curve, [clock(finest, workers) / 60 for workers in curve], color=INK, label="simulated")
    last.axhline(least(finest) / 60, color=ARMS["plain"].colour, linestyle="--", label="longest tasks alone")
    last.set(xscale="log", yscale="log", xlabel="workers", ylabel="minutes by the clock")
    last.set_xticks(WORKERS, map(str, WORKERS))
    last.minorticks_off()
    last.legend(loc="lower left", fontsize=8)
    times = faster(stages)
    last.set_title(f"{WORKERS[-1]} workers: {times[WORKERS[-1]]:.0f} × as fast")
    simulated = ", ".join(f"{workers}: {clock(stages[workers], workers) / 60:.1f}" for workers in WORKERS)
    text = (
        f"Processor minutes of a search. {'; '.join(told)}. Minutes by the clock, simulated, with workers {simulated}; "
    )
    return figure, f"{text}with any number, {least(finest) / 60:.1f}."
