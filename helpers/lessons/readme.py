"""What the README makes from other files, its lessons, verdicts and picture: `python -m helpers.lessons.readme`."""

import re
import textwrap
from pathlib import Path

from helpers.classroom.figures import FAINT, INK, png, subplots
from helpers.classroom.judge import LOOKS
from helpers.lab import Estimate, load_claims
from helpers.lab.full_size import stored_trial
from helpers.lessons import home, trials
from helpers.lessons.contents import lessons as all_lessons

PROJECT = Path(__file__).parents[2]
AT = ("axes fraction", "data")


def lessons():
    """The table of lessons: number, title and minutes of each notebook, and the claims tried in it."""
    rows = ["| | lesson | minutes | claims on trial |", "| --- | --- | --- | --- |"]
    claims = load_claims().values()
    for lesson in all_lessons():
        tried = ", ".join(claim.id for claim in claims if lesson.number in claim.lessons)
        rows.append(f"| {lesson.number} | [{lesson.title}](notebooks/{lesson.file}) | {lesson.minutes} | {tried} |")
    return "\n".join(rows)


def tried():
    """The claims that have a verdict, each with the intervals behind it in margins: pairs (Claim, list of Estimates).

    In blocks, one for each place that is finished; if none is, those of the full-size run; none for what is counted.
    """
    found = []
    for claim in load_claims().values():
        blocks = trials.verdict(claim.id) if claim.margins else None
        if blocks:
            pairs = [(difference, blocks.margins[place]) for place, difference in blocks.differences.items()]
        else:
            one = stored_trial(claim.id) if claim.figures else None
            pairs = [(part.difference, part.margin) for part in (one, *one.others.values())] if one else []
        if claim.verdict != "untested":
            found.append((claim, [Estimate(one.mean / by, one.low / by, one.high / by) for one, by in pairs]))
    return found


def verdicts():
    """Every claim that has a verdict, one a row, as a figure: its wording, what was found, and the verdict."""
    rows = tried()
    figure, axes = subplots(10, 0.62 * len(rows) + 1)
    told = []
    for row, (claim, found) in enumerate(rows):
        mark, colour = LOOKS[claim.verdict]
        for place, one in enumerate(found):
            down = row + (place - (len(found) - 1) / 2) * 0.7 / max(len(found), 3)
            axes.plot([one.low, one.high], [down, down], color=colour)
            axes.plot(one.mean, down, "o", color=colour, markersize=5)
        if not found:
            axes.annotate(
                "counted or exact", (1, row), ha="center", va="center", color=FAINT, fontsize=10, backgroundcolor="w"
            )
        wording = textwrap.fill(f"{claim.id}. {claim.wording}", 58)
        axes.annotate(wording, (0, row), (-8, 0), AT, "offset points", ha="right", va="center", fontsize=10)
        axes.annotate(f"{mark} {claim.verdict}", (1, row), (8, 0), AT, "offset points", va="center", fontsize=12)
        told.append(f"{claim.id} {claim.verdict}")
    axes.axvline(1, color=INK, linestyle=":")
    axes.set_xscale("symlog", linthresh=2)
    axes.set(ylim=(len(rows) - 0.4, -0.8), yticks=[], xlim=(-15, 150), xticks=[-10, -1, 0, 1, 10, 100])
    axes.set(xticklabels=["−10", "−1", "0", "1", "10", "100"], xlabel="found, in margins: a claim needs more than 1")
    axes.spines["left"].set_visible(False)
    axes.set_title("What is said about dropout, and what we found", x=-1.0)
    return figure, f"The claims with their verdicts: {', '.join(told)}. VERDICTS.md says under which conditions."


def made():
    """The README's pictures that are made here: name -> (figure, text alternative)."""
    return {"verdicts": verdicts()}


def updated(text, alts):
    """The README's `text` with its made parts made anew. alts: name of a picture -> its text alternative."""
    parts = {"lessons": lessons()} | {name: f"![{alt}](data/results/{name}.png)" for name, alt in alts.items()}
    for name, content in parts.items():
        pattern = rf"(?s)(<!-- {name}: .*?-->\n).*?(<!-- end of {name} -->)"
        text, count = re.subn(
            pattern, lambda match, part=content: f"{match[1]}{part}\n{match[2]}", text, flags=re.DOTALL
        )
        assert count == 1, f"README.md has no place for {name}"
    return text


def main():
    pictures = made()
    for name, (figure, _) in pictures.items():
        (PROJECT / "data" / "results" / f"{name}.png").write_bytes(png(figure, 180))
    home.write_question_picture(PROJECT)
    readme = PROJECT / "README.md"
    readme.write_text(updated(readme.read_text(), {name: alt for name, (_, alt) in pictures.items()}))


if __name__ == "__main__":
    main()
