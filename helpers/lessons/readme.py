"""What the README makes from other files, its lessons, verdicts and picture: `python -m helpers.lessons.readme`."""

import json
import re
from pathlib import Path

from helpers.classroom.figures import png, subplots
from helpers.lab import load_claims
from helpers.lab.full_size import stored_trial
from helpers.lessons import trials
from helpers.lessons.lesson_04 import experiment
from helpers.lessons.lesson_04.pictures import LABELS, draw_widths, full_size_grid

PROJECT = Path(__file__).parents[2]
AMOUNT = 4000  # training examples in the picture


def lessons():
    """The table of lessons: number, title and first sentence of each notebook, and the claims tried in it."""
    rows = ["| | lesson | claims on trial |", "| --- | --- | --- |"]
    claims = load_claims().values()
    for path in sorted((PROJECT / "notebooks").glob("[0-9]*.ipynb")):
        title = "".join(json.loads(path.read_text())["cells"][0]["source"]).splitlines()[0]
        number, name = re.fullmatch(r"# Lesson (\d+) · (.+)", title).groups()
        tried = ", ".join(claim.id for claim in claims if int(number) in claim.lessons)
        rows.append(f"| {number} | [{name}](notebooks/{path.name}) | {tried} |")
    return "\n".join(rows)


def verdicts():
    """The table of the claims that have a verdict, with the primary difference where there is one."""
    rows = ["| | claim | verdict | found | repeat it |", "| --- | --- | --- | --- | --- |"]
    for claim in load_claims().values():
        if claim.verdict != "untested":
            command = f"`{claim.command}`" if claim.command else ""
            rows.append(f"| {claim.id} | {claim.wording} | **{claim.verdict}** | {_found(claim)} | {command} |")
    return "\n".join(rows)


def _found(claim):
    """The claim's primary difference, in blocks or in the results file that the ledger names, and its conditions."""
    difference, blocks = "", trials.verdict(claim.id) if claim.margins else None
    if blocks and blocks.finished:
        difference = f"In blocks {blocks.overall}. "
    elif claim.figures:
        difference = f"{stored_trial(claim.id).difference}. "
    return f"{difference}{claim.conditions}"


def picture():
    """The picture below the question, as a figure, and its text alternative: the answer, from lesson 4's full size."""
    means = full_size_grid(AMOUNT)
    figure, axes = subplots(8, 3.4)
    draw_widths(axes, means)
    best, told = {}, []
    for rate in experiment.RATES:
        curve = [means[width, rate].mean for width in experiment.WIDTHS]
        best[rate] = max(curve)
        label = LABELS[rate]
        told.append(f"{label} {', '.join(f'{mean:.0%}' for mean in curve)}")
    with_dropout = max(best[rate] for rate in experiment.RATES if rate)
    axes.set_title(f"No smaller network comes near: {best[0.0]:.0%} without dropout, {with_dropout:.0%} with it")
    alt = (
        f"Test accuracy of networks with two layers of {min(experiment.WIDTHS)} to {max(experiment.WIDTHS)} neurons, "
        "each tuned by itself, "
        f"{AMOUNT:,} training examples. {'; '.join(told)}."
    )
    return figure, alt


def updated(text, alt):
    """The README's `text` with its made parts made anew."""
    parts = {"lessons": lessons(), "verdicts": verdicts(), "picture": f"![{alt}](data/results/picture.png)"}
    for name, made in parts.items():
        pattern = rf"(<!-- {name}: .*?-->\n).*?(<!-- end of {name} -->)"
        text, count = re.subn(pattern, lambda match, made=made: f"{match[1]}{made}\n{match[2]}", text, flags=re.DOTALL)
        assert count == 1, f"README.md has no place for {name}"
    return text


def main():
    figure, alt = picture()
    (PROJECT / "data" / "results" / "picture.png").write_bytes(png(figure, 180))
    readme = PROJECT / "README.md"
    readme.write_text(updated(readme.read_text(), alt))


if __name__ == "__main__":
    main()
