"""You judge: what was found against the margin, the learner's verdict on it, and only then the rule's and the ledger's.

A verdict is on disk as soon as it is chosen, and is there again when the cell runs again.
"""

import html

import ipywidgets

from helpers.lab import VERDICTS, Estimate, EvidenceError, evidence, joint_verdict
from helpers.lab.claims import find_claim
from helpers.lab.machine import as_found_here
from helpers.nn.plumbing.checks import require

from . import progress
from .fallback import WithFallback
from .figures import image_tag, png, subplots
from .in_page import InPage
from .plots import draw_differences, stretch_near_zero

CALL = 'judge("Q", {"big minus small": result.difference("big", "small")}, "MNIST-1D, 1,000 examples", seeds)'
PROSE = "font-size: 16px; line-height: 1.5"
INK, QUIET = "var(--jp-content-font-color1, #222)", "var(--jp-content-font-color2, #555)"

# Each verdict's mark, and the colour of the edge next to it, which shows on light and on dark.
LOOKS = {
    "holds": ("✔", "#0072B2"),
    "fails": ("✘", "#D55E00"),
    "undecided": ("?", "#8a8a8a"),
    "depends": ("⇄", "#CC79A7"),
    "untested": ("…", "#8a8a8a"),
}


def judge(claim, found, conditions, seeds=None, lesson=None, predictions=(), rule=None, criterion=None):
    """Put a claim before the learner: a Judgement, to be shown. What was found is kept as evidence at once.

    claim: its id.  found: label -> Estimate, each to be held against the claim's margin; the first one counts, the
    others are further conditions. Or, where things are counted and not estimated, label -> number, with `criterion`,
    what was said in advance to count, as a sentence, and `rule`, the verdict by it.  conditions: under which it was
    found, as a sentence.  seeds: of the networks, from my_seeds; left out for what comes out the same for everybody.
    lesson: its number, where the claim has several.  predictions: those that the learner was asked for on this claim.
    """
    ledger = find_claim(claim)
    labelled = isinstance(found, dict) and found and all(isinstance(label, str) for label in found)
    require(labelled, "found", repr(found), "a dict from labels to Estimates or numbers", CALL)
    if rule is None:
        fine = ledger.margin is not None and all(isinstance(part, Estimate) for part in found.values())
        require(fine, "rule", None, f"one of {VERDICTS}, unless all found are Estimates with a margin", 'rule="holds"')
        rule = joint_verdict(*(estimate.verdict(ledger.margin) for estimate in found.values()))
        criterion = f"The claim asks for more than {_points(ledger.margin)}."
    require(criterion, "criterion", repr(criterion), "a sentence, where there is a rule", 'criterion="Not one moves."')
    conditions = as_found_here(conditions) if seeds else conditions
    recorded = {"conditions": conditions, "seeds": seeds, "lesson": lesson}
    return Judgement(ledger, found, rule, criterion, recorded, predictions)


class Judgement(WithFallback, ipywidgets.VBox):
    """A claim, what was found on it, a button for each verdict, and after one was pressed, the card with all three."""

    def __init__(self, claim, found, rule, criterion, recorded, predictions=()):
        self.claim, self.found, self.rule, self.criterion = claim, found, rule, criterion
        self.recorded, self.predictions = recorded, predictions
        self.key = f"{recorded['lesson'] or claim.lessons[0]:02} {claim.id}"
        depends = len(found) > 1 or not _is_estimated(found)
        offered = ["holds", "fails", "undecided", *(["depends"] if depends else [])]
        self.buttons = {verdict: ipywidgets.Button() for verdict in offered}
        for verdict, button in self.buttons.items():
            button.layout, button.style.font_size = {"width": "150px", "height": "44px"}, "17px"
            button.on_click(lambda button, verdict=verdict: self.choose(verdict))
        kept = progress.load().verdicts.get(self.key)
        self.chosen = kept if kept in self.buttons else None
        self.card = ipywidgets.HTML()
        row = ipywidgets.HBox([*self.buttons.values()], layout={"flex_flow": "row wrap", "grid_gap": "8px"})
        super().__init__([ipywidgets.HTML(self._case()), row, self.card, InPage()], layout={"max_width": "740px"})
        self.add_class("course-judge")
        self._keep()
        for prediction in predictions:
            prediction.result_shown()

    def choose(self, verdict):
        """Judge: keep the verdict, and show the others next to it. Another one may be chosen afterwards."""
        self.chosen = verdict
        self._keep(progress.keep("verdicts", self.key, verdict))

    def _keep(self, problem=""):
        """Keep what was found as evidence, and show what has been chosen so far."""
        made = [prediction.kept for prediction in self.predictions]
        options = {**self.recorded, "predictions": made, "learner_verdict": self.chosen}
        self.note = evidence.record(self.claim.id, self.rule, self.found, **options)
        for verdict, button in self.buttons.items():
            mine = verdict == self.chosen
            button.description = f"{'●' if mine else '○'} {verdict}"
            button.style.font_weight = "bold" if mine else "normal"
        self.card.value = f'<div role="status">{self._card(problem) if self.chosen else ""}</div>'

    def _case(self):
        """The claim, what was found, and the question, as HTML."""
        shown = _picture(self.found, self.claim.margin) if _is_estimated(self.found) else _table(self.found)
        lines = [
            f'<div style="color: {QUIET}">Claim {self.claim.id}</div>',
            f'<div style="font-size: 19px; margin-bottom: 12px">{_text(self.claim.wording)}</div>',
            shown,
            f'<div style="margin: 10px 0 2px"><b>{_text(self.criterion)} What is your verdict?</b></div>',
        ]
        return f'<div style="{PROSE}; color: {INK}">{"".join(lines)}</div>'

    def _card(self, problem=""):
        """The three verdicts and what sets them apart, as HTML."""
        ledger = self.claim.verdict
        tiles = _tile("The rule", self.rule, reason(self.found, self.claim.margin, self.rule))
        tiles += _tile("The ledger", ledger, "what the course found" if ledger != "untested" else "no verdict yet")
        if self.chosen:
            first = self._first()
            changed = f"At first: {first}, which is what the evidence keeps." if first != self.chosen else ""
            tiles = _tile("You", self.chosen, changed or agreement(self.chosen, self.rule, self.found)) + tiles
        lines = [f"<b>{_text(beside_the_ledger(self.rule, ledger))}</b>"]
        if self.claim.remember:
            lines.append(f"<b>To remember.</b> {_text(self.claim.remember)}")
            lines.append(f"<b>The ledger's conditions.</b> {_text(self.claim.conditions)}")
        lines.append(f"<b>Yours.</b> {_text(self.recorded['conditions'])}")
        quiet = " ".join(part for part in (self.note.text, problem) if part)
        body = "".join(f'<p style="margin: 10px 0 0">{line}</p>' for line in lines)
        body += f'<p style="margin: 10px 0 0; color: {QUIET}">{_text(quiet)}</p>'
        grid = "display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 12px"
        edge = "border: 1px solid var(--jp-border-color1, #bbb); border-radius: 10px; padding: 16px"
        look = f"{PROSE}; color: {INK}; background: var(--jp-layout-color1, #fff); {edge}; margin-top: 10px"
        return f'<div class="course-card" style="{look}"><div style="{grid}">{tiles}</div>{body}</div>'

    def _first(self):
        """The learner's first verdict, as the evidence keeps it; where none could be kept, the one chosen now."""
        try:
            return self.note.path and evidence.read(self.note.path)["learner_verdict"] or self.chosen
        except EvidenceError:
            return self.chosen

    def fallback(self):
        if self.chosen:
            return self._case() + self._card()
        return f'{self._case()}<details style="{PROSE}"><summary>The verdicts</summary>{self._card()}</details>'


def reason(found, margin, verdict):
    """Why the rule gives this verdict, in a sentence or two. found: label -> Estimate, or number."""
    if not _is_estimated(found):
        return "By the criterion above, fixed in advance; nothing here is estimated."
    if len(found) > 1:
        listed = "; ".join(f"{label}: {estimate.verdict(margin)}" for label, estimate in found.items())
        return f"{listed}. " + ("Two conditions decide differently." if verdict == "depends" else "No two contradict.")
    (estimate,) = found.values()
    if estimate.low == estimate.high:
        return "The interval has no width: nothing varied, so nothing is known of chance."
    if verdict == "undecided":
        return f"The margin of {_points(margin)} lies inside the interval: it could be more, and it could be less."
    side = "above" if verdict == "holds" else "below"
    told, way = f"The whole interval lies {side} the margin of {_points(margin)}", estimate.failure(margin)
    return f"{told}." if way in ("", "below the margin") else f"{told}: {way}."


def agreement(learner, rule, found):
    """What to say to a learner's verdict, compared with the rule's, in a sentence."""
    if learner == rule:
        return "The rule says the same."
    if not _is_estimated(found):
        return "The rule goes by the criterion, to the letter."
    if len(found) > 1:
        return "The first condition's verdict counts, unless another condition decides otherwise: then it depends."
    if rule == "undecided":
        return "The mean may lie on your side of the margin, but the interval lies on both."
    if learner == "undecided":
        return "You were more careful than the rule: all of the interval lies on one side of the margin."
    return "The rule asks on which side of the margin the interval lies, not on which side of zero."


def beside_the_ledger(rule, ledger):
    """Why the rule's verdict and the ledger's differ, or that they don't, in a sentence or two."""
    if ledger == "untested":
        return "The ledger has no verdict on this claim yet."
    if ledger == rule:
        return "Your run and the ledger agree."
    if {rule, ledger} == {"holds", "fails"}:
        return "Your run and the ledger contradict each other. Compare the conditions: what differs?"
    differ = f"“{rule.capitalize()}” does not contradict “{ledger}”"
    if rule == "undecided":
        return f"{differ}. With few networks the interval is wide, and the margin in it; the ledger has more to go by."
    if ledger == "undecided":
        return f"{differ}: the ledger asks for more than one run can show."
    if ledger == "depends":
        return (
            f"{differ}: the ledger found conditions under which the claim holds, and others under which it fails. You "
            "tried some of them."
        )
    return f"{differ}: you tried a condition that the ledger's verdict is not about."


def _is_estimated(found):
    return all(isinstance(part, Estimate) for part in found.values())


def _text(content):
    return html.escape(content)


def _points(fraction):
    return f"{100 * fraction:g} point{'' if fraction == 0.01 else 's'}"


def _picture(estimates, margin):
    """The intervals, the margin and zero, as an HTML <img>; what is more than the margin has a tint."""
    figure, axes = subplots(8, 1.3 + 0.6 * len(estimates))
    draw_differences(axes, estimates, margin)
    stretch_near_zero(axes, estimates)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, -0.5), max(high, 100 * margin + 1.5))
    axes.axvspan(100 * margin, axes.get_xlim()[1], color="#0072B2", alpha=0.08, linewidth=0)
    told = "; ".join(f"{label}: {estimate}" for label, estimate in estimates.items())
    return image_tag(png(figure, 2 * figure.dpi), f"{told}. The margin is {_points(margin)}.", 720)


def _table(numbers):
    """What was counted, a row each."""
    cell = "padding: 4px 20px 4px 0; border-bottom: 1px solid var(--jp-border-color2, #ddd); text-align: left"
    rows = (
        f'<tr><th scope="row" style="{cell}; font-weight: normal">{_text(label)}</th>'
        f'<td style="{cell}; text-align: right"><b>{_number(number)}</b></td></tr>'
        for label, number in numbers.items()
    )
    return f'<table style="{PROSE}; border-collapse: collapse; margin: 0">{"".join(rows)}</table>'


def _number(number):
    return f"{number:,}" if isinstance(number, int) else f"{number:.3g}"


def _tile(title, verdict, text):
    """One of the three verdicts."""
    mark, colour = LOOKS[verdict]
    edge = f"border-left: 6px solid {colour}; padding: 2px 0 2px 12px"
    said = f'<span aria-hidden="true">{mark}</span> <b>{verdict}</b>'
    lines = [f'<div style="color: {QUIET}">{title}</div>', f'<div style="font-size: 24px">{said}</div>', _text(text)]
    return f'<div style="{edge}">{"".join(lines)}</div>'
