"""Texts under their titles."""

from helpers.classroom.tables import table


def test_each_text_stands_under_its_title_escaped_and_aligned():
    made = table(("", "a < b"), [("one", "1"), ("two", "<2>")], align="right")
    right = 'style="text-align: right"'
    assert made.startswith(f"<table><tr><th {right}></th><th {right}>a &lt; b</th></tr><tr><td {right}>one</td>")
    assert made.endswith(f"<td {right}>&lt;2&gt;</td></tr></table>") and made.count("<tr>") == 3
    assert "text-align: left" in table(("a",), [("b",)])
