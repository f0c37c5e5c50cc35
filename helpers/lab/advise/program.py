"""A whole program, from the file with the table to the class of a new row, with pandas, scikit-learn and PyTorch.

It reads the file as `load_table` did and prepares it in the same way: gaps get the median and a column that says where
they were, each common category gets a column, and all is standardised by the rows to train on. Equal rows, and rows
that belong together, are all to train on or all to test on. Which rows these are is drawn anew.
"""

import json
import textwrap
from math import ceil, sqrt

from ..own_table import MOST_VALUES, RAREST
from . import code

WIDTH = 96
PROGRAM = """\
# Once: pip install {packages}
{imports}

{names}

# 1. Read the table.
{read}
{split}

# 2. Make numbers of the columns: fill gaps, split categories, standardise.
prepare = make_pipeline(
    make_column_transformer(
{columns}
    ),
    StandardScaler(),
)
{x}
{y}

# 3. Train.
{build}


def predict(rows):
{predict}


# 4. Test. The search found {found}. Here the rows are split anew, and
# random numbers differ: expect a result within about {near} of that.
right = predict(test) == test[label]
print(f"right for {{right.mean():.1%}} of {{len(right)}} test rows")

# 5. A new row: put your own values here.
{new}
print(predict(new)[0])
"""
NUMBERS = '        (SimpleImputer(strategy="median", add_indicator=True), numbers),'
CATEGORIES = """\
        (
            OneHotEncoder(
                min_frequency={rarest},
                max_categories={most},
                handle_unknown="infrequent_if_exist",
                sparse_output=False,
            ),
            categories,
        ),"""


def program(package, recipe, report, expected, rows):
    """The program as text. package: "torch" or "sklearn".  recipe: None for the commonest class.  report: of the Table.

    expected: the accuracy on test rows, an Estimate.  rows: how many the program trains on, about.
    """
    source, kinds = report.source, _kinds(report)
    imports, build = code.parts(package, recipe, "x.shape[1]", len(report.classes))
    split_by, split = _split(report)
    rarest = max(RAREST[0], ceil(RAREST[1] * rows))
    how = {"numbers": NUMBERS, "categories": CATEGORIES.format(rarest=rarest, most=MOST_VALUES + 1)}
    first = {name: _whole(source.first[name]) for name in report.numeric}
    common = {name: values[0].replace("(empty)", "") for name, values in report.category.items()}
    used = [
        "import numpy as np" * source.archive,
        "import pandas as pd",
        "from sklearn.compose import make_column_transformer",
        "from sklearn.impute import SimpleImputer" * ("numbers" in kinds),
        f"from sklearn.model_selection import {split_by}" * bool(split_by),
        "from sklearn.pipeline import make_pipeline",
        f"from sklearn.preprocessing import {_encoders(package, kinds)}",
        *imports,
    ]
    tensors = {
        "x": "x = torch.tensor(prepare.fit_transform(train), dtype=torch.float32)",
        "y": "labels = LabelEncoder()\ny = torch.tensor(labels.fit_transform(train[label]))",
        "predict": "    x = torch.tensor(prepare.transform(rows), dtype=torch.float32)\n"
        "    return labels.inverse_transform(network(x).argmax(1))",
    }
    arrays = {
        "x": "x = prepare.fit_transform(train)",
        "y": "y = train[label]",
        "predict": "    return model.predict(prepare.transform(rows))",
    }
    if recipe is None:
        tensors["predict"] = "    return labels.inverse_transform([commonest] * len(rows))"
    return PROGRAM.format(
        packages=" ".join(["pandas", "scikit-learn", *["torch"] * (package == "torch")]),
        imports="\n".join(sorted(filter(None, used), key=lambda line: (line.startswith("from"), line))),
        names="\n".join([*(_named(*kind) for kind in kinds.items()), f"label = {_text(source.label)}"]),
        read="\n".join(_read(report)),
        split="\n".join(split),
        columns="\n".join(how[kind] for kind in kinds),
        build="\n".join(["torch.manual_seed(0)"] * (package == "torch") + build),
        found=expected.as_percent(),
        near=f"{100 * near(expected):.0f} points",
        new=_named("new", first | common, "pd.DataFrame([", "])"),
        **tensors if package == "torch" else arrays,
    )


def _kinds(report):
    """The names of the columns of each kind that there is."""
    kinds = {"numbers": [*report.numeric], "categories": [*report.category]}
    return {kind: names for kind, names in kinds.items() if names}


def near(expected):
    """How far from it the program's accuracy may be: both vary as much as the interval says. A point at least."""
    return max(0.01, ceil(100 * sqrt(2) * (expected.high - expected.low) / 2) / 100)


def _encoders(package, kinds):
    used = {"LabelEncoder": package == "torch", "OneHotEncoder": "categories" in kinds, "StandardScaler": True}
    return ", ".join(name for name, is_used in used.items() if is_used)


def _whole(number):
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


def _text(value):
    """A value as it stands in the program."""
    return repr(value) if isinstance(value, bool) else json.dumps(value, ensure_ascii=False)


def _named(name, value, before="", after=""):
    """`name = value`, a list or a dict, in as many lines as it takes."""
    text = _text(value)
    if len(line := f"{name} = {before}{text}{after}") <= WIDTH:
        return line
    pairs = value.items() if isinstance(value, dict) else [(one,) for one in value]
    parts = [": ".join(map(_text, pair)).replace(" ", "\0") for pair in pairs]  # a line breaks between them alone
    indent = {"initial_indent": "    ", "subsequent_indent": "    "}
    lines = textwrap.fill(", ".join(parts) + ",", WIDTH, break_long_words=False, break_on_hyphens=False, **indent)
    return f"{name} = {before}{text[0]}\n{lines}\n{text[-1]}{after}".replace("\0", " ")


def _read(report):
    """Lines that make `table`, or `train` and `test` where these are two files."""
    source, kinds, several = report.source, _kinds(report), len(report.source.files) > 1
    texts = ["*categories"] * ("categories" in kinds) + ["label"] * (not source.of_numbers)
    texts += [_text(name) for name in [report.groups] if name is not None]
    numbers = ["*numbers"] * ("numbers" in kinds) + ["label"] * source.of_numbers
    for name, (path, options) in zip(("train", "test") if several else ("table",), source.files.items(), strict=True):
        if source.archive:
            yield f"archive = np.load({_text(path)})"
            yield f'{name} = pd.DataFrame(archive["x"].reshape(len(archive["x"]), -1)).add_prefix("column ")'
            yield f'{name} = {name}.assign(y=archive["y"].ravel())'
        else:
            yield f"{name} = pd.read_csv("
            yield f"    {_text(path)},"
            yield from (f"    {option}={_text(value)}," for option, value in options.items())
            yield "    keep_default_na=False,"
            yield f"    na_values={{name: {_text(source.empty)} for name in [{', '.join(numbers)}]}},"
            yield from (f"    converters={{name: str.strip for name in [{', '.join(texts)}]}}," for _ in texts[:1])
            yield ")"
        if source.unlabelled:
            empty = "notna()" if source.of_numbers else 'ne("")'
            yield f"{name} = {name}[{name}[label].{empty}]"


def _split(report):
    """What splits the table, and lines that make `train` and `test` of it."""
    if len(report.source.files) > 1:
        return "", []
    if report.groups is None and not report.duplicates:
        split = "train_test_split"
        return split, [f"train, test = {split}(table, test_size=0.2, stratify=table[label], random_state=0)"]
    split, together = "StratifiedGroupKFold", f"table[{_text(report.groups)}]"
    if report.groups is None:  # equal rows
        together = f"table.groupby({' + '.join(_kinds(report))}, dropna=False).ngroup()"
    return split, [
        f"together = {together}",
        f"folds = {split}(5, shuffle=True, random_state=0).split(table, table[label], together)",
        "train, test = (table.iloc[rows] for rows in next(folds))",
    ]
