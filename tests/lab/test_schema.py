"""A schema allows what its words say, and an error says where what is not allowed stands."""

import subprocess
import sys

import pytest

from helpers.lab import schema
from helpers.lab.schema import checker

EDGES = [
    (schema.one_of("a", "b"), ["a"], ["c", "A", "", None, 1, ["a"]]),
    (schema.exactly(1), [1], [2, "1", None]),
    (schema.number(-1, 2), [-1, 0.5, 2], [-1.01, 2.01, True, "1", None, [1], float("inf"), 10**400]),
    (schema.whole(1, 12), [1, 12, 3.0], [0, 13, 2.5, True, "3", None]),
    (schema.text(1, 3), ["a", "äßç", "网络", "<b>"], ["", "abcd", 1, None, "a\n", "\na", "a\0", "\x1b[", "a\x85"]),
    (schema.text(0, 9), [""], ["\u202eabc", "a\u2028b", "a\u2066b", "\ud800"]),
    (schema.matching("[a-z]+|[0-9]", "small letters, or a digit"), ["ab", "1"], ["ab1", "12", "", "ab\n", " ab"]),
    (
        schema.moment(),
        ["2026-01-31T23:59:59Z", "2028-02-29T00:00:00Z", "9999-12-31T00:00:00Z"],
        ["9999-99-99T00:00:00Z", "2026-02-29T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z"]
        + ["0000-01-01T00:00:00Z", "2026-1-31T00:00:00Z", "2026-01-31T23:59:59", "2026-01-31", "", "Z", 2026, None]
        + [" 2026-01-31T23:59:59Z", "2026-01-31T23:59:59Z\n", "２026-01-31T23:59:59Z", "2026-01-31T23:59:60Z"],
    ),
    (schema.list_of(schema.whole(0, 9), 1, 3), [[1], [1, 2, 3]], [[], [1] * 4, ["1"], [10], 1, {"0": 1}, "1"]),
    (schema.named(schema.whole(0, 9), 2), [{}, {"a": 1, "b": 2}], [{"": 1}, {"a": "b"}, dict.fromkeys("abc", 1), []]),
    (schema.named(schema.whole(0, 9), 2), [{"a" * 100: 1}], [{"a" * 101: 1}, {"a\n": 1}, {"\x1b": 1}]),
    (schema.fields(a=schema.whole(0, 9)), [{"a": 1}], [{}, {"a": 1, "b": 2}, {"a": "1"}, [], None]),
    (
        schema.fields(optional=["b"], a=schema.whole(0, 9), b=schema.text(1, 2)),
        [{"a": 1}],
        [{"b": "c"}, {"a": 1, "b": 1}],
    ),
    (
        schema.either(schema.number(0, 1), schema.list_of(schema.number(0, 1), 0, 2)),
        [0.5, [], [0, 1]],
        [2, [2], [0, 0, 0], "0", ["0"], True, [True], {}],
    ),
]


@pytest.mark.parametrize(("allowing", "allowed", "refused"), EDGES, ids=[rule["description"] for rule, *_ in EDGES])
def test_a_schema_allows_what_its_words_say_and_no_more(allowing, allowed, refused):
    check = checker(allowing)
    for value in allowed:
        check(value, "it")
    for value in refused:
        with pytest.raises(ValueError, match="but it must be|has no"):
            check(value, "it")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (3, "it is 3, but it must be an object of a, b, and nothing else"),
        ({"a": {}}, "it has no b"),
        ({"a": {}, "b": 1, "c\n": 2}, "it has 'c\\n', but it must be an object of a, b, and nothing else"),
        ({"a": {"x": [1, 2, "z"]}, "b": 1}, "a['x'][2] is 'z', but it must be a whole number from 0 to 9"),
        ({"a": {}, "b": 5}, "b is 5, but it must be one of 1, 2"),
        ({"a": {"x\x1b": []}, "b": 1}, "a is {'x\\x1b': []}, but it must be at most 3 parts, each named by"),
    ],
)
def test_an_error_says_where_what_and_what_is_allowed(value, message):
    rows = schema.named(schema.list_of(schema.whole(0, 9), 0, 5), 3)
    with pytest.raises(ValueError) as raised:
        checker(schema.fields(a=rows, b=schema.one_of(1, 2)))(value, "it")
    assert str(raised.value).startswith(message)


@pytest.mark.parametrize("value", ["x" * 100_000, ["x"] * 100_000, {str(i): i for i in range(10_000)}])
def test_an_error_shows_no_more_than_the_beginning_of_a_long_value(value):
    with pytest.raises(ValueError) as raised:
        checker(schema.number(0, 1))(value, "it")
    assert len(str(raised.value)) < 500


def test_a_value_too_deep_to_look_into_is_refused():
    recursive = {"type": ["array", "number"], "items": {"$ref": "#"}, "description": "lists"}
    deep = 1
    for _ in range(sys.getrecursionlimit() * 2):
        deep = [deep]
    with pytest.raises(ValueError, match="it is nested too deeply"):
        checker(recursive)(deep, "it")


@pytest.mark.parametrize(
    ("program", "slow"),
    [
        ("import helpers.lab", {"matplotlib", "ipywidgets", "IPython", "jsonschema", "fastjsonschema"}),
        ("import helpers.lab; helpers.lab.load_claims()", {"matplotlib", "ipywidgets", "IPython", "jsonschema"}),
    ],
)
def test_what_takes_long_to_import_is_not_imported(program, slow):
    code = f"{program}; import sys; print(sorted({slow} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"
