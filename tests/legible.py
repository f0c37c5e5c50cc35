"""Called in a lesson's kernel before its first cell: each figure shown must be whole, and its titles apart."""

from itertools import combinations

from helpers.classroom import figures

SLACK = 2  # pixels, for a letter's soft edge


def install():
    """Check every figure from now on, as soon as it is drawn."""
    drawn = figures.png

    def png(figure, *arguments):
        found = drawn(figure, *arguments)
        check(figure)
        return found

    figures.png = png


def check(figure):
    """See that of a drawn figure no title or label is cut off, and that no title covers another."""
    renderer, page = figure.canvas.get_renderer(), figure.bbox.padded(SLACK)
    titles = [title for axes in figure.axes for title in (axes.title, axes._left_title, axes._right_title)]
    labels = [label for axes in figure.axes for label in (axes.xaxis.label, axes.yaxis.label)]
    of_all = [text for text in (figure._suptitle, figure._supxlabel) if text]
    boxes = {text: text.get_window_extent(renderer) for text in (*titles, *labels, *of_all) if text.get_text()}
    for text, box in boxes.items():
        whole = page.x0 < box.x0 and box.x1 < page.x1 and page.y0 < box.y0 and box.y1 < page.y1
        assert whole, f"cut off: {text.get_text()!r}"
    for one, other in combinations([title for title in titles if title in boxes], 2):
        apart = not boxes[one].padded(-SLACK).overlaps(boxes[other].padded(-SLACK))
        assert apart, f"{one.get_text()!r} covers {other.get_text()!r}"
