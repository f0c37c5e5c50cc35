"""Imported in a lesson's kernel before its first cell: each figure shown must be whole, and its titles apart."""

from itertools import combinations

from helpers.classroom import figures

SLACK = 2  # pixels, for a letter's soft edge
drawn = figures.png


def png(figure, *arguments):
    """The figure as bytes, once it is seen that nothing of its titles and labels is cut off or covers another title."""
    found = drawn(figure, *arguments)
    renderer, page = figure.canvas.get_renderer(), figure.bbox
    titles = [title for axes in figure.axes for title in (axes.title, axes._left_title, axes._right_title)]
    titles = {title.get_text(): title.get_window_extent(renderer) for title in titles if title.get_text()}
    labels = [label for axes in figure.axes for label in (axes.xaxis.label, axes.yaxis.label) if label.get_text()]
    for text, box in (titles | {label.get_text(): label.get_window_extent(renderer) for label in labels}).items():
        whole = box.x0 > page.x0 - SLACK and box.x1 < page.x1 + SLACK
        assert whole and box.y0 > page.y0 - SLACK and box.y1 < page.y1 + SLACK, f"cut off: {text!r}"
    for (first, one), (second, other) in combinations(titles.items(), 2):
        assert not one.padded(-SLACK).overlaps(other.padded(-SLACK)), f"{first!r} covers {second!r}"
    return found


figures.png = png
