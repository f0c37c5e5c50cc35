"""Every claim with its verdict, in one page, VERDICTS.md: `python -m helpers.lessons.verdicts`."""

from helpers.classroom.figures import png
from helpers.lab import load_claims, load_results
from helpers.lab.full_size import stored_trial

from . import repeats, trials
from .readme import PROJECT

PAGE = PROJECT / "VERDICTS.md"
PICTURE = PROJECT / "data" / "results" / "repeats.png"
HEAD = """# The verdicts

Made by `python -m helpers.lessons.verdicts` from the ledger, `data/claims.toml`, and the results in
`data/results/`; not by hand. A claim *holds* where the interval of its difference lies wholly above the margin that was
fixed in advance, and *fails* where it lies wholly below. Tried in several places, it holds if it holds everywhere,
fails if it fails somewhere and holds nowhere, and depends if it holds in one place and fails in another. Else it is
undecided.

Would other seeds have given another verdict? Every trial in blocks was simulated two hundred times from how much its
blocks differ. (`python -m helpers.lessons.repeats` trains two of them anew, with other names and on a smaller budget.
Where that was done, it stands with the claim.)
"""
SUMMARY = "| | claim | verdict |\n| --- | --- | --- |"
TABLE = "| where | difference | margin | there it | first side ahead |\n| --- | --- | --- | --- | --- |"


def page():
    """The text of VERDICTS.md."""
    _, told = repeats.picture()
    claims = load_claims().values()
    rows = [f"| [{claim.id}](#{_anchor(claim)}) | {claim.wording} | {claim.verdict} |" for claim in claims]
    tried = [_section(claim) for claim in claims if claim.verdict != "untested"]
    return "\n".join([HEAD, f"![{told}](data/results/repeats.png)\n", SUMMARY, *rows, "", "\n\n".join(tried), ""])


def _anchor(claim):
    return f"claim-{claim.id.lower()}-{claim.verdict}" if claim.verdict != "untested" else "the-verdicts"


def _section(claim):
    """One claim: heading, wording, conditions, what each place gave, how to repeat it, and its history."""
    parts = [f"## Claim {claim.id}: {claim.verdict}", f"> {claim.wording}", f"**{claim.remember}**", claim.conditions]
    if claim.figures:
        trial = stored_trial(claim.id)
        command = load_results(claim.figures)["command"]
        parts.append(f"One full-size run, one search, `{command}`: {trial.difference}, margin {_points(trial.margin)}.")
    if claim.id in trials.trials():
        parts += _in_blocks(claim)
    parts.append(f"Repeat it: `{claim.command}`")
    if claim.history:
        parts.append("<details><summary>History</summary>\n")
        parts += ["\n".join(f"- {entry}" for entry in claim.history), "</details>"]
    return "\n\n".join(parts)


def _in_blocks(claim):
    found = trials.verdict(claim.id)
    if found is None:
        return [f"In blocks, not finished anywhere yet: `{trials.COMMAND} {claim.id}`"]
    so_far = "" if found.finished else " so far (other places are not finished)"
    rows = [
        f"| {place} | {difference} | {_points(found.margins[place])} | {found.overall.places[place]} | "
        f"{found.ahead[place]} blocks |"
        for place, difference in found.differences.items()
    ]
    return [
        f"In blocks{so_far}: **{found.overall.verdict}**. {claim.primary}",
        "\n".join([TABLE, *rows]),
        f"With other seeds, simulated {repeats.TIMES} times: {_counted(repeats.simulated(claim.id))}.",
        *_trained_anew(claim),
    ]


def _trained_anew(claim):
    counted = repeats.trained().get(claim.id)
    return [f"Trained anew with {counted.total()} other names: {_counted(counted)}."] if counted else []


def _counted(counted):
    return ", ".join(f"{verdict} {number}" for verdict, number in counted.most_common())


def _points(fraction):
    return f"{100 * fraction:.2g} point{'s' if round(100 * fraction, 1) != 1 else ''}"


def main():
    figure, _ = repeats.picture()
    PICTURE.write_bytes(png(figure, 180))
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
