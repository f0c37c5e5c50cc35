"""Home: what `00-start-here.ipynb` shows, and what stands at the end of each lesson."""

import html
from pathlib import Path
from urllib.parse import quote

import numpy as np
from IPython.display import HTML, display

from helpers.classroom import progress
from helpers.classroom.figures import ARMS, FAINT, INK, png, show, subplots
from helpers.classroom.lesson import begin
from helpers.classroom.my_work import MyWork
from helpers.lab import VERDICTS, load_claims

from .contents import lessons

QUESTION_PICTURE = Path("data", "results", "question.png")  # in the project's folder
QUESTION = "If removing neurons makes a network better, why not build a smaller one in the first place?"
KINDS = ("predictions", "exercises", "quiz", "verdicts")
OWN_DATA = "your-own-data.ipynb"
EXTRAS = "for_sceptics"  # the verdicts on claims in folded parts: a lesson is done without them


def welcome():
    """Who you are, what you have done, where to go on, your verdicts next to the ledger's, and all of it as a file."""
    begun = begin(0)
    display(begun)
    table = display(HTML(_overview()), display_id=True)
    verdicts = display(_verdicts(), display_id=True)

    def update(*_):
        table.update(HTML(_overview()))
        verdicts.update(_verdicts())

    begun.name.observe(update, "value")
    display(MyWork(update))


def achieved(number):
    """What was done in a lesson; after the last one, the course's question too."""
    known = lessons()
    place = [lesson.number for lesson in known].index(number)
    lesson, found = known[place], progress.load()
    kinds = [*KINDS, *[EXTRAS] * bool(lesson.for_sceptics)]
    told = ", ".join(f"{kind.replace('_', ' ')} {_told(*done(lesson, found, kind))}" for kind in kinds)
    rows = [f"<b>What you did in this lesson:</b> {told}. Your results are saved: go on now, or another day."]
    if place == len(known) - 1:
        rows += _closing(found)
    return HTML("".join(f'<p style="max-width: 62ch">{row}</p>' for row in rows))


def done(lesson, found, kind):
    """How much of a kind is done in a lesson, and how much there is. found: a Progress.  kind: of KINDS or EXTRAS."""
    keys, kept = getattr(lesson, kind), found.verdicts if kind == EXTRAS else getattr(found, kind)
    if kind == "quiz":
        finished = [key for key in keys if key in kept and kept[key].right]
    elif kind == "exercises":
        finished = [key for key in keys if key in kept and kept[key].state == "right"]
    else:
        finished = [key for key in keys if key in kept]
    return len(finished), len(keys)


def is_done(lesson, found):
    """Whether all of a lesson is done, but for what is for sceptics."""
    return all(some == most for some, most in (done(lesson, found, kind) for kind in KINDS))


def where_to_go_on(known, found):
    """The Lesson to go on with and its section: the one last visited, or if that is done the next; None if all are."""
    keys = {lesson: f"{lesson.number:02}" for lesson in known}
    visited = {lesson: found.visited[key] for lesson, key in keys.items() if key in found.visited}
    open_ones = [lesson for lesson in known if not is_done(lesson, found)]
    if not open_ones:
        return None
    last = max(visited, key=lambda lesson: visited[lesson].time, default=open_ones[0])
    if last in open_ones:
        return last, visited[last].section if last in visited else ""
    later = [lesson for lesson in open_ones if lesson.number > last.number]
    return (later or open_ones)[0], ""


def _overview():
    """The lessons as a table of what is done, and the link that leads on, as HTML."""
    known, found = lessons(), progress.load()
    rows = [_row("th", "lesson", "minutes", *KINDS, "for sceptics")]
    for lesson in known:
        cells = [_link(lesson, f"{lesson.number} · {lesson.title}"), lesson.minutes]
        cells += [_told(*done(lesson, found, kind)) for kind in KINDS]
        rows.append(_row("td", *cells, _told(*done(lesson, found, EXTRAS)) if lesson.for_sceptics else ""))
    own = f'<p><b><a href="{OWN_DATA}">Your own data</a></b>: bring a table, and see which network to take for it.</p>'
    return f'{_way_on(known, found)}<table style="font-size: 14px">{"".join(rows)}</table>{own}'


def _row(kind, *cells):
    """A row of a table; kind: "th" or "td"."""
    return "<tr>" + "".join(f'<{kind} style="text-align: left">{cell}</{kind}>' for cell in cells) + "</tr>"


def _way_on(known, found):
    leads = where_to_go_on(known, found)
    if leads is None:
        return "<p>You have done all there is. What is left is your own data.</p>"
    lesson, section = leads
    words = "Continue here" if found.visited.keys() - {"00"} else "Begin here"
    where = f"Lesson {lesson.number}, {lesson.title}" + (f": {section}" if section else "")
    return f'<p style="font-size: 18px"><b>{_link(lesson, f"{words} ▸ {where}", section)}</b></p>'


def _link(lesson, text, section=""):
    anchor = f"#{quote(section.translate(str.maketrans(' ', '-', '`*_')))}" if section else ""
    return f'<a href="{quote(lesson.file)}{anchor}">{html.escape(text)}</a>'


def _told(some, most):
    return f"{some} of {most}{' ✔' if some == most else ''}"


def _verdicts():
    """The verdicts given so far, each next to the ledger's, as a picture; of no other claim is the ledger's shown."""
    given = {key.split()[1]: verdict for key, verdict in sorted(progress.load().verdicts.items())}
    claims = {claim: found for claim, found in load_claims().items() if claim in given}
    if not claims:
        return HTML("<p>Your verdicts will stand here, next to the ledger's. You have given none yet.</p>")
    figure, axes = subplots(9, 1.3 + 0.4 * len(claims))
    rows = range(len(claims))
    for label, verdicts, look in (
        ("you", [given[claim] for claim in claims], {"markersize": 9}),
        ("the ledger", [found.verdict for found in claims.values()], {"markersize": 17, "fillstyle": "none"}),
    ):
        places = [VERDICTS.index(verdict) if verdict in VERDICTS else np.nan for verdict in verdicts]
        axes.plot(places, rows, "o", color=INK, label=label, **look)
    axes.set_xticks(range(len(VERDICTS)), VERDICTS)
    axes.set_yticks(rows, [f"{claim}: {_short(found.wording)}" for claim, found in claims.items()], fontsize=10)
    axes.set(xlim=(-0.5, len(VERDICTS) - 0.5), ylim=(len(claims) - 0.5, -0.5))
    axes.legend(loc="center left", bbox_to_anchor=(1, 0.5))
    agree = sum(found.verdict == given[claim] for claim, found in claims.items())
    axes.set_title(f"You and the ledger say the same of {agree} of {len(claims)}")
    told = "; ".join(f"{claim}: you {given[claim]}, the ledger {found.verdict}" for claim, found in claims.items())
    return show(figure, f"Your verdicts next to the ledger's. {told}.")


def _short(wording):
    return wording if len(wording) <= 48 else f"{wording[:45].rstrip()} …"


def _closing(found):
    """The course's question, with the learner's answer and then the ledger's, as pieces of HTML."""
    rows = [f"<b>The question of the course.</b> {html.escape(QUESTION)}"]
    mine = [verdict for key, verdict in found.verdicts.items() if key.endswith(" Q")]
    if not mine:
        lesson = next(lesson for lesson in lessons() if any(key.endswith(" Q") for key in lesson.verdicts))
        return [*rows, f"You have not judged it yet: {_link(lesson, f'Lesson {lesson.number}, {lesson.title}')}."]
    claim = load_claims()["Q"]
    rows.append(f"Claim Q says: <i>{html.escape(claim.wording)}</i> Your verdict: <b>{html.escape(mine[-1])}</b>.")
    rows.append(f"The ledger's: <b>{claim.verdict}</b>. {html.escape(claim.remember)}")
    return rows


def question_picture():
    """The picture that asks the course's question: a figure."""
    figure, axes = subplots(9, 3.3)
    random = np.random.default_rng(3)
    for step in range(3):
        kept = random.permutation(8) < 4
        _draw_network(axes, 3.1 * step, kept)
        axes.text(3.1 * step + 1, -0.9, f"step {step + 1}", ha="center", fontsize=11)
    _draw_network(axes, 10.6, np.ones(4, bool))
    axes.text(11.6, -0.9, "every step", ha="center", fontsize=11)
    axes.text(4.1, 8.3, "Eight neurons, half of them switched off at random", ha="center", fontsize=13)
    axes.text(11.6, 8.3, "Four from the start", ha="center", fontsize=13)
    axes.text(9.35, 3.5, "?", ha="center", va="center", fontsize=44, color=ARMS["dropout"].colour)
    axes.set(xlim=(-0.6, 13.2), ylim=(-1.4, 9))
    axes.set_axis_off()
    return figure


def _draw_network(axes, left, kept):
    """A layer of hidden neurons between two inputs and two outputs; those not kept are crosses without connections."""
    heights = np.arange(len(kept)) + (8 - len(kept)) / 2
    for height, works in zip(heights, kept, strict=True):
        for side in (0, 2):
            for end in (2.5, 4.5):
                if works:
                    axes.plot([left + side, left + 1], [end, height], color=FAINT, linewidth=0.8, zorder=1)
        look = {"marker": "o", "color": INK} if works else {"marker": "x", "color": FAINT}
        axes.plot(left + 1, height, markersize=10, zorder=2, **look)
    for side in (0, 2):
        axes.plot([left + side] * 2, [2.5, 4.5], "s", color=INK, markersize=8, zorder=2)


def write_question_picture(project):
    """Write the picture that asks to where the notebook looks for it."""
    (project / QUESTION_PICTURE).write_bytes(png(question_picture(), 150))
