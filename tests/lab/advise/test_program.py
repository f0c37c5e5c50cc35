"""The program that is given to copy runs as it stands, in a process of its own, and is as accurate as the answer says.

Its test rows are other ones, and it begins with other random numbers, so what it prints may differ from what the answer
says: by sqrt(2) of the interval's half width, since both vary that much, which is what the program itself states.
"""

import gzip
import os
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from helpers.lab import Estimate, advise, load_table
from helpers.lab.advise import code
from helpers.lab.advise.program import near, program
from tests.lab.advise.conftest import make_small
from tests.lab.common import toy_examples

ROWS = 900
ARMS = {  # the arm, and the package of its program
    "commonest class": "sklearn",
    "no hidden layer": "sklearn",
    "L2": "sklearn",
    "plain big": "torch",
    "dropout": "torch",
    "cocktail": "torch",
}


def cells():
    """Rows of a table: two numbers, one with gaps, three categories with a rare one, groups, and the class."""
    random = np.random.default_rng(0)
    for row in range(ROWS):
        height, width, colour = random.normal(5), random.normal(1000, 300), random.choice(["red", "NA", "blue"])
        high = height + width / 300 + 2 * (colour == "red") + random.normal(0, 0.5)
        colour = colour if row % 100 else "rare"
        yield (
            f"{height:.4f}" if row % 9 else "?",
            f"{width:.2f}",
            colour,
            f"b{row // 3}",
            "größer" if high > 9 else "no",
        )


def write(path, rows, names="height,width,colour,batch,kind", separator=",", encoding="utf-8"):
    lines = [names.replace(",", separator), *(separator.join(row) for row in rows)]
    path.write_text("\n".join(lines), encoding=encoding)
    return path


def plain(path):
    return load_table(write(path / "pumps.csv", cells()), "kind", drop=["batch"])


def european(path):
    """Semicolons, decimal commas, Latin letters, spaces around texts, and rows without a label."""
    rows = [[cell.replace(".", ",") for cell in row[:2]] + [f" {cell} " for cell in row[2:]] for row in cells()]
    rows += [["1,5", "2", "red", "b1", ""]]
    names = "height, width ,colour ,batch,kind"
    return load_table(write(path / "pumps.csv", rows, names, ";", "latin-1"), "kind", drop=["batch"])


def grouped(path):
    return load_table(write(path / "pumps.csv", cells()), "kind", groups="batch")


def equal_rows(path):
    """And numbers with commas between thousands, and labels that are numbers."""
    rows = [[f"{float(row[1]):.0f}", f'"{float(row[1]) * 10:,.0f}"', str(int(row[4] != "no"))] for row in cells()]
    return load_table(write(path / "pumps.csv", rows[:500] * 2, "a,b,kind"), "kind")


def two_files(path):
    rows = [[*row[:4], row[4].replace("ö", "o").replace("ß", "ss")] for row in cells()]
    with gzip.open(path / "first.csv.gz", "wt") as file:
        file.write("\n".join(["height,width,colour,batch,kind", *map(",".join, rows[:600])]))
    second = write(path / "second.txt", rows[600:], separator="\t")
    return load_table(path / "first.csv.gz", "kind", test=second, drop=["batch", "colour"])


def archive(path):
    examples = toy_examples(600, 1)
    np.savez(path / "pumps.npz", x=examples.x, y=examples.labels)
    return load_table(path / "pumps.npz")


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DROPOUT_COURSE_CACHE", str(tmp_path_factory.mktemp("kept")))
        make_small(patch)
        return advise(plain(tmp_path_factory.mktemp("pumps")), settings=4, seeds=3, tell=str)


def need(package):
    """PyTorch may be missing, unless REQUIRE_TORCH says that this is an error."""
    pytest.importorskip("sklearn")
    if package == "torch" and not os.environ.get("REQUIRE_TORCH"):
        pytest.importorskip("torch")


def printed(text, folder):
    """What a program prints: (the share of right test rows, how many these are, the class of a new row), and errors."""
    path = folder / "program.py"
    path.write_text(text, encoding="utf-8")
    options = {"capture_output": True, "encoding": "utf-8", "env": os.environ | {"PYTHONUTF8": "1"}}
    done = subprocess.run([sys.executable, "-I", path], cwd=folder, check=False, **options)
    assert done.returncode == 0, done.stderr
    tested, new = done.stdout.splitlines()
    share, rows = re.fullmatch(r"right for ([\d.]+)% of (\d+) test rows", tested).groups()
    return (float(share) / 100, int(rows), new), done.stderr


@pytest.mark.parametrize(("arm", "package"), ARMS.items(), ids=ARMS)
def test_it_is_as_accurate_as_the_answer_says(found, arm, package, tmp_path):
    need(package)
    tested, within = found.arms[arm], near(found.arms[arm].test_accuracy)
    text = program(package, tested.recipe or None, found.report, tested.test_accuracy, 700)
    assert f"within about {100 * within:.0f} points" in text and within < 0.12
    (share, rows, new), _ = printed(text, tmp_path)
    assert rows == ROWS / 5 and new in found.class_names
    assert abs(share - tested.test_accuracy.mean) <= within
    if arm != "commonest class":
        assert share > found.arms["commonest class"].test_accuracy.mean + 0.1


@pytest.mark.parametrize(
    ("table", "together"),
    [(european, None), (grouped, '["batch"]'), (equal_rows, "[numbers]"), (two_files, None), (archive, None)],
)
def test_it_reads_and_splits_as_load_table_does(table, together, tmp_path):
    need("sklearn")
    data = table(tmp_path)
    text = program("sklearn", None, data.report, Estimate(0.5, 0.4, 0.6), 700)
    more = "print(len(train) + len(test), prepare.transform(test).shape[1], file=sys.stderr)\n"
    if together:
        more += f"assert not {{*map(str, train{together}.values)}} & {{*map(str, test{together}.values)}}\n"
    (_, tested, new), told = printed(f"import sys\n{text}{more}", tmp_path)
    rows, columns = map(int, told.split())
    assert rows == data.report.rows == sum(data.report.classes.values())
    assert columns == len(data.report.features), "each has the columns that the search had"
    assert tested == len(data.test.x) if table is two_files else abs(tested - rows / 5) <= 5
    assert new in data.class_names


def test_the_answer_gives_the_program_of_a_package_that_can_do_it(found):
    assert found.package == ("torch" if code.lacking(found.arms[found.recommendation].recipe) else "sklearn")
    assert found.code() == found.code(found.package) != found.code({"torch": "sklearn"}.get(found.package, "torch"))
    assert "pd.read_csv(" in found.code("torch") and "pd.read_csv(" in found.code("sklearn")
    arms = dict.fromkeys(found.arms, replace(found.arms["commonest class"]))
    assert replace(found, arms=arms).package == "sklearn"
    assert "pd.read_csv(" not in replace(found, report=None).code(), "no file is known"


def test_a_wide_table_s_program_has_no_line_that_is_too_long(tmp_path):
    names = [f"a column with number {place}" for place in range(60)]
    rows = np.random.default_rng(0).normal(size=(60, 60)).round(3)
    lines = [[*map(str, row), "ab"[at % 2]] for at, row in enumerate(rows)]
    report = load_table(write(tmp_path / "wide.csv", lines, ",".join([*names, "kind"])), "kind").report
    text = program("sklearn", None, report, Estimate(0.5, 0.4, 0.6), 48)
    assert max(map(len, text.splitlines())) <= 100 or text.count("a column with number 59") == 2
    need("sklearn")
    printed(text, tmp_path)


@pytest.mark.parametrize(("low", "high", "points"), [(0.8, 0.9, 0.08), (1.0, 1.0, 0.01)])
def test_how_near_it_is_expected_to_be(low, high, points):
    assert near(Estimate((low + high) / 2, low, high)) == pytest.approx(points)
