"""Run a lesson's experiment at full size and write what it found: `python -m helpers.lab.run 2`.

It may be stopped and started again: what was trained is kept in the cache.
"""

import argparse
import importlib
import pkgutil
import time

from . import experiments
from .results import write_results


def lessons():
    """The numbers of the lessons that have a full-size experiment."""
    names = (module.name for module in pkgutil.iter_modules(experiments.__path__))
    return sorted(int(name.removeprefix("lesson_")) for name in names)


def run(lesson, executor=None):
    """Run the experiment of one lesson, write its results, and return the file's path."""
    start = time.perf_counter()
    found = importlib.import_module(f"{experiments.__name__}.lesson_{lesson:02}").run(executor)
    seconds = time.perf_counter() - start
    command = f"python -m helpers.lab.run {lesson}"
    name = f"lesson-{lesson:02}"
    return write_results(name, command, found.figures, found.settings, found.seeds, seconds, found.data)


def main():
    parser = argparse.ArgumentParser(prog="python -m helpers.lab.run", description=__doc__.splitlines()[0])
    parser.add_argument("lesson", type=int, choices=lessons(), help="the lesson's number")
    print("written:", run(parser.parse_args().lesson))


if __name__ == "__main__":
    main()
