"""Build the book: the lessons with their results, to be read by somebody who runs nothing.

`python3 start.py book` runs this. The book may lie in any folder, and asks nobody for anything.
"""

import argparse
import os
import shutil
import sys
import time
from pathlib import Path

import nbformat

import start
from tools.room import install_tools, must_be_ours, put_in_place, run

from . import chapter, check

HERE, WORK = Path(__file__).parent, start.ROOT / ".cache" / "book"
TOOLS, REQUIREMENTS = WORK / "tools", start.ROOT / "requirements-book.txt"
LESSONS = [path for path in sorted((start.ROOT / "notebooks").glob("*.ipynb")) if path.name != Path(start.HOME).name]
PIP = ("--no-deps", "--no-compile")
MARK = "searchindex.js"  # a folder with this file is a book
PICTURES = ("question.png", "repeats.png")  # those in data/results that pages show


def run_lessons(lessons, evidence):
    """Each lesson's name and its notebook, run. If one fails, the others are run, and all failures named."""
    done, failed = [], []
    for number, lesson in enumerate(lessons, 1):
        print(f"[{number}/{len(lessons)}] {lesson.name} ", end="", flush=True)
        began = time.monotonic()
        try:
            done.append((lesson.name, chapter.run(lesson, evidence)))
            print(f"done in {time.monotonic() - began:.0f} s", flush=True)
        except chapter.Failed as error:
            print(f"FAILED\n{error}", flush=True)
            failed.append(lesson.name)
    if failed:
        names, mend = ", ".join(failed), f"Mend them in JupyterLab:\n    {start.START}"
        raise start.Trouble(f"No book was written. These lessons failed: {names}. {mend}")
    return done


def lay_out(folder, notebooks):
    """Make the folder that Sphinx reads. notebooks: pairs of a name and a notebook that was run."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "pages", folder)
    for name in ("VERDICTS.md", "CHANGELOG.md"):
        shutil.copy(start.ROOT / name, folder / name.lower())
    shutil.copy(start.ROOT / "CITATION.cff", folder)
    (folder / "data" / "results").mkdir(parents=True)
    for name in PICTURES:
        shutil.copy(start.ROOT / "data" / "results" / name, folder / "data" / "results")
    (folder / "notebooks").mkdir()
    for name, notebook in notebooks:
        nbformat.write(chapter.chapter(notebook, name, folder / "extra" / "pictures"), folder / "notebooks" / name)


def make_pages(source, folder):
    """Have Sphinx make the pages from the folder `source`, and look them through."""
    shutil.rmtree(folder, ignore_errors=True)
    (source / "extra").mkdir(exist_ok=True)
    options = ["-W", "--keep-going", "-q", "-E", "-b", "html", "-c", HERE, "-d", source.with_name("doctrees")]
    options += ["-D", f"html_extra_path={source / 'extra'}"]
    paths = os.pathsep.join(map(str, (TOOLS, start.ROOT)))
    run("Sphinx", "sphinx", *options, source, folder, env=os.environ | {"PYTHONPATH": paths})
    if found := check.problems(folder):
        raise start.Trouble("No book was written:\n" + "\n".join(found))


def build(out, notebooks):
    """Build the book in the folder `out`, whole or not at all. notebooks: pairs of a name and a notebook, run."""
    must_be_ours(out, MARK)
    install_tools(TOOLS, REQUIREMENTS, *PIP)
    lay_out(WORK / "source", notebooks)
    make_pages(WORK / "source", WORK / "new")
    put_in_place(WORK / "new", out, MARK)
    print(f"The book is ready: open {out / 'index.html'}")


def run_and_build(out):
    """Run all lessons and build the book from them in the folder `out`."""
    evidence = WORK / "evidence"  # nobody's, instead of the person's own
    shutil.rmtree(evidence, ignore_errors=True)
    build(out, run_lessons(LESSONS, evidence))


def main():
    """Do what start.py asks for, with an absolute path."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path, required=True)
    try:
        run_and_build(parser.parse_args().out)
    except start.Trouble as trouble:
        sys.exit(f"\n{trouble}")


if __name__ == "__main__":
    main()
