"""A table on the page: texts under their titles."""

import html


def table(titles, rows, align="left"):
    """The table as HTML. titles: texts.  rows: a list of texts for each; all are escaped.  align: "left" or "right"."""
    lines = [_row("th", titles, align), *(_row("td", row, align) for row in rows)]
    return f"<table>{''.join(lines)}</table>"


def _row(kind, texts, align):
    cells = (f'<{kind} style="text-align: {align}">{html.escape(text)}</{kind}>' for text in texts)
    return f"<tr>{''.join(cells)}</tr>"
