"""Files with a table that nobody has seen: what stands in their columns, or a message that says what is wrong.

Nothing in such a file is believed before a check, and nothing in it is ever run. pandas reads the cells of a text file
once Python's csv has found each line to have all of its cells; NumPy reads an archive, without pickles.
"""

import codecs
import csv
import difflib
import gzip
import io
import os
import re
import stat
import zipfile
import zlib
from array import array
from contextlib import suppress
from math import isfinite, prod
from pathlib import Path

import numpy as np

MOST_BYTES = 10**9  # of a file, once unpacked
MOST_COLUMNS = 2000
MOST_CELLS = 10**8  # of what networks are given: 400 MB
MOST_WORDS = 1000  # different texts in a column; above that they are taken for sentences or names
CHUNK = 200_000  # cells turned into numbers at a time
FAR = 1e38  # float32 holds no more than three times that
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "vertical bars"}
MISSING = {"", "na", "n/a", "#n/a", "nan", "null", "none", "nil", "missing", "?", "-", "--", "."}  # in lower case
THOUSANDS = re.compile(r"[+-]?\d{1,3}(,\d{3})+(\.\d*)?")
DECIMALS = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+)?,\d+([eE][+-]?\d+)?")
DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b.*|\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d\d)\b.*")
OTHER_KINDS = [  # how such a file begins, what it is, and what to do
    (rb"PK\x03\x04", "an Excel workbook or another zip archive", "Open it, and save its table as CSV."),
    (rb"\xd0\xcf\x11\xe0", "an old Excel workbook", "Open it, and save its table as CSV."),
    (rb"%PDF-", "a PDF document", "Ask for the table as CSV."),
    (
        rb"(?i)<(!doctype|html|head|body|table|\?xml|!--)",
        "a web page",
        "Look there for a way to download it.",
    ),
    (rb"[\[{]\s*[\[{\"]", "JSON", "Turn it into CSV: pandas.read_json(…).to_csv(…)."),
    (rb"PAR1[\x00-\x1f]", "a Parquet file", "Turn it into CSV: pandas.read_parquet(…).to_csv(…)."),
    (rb"\x93NUMPY", "a single NumPy array", "Save table and labels together: np.savez(…, x=x, y=y)."),
]


class TableError(ValueError):
    """A file does not hold a table to learn from; the message names the place, and says what to do."""

    def _render_traceback_(self):
        """What Jupyter shows of it: the message alone. The fault is in the file, and no line of code is to blame."""
        return [f"TableError: {self}"]


class Column:
    """What stands in a column: in each row a number or a text.

    numbers: float32, less `first`, the column's first number, so that large ones that differ little are told apart; NaN
    where a text is.  codes: which of `words` the text is, -1 where a number is; None without any text.  far: row and
    value of a number that is infinite, or too large.
    as_text: numbers are texts, too.  endless: there may be more than MOST_WORDS different texts.
    grouped: whether a number had its thousands set apart.  whole: whether all numbers are whole ones.
    """

    def __init__(self, rows, as_text=False, endless=False):
        self.as_text, self.endless, self.grouped = as_text, endless, False
        self.numbers, self.codes = np.full(rows, np.nan, np.float32), None
        self.filled, self.first, self.far, self.words, self.whole = 0, None, None, {}, True

    def add(self, texts, decimal_comma=False):
        """Take in more cells, an object array of texts."""
        import pandas

        numbers = np.full(len(texts), np.nan)
        if not self.as_text:
            numbers = pandas.to_numeric(texts, errors="coerce").astype(float)
        words = {row: texts[row].strip() for row in np.flatnonzero(np.isnan(numbers))}
        if not self.as_text:
            for row, word in words.items():
                if "," in word and (number := _with_commas(word, decimal_comma)) is not None:
                    numbers[row] = number
                    self.grouped |= not decimal_comma or "." in word
        self._keep(numbers, {row: word for row, word in words.items() if np.isnan(numbers[row])})

    def add_numbers(self, numbers):
        """Take in more cells, an array of numbers."""
        self._keep(numbers.astype(float), dict.fromkeys(np.flatnonzero(np.isnan(numbers)), ""))

    def is_endless(self):
        """Whether there are more different texts than a column of categories has."""
        return len(self.words) > MOST_WORDS and not self.endless

    def _keep(self, numbers, words):
        rows = slice(self.filled, self.filled + len(numbers))
        far = np.flatnonzero(np.abs(numbers) > FAR)
        if self.far is None and len(far):
            self.far = self.filled + far[0], numbers[far[0]]
        fine = np.isfinite(numbers)
        self.whole = self.whole and bool((numbers[fine] % 1 == 0).all())
        if self.first is None and fine.any():
            self.first = numbers[fine][0]
        if fine.any():
            with np.errstate(over="ignore"):
                self.numbers[rows] = numbers - self.first
        if words and self.codes is None:
            self.codes = np.full(len(self.numbers), -1, np.int32)
        for row, word in words.items():
            if self.is_endless():
                break  # nobody will ask for its codes
            self.codes[self.filled + row] = self.words.setdefault(word, len(self.words))
        self.filled = rows.stop


def _with_commas(word, decimal_comma):
    """The number that a text with commas is, or None."""
    if decimal_comma:
        return float(word.replace(".", "").replace(",", ".")) if DECIMALS.fullmatch(word) else None
    return float(word.replace(",", "")) if THOUSANDS.fullmatch(word) else None


def finite_number(word):
    """The number that a text is, or None."""
    try:
        number = float(word)
    except ValueError:
        return None
    return number if isfinite(number) else None


class TableFile:
    """A file's name, the names of its columns, and its cells.

    Raises TableError for what is no table: as soon as it is opened, or else in `read`.
    """

    def __init__(self, path):
        if not isinstance(path, str | os.PathLike):
            raise TableError(f"path is {path!r}, but it must be a file's name. For example: load_table('table.csv')")
        self.path, self.notes = Path(path), []
        self.name = self.path.name
        start = next(self._blocks(), b"")[:4096]
        self.is_archive = self.path.suffix.lower() == ".npz" or start[:4] == b"PK\x03\x04" and self._holds_arrays()
        if self.is_archive:
            self._look_into_archive()
        else:
            self._look_into_text(start)

    def refuse(self, trouble, advice):
        """Raise a TableError that names the file."""
        raise TableError(f"{self.name} {trouble}. {advice}")

    def where(self, row):
        """Where a person finds a row of the table."""
        return f"row {row}" if self.is_archive else f"line {self.lines[row]}"

    def options(self):
        """What pandas.read_csv has to be told, besides what is usual, once all cells were read."""
        found = {"sep": self.separator} if self.separator != "," else {}
        found |= {"skipinitialspace": True}
        if self.encoding != "utf-8-sig":
            found["encoding"] = self.encoding
        if self.encoding == "cp1252":
            found["encoding_errors"] = "replace"
        if self.decimal_comma:
            found["decimal"] = ","
        if self.thousands:
            found["thousands"] = "." if self.decimal_comma else ","
        if self.as_written != self.names:
            found |= {"header": 0, "names": self.names}
        return found

    def read(self, columns):
        """Add the cells to those of `columns`, {name: Column}, that are in it."""
        (self._read_archive if self.is_archive else self._read_text)(columns)
        self.thousands = any(column.grouped for column in columns.values())

    def _opened(self):
        """The file, unpacked if it was compressed, to be read as bytes."""
        try:
            if not stat.S_ISREG(self.path.stat().st_mode):
                kind = "a folder" if self.path.is_dir() else "a device or a pipe"
                self.refuse(f"is {kind}, not a file", "Name a file: load_table('table.csv').")
            with open(self.path, "rb") as file:
                opened = gzip.open if file.read(2) == b"\x1f\x8b" else open
            return opened(self.path, "rb")
        except FileNotFoundError:
            folder = self.path.parent
            names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
            near = difflib.get_close_matches(self.name, names, 1)
            advice = f"Did you mean {near[0]!r}?" if near else f"It was looked for in {folder.absolute()}."
            self.refuse("does not exist", advice)
        except OSError as error:
            self.refuse(f"cannot be opened ({error.strerror})", "See that you may read it.")

    def _blocks(self):
        """The file's bytes, unpacked, block after block."""
        size = 0
        try:
            with self._opened() as file:
                while block := file.read(1 << 20):
                    size += len(block)
                    if size > MOST_BYTES:
                        trouble = "is too large" + ", once it is unpacked" * isinstance(file, gzip.GzipFile)
                        self.refuse(trouble, f"At most {MOST_BYTES // 10**6:,} MB are read: take a sample of its rows.")
                    yield block
        except (OSError, EOFError, zlib.error) as error:
            self.refuse(f"cannot be read ({error})", "It seems to be damaged: download or save it again.")

    # A text file.

    def _look_into_text(self, start):
        """Find encoding, separator, header and lines."""
        if not start.strip():
            self.refuse("is empty", "It must hold a line of names, then a line for each row.")
        for beginning, kind, advice in OTHER_KINDS:
            if re.match(beginning, start.removeprefix(codecs.BOM_UTF8).lstrip()):
                self.refuse(f"is {kind}, not a table in a text file", advice)
        self.encoding = self._encoding(start)
        if "\0" in start.decode(self.encoding, "ignore"):
            self.refuse("is not a text file", "Save the table as CSV.")
        with self._text() as text:
            lines = [line for _, line in zip(range(100), text, strict=False) if line.strip()]
        self.separator = self._separator(lines)
        self._check_lines()
        self._check_header()
        cells = [cell.strip() for record in csv.reader(lines[1:], **self._dialect()) for cell in record]
        commas = [cell for cell in cells if DECIMALS.fullmatch(cell)]
        points = any(re.fullmatch(r"[+-]?\d*\.\d+", cell) for cell in cells)
        self.decimal_comma = any(not THOUSANDS.fullmatch(cell) for cell in commas)
        self.decimal_comma |= bool(commas) and self.separator == ";" and not points
        if commas:
            kind = "decimal commas" if self.decimal_comma else "thousands commas"
            meant = _with_commas(commas[0], self.decimal_comma)
            self.notes.append(f"Commas inside numbers are {kind}: {commas[0]} is {meant:g}.")

    def _encoding(self, start):
        """How its bytes stand for letters."""
        if start[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
            encoding = "utf-16"
        elif start[1:20:2].count(0) > 5 or start[:20:2].count(0) > 5:
            encoding = "utf-16-le" if start[1] == 0 else "utf-16-be"
        else:
            encoding = "utf-8-sig"
        decoder, line = codecs.getincrementaldecoder(encoding)(), 1
        try:
            for block in self._blocks():
                decoder.decode(block)
                line += block.count(b"\n")
            decoder.decode(b"", final=True)
        except UnicodeDecodeError as error:
            if encoding != "utf-8-sig":
                self.refuse("begins like UTF-16, but is not", "Save it as UTF-8.")
            line += error.object[: error.start].count(b"\n")
            found = error.object[error.start : error.start + 1].decode("latin-1")
            self.notes.append(
                f"It is not in UTF-8: line {line} was read as Windows-1252, where one of its letters is {found}."
            )
            return "cp1252"
        return encoding

    def _text(self):
        errors = "replace" if self.encoding == "cp1252" else "strict"
        return io.TextIOWrapper(self._opened(), self.encoding, errors, newline="")

    def _dialect(self):
        return {"delimiter": self.separator, "skipinitialspace": True, "strict": True}

    def _separator(self, lines):
        """The one that gives the header most cells, of those that give most lines as many; then, most lines."""
        found = {}
        for separator in SEPARATORS:
            sizes = []
            with suppress(csv.Error):  # which is reported once the separator is known
                for record in csv.reader(lines, delimiter=separator, skipinitialspace=True):
                    sizes.append(len(record))
            share = np.mean([size == sizes[0] for size in sizes])
            found[separator] = share > 0.5, sizes[0], share
        best = max(found, key=found.get)
        if found[best][1] < 2:
            spaces = " They seem to be separated by spaces here." if len(lines[0].split()) > 1 else ""
            advice = f"Columns must be separated by {' or '.join(SEPARATORS.values())}.{spaces}"
            self.refuse(f"has one column only, {lines[0].strip()[:40]!r}", advice)
        return best

    def _check_lines(self):
        """Find the names of the columns and the line on which each row begins; refuse a row with other cells."""
        self.lines, self.names = array("q"), None
        with self._text() as text:
            reader, begin = csv.reader(text, **self._dialect()), 1
            try:
                for record in reader:
                    if len(record) > 1 or record and record[0].strip():
                        if self.names is None:
                            self.as_written, self.first_line = record, reader.line_num
                            self.names = [name.strip() for name in record]
                        elif len(record) != len(self.names):
                            found = f"has {len(record)} cells in line {begin}, and {len(self.names)} in its first line"
                            commas = f"A text with {SEPARATORS[self.separator]} in it must stand in quotes."
                            self.refuse(found, f"Each line must have as many cells. {commas}")
                        else:
                            self.lines.append(begin)
                    begin = reader.line_num + 1
            except csv.Error as error:
                unclosed = "unexpected end of data" in str(error)
                trouble = "opens a quote that is never closed" if unclosed else f"cannot be understood ({error})"
                self.refuse(f"has a fault: line {begin} {trouble}", 'Each text that opens with " must end with ", too.')
        self.rows = len(self.lines)
        if not self.rows:
            self.refuse("has a line of names, but no rows", "It must hold a line of names, then a line for each row.")

    def _check_header(self):
        if not self.names[0]:
            self.names[0] = "(no name)"  # as pandas writes the numbers of rows
        for place, name in enumerate(self.names, 1):
            if not name:
                self.refuse(f"has no name for column {place} in its first line", "Give each column a name.")
            if re.fullmatch(r"[+-]?\d*[.,]\d+([eE][+-]?\d+)?", name):
                self.refuse(
                    f"has no names in its first line: {name!r} is a number",
                    "Put a line of names on top.",
                )
            if name in self.names[place:]:
                second = self.names.index(name, place) + 1
                self.refuse(
                    f"has two columns named {name!r}, the {place}. and the {second}.", "Rename one, or take it out."
                )
        self._check_width()

    def _check_width(self):
        if len(self.names) > MOST_COLUMNS:
            advice = f"At most {MOST_COLUMNS:,} are read: save those that matter in a file of their own."
            self.refuse(f"has {len(self.names):,} columns", advice)

    def _read_text(self, columns):
        import pandas

        read, wanted = 0, [place for place, name in enumerate(self.names) if name in columns]
        options = {"sep": self.separator, "skipinitialspace": True}
        options |= {"header": None, "dtype": object, "na_filter": False, "usecols": wanted}
        with self._text() as text:
            for _ in range(self.first_line):
                text.readline()
            with suppress(pandas.errors.ParserError):
                for chunk in pandas.read_csv(text, chunksize=max(100, CHUNK // len(self.names)), **options):
                    read += len(chunk)
                    if read > self.rows:
                        break
                    for place in wanted:
                        columns[self.names[place]].add(chunk[place].to_numpy(object), self.decimal_comma)
        if read != self.rows:
            self.refuse("has line breaks or quotes that can be understood in two ways", "Save it as CSV again.")

    # An archive of NumPy's.

    def _holds_arrays(self):
        with self._archive() as archive:
            return all(name.endswith(".npy") for name in archive.namelist())

    def _archive(self):
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError) as error:
            self.refuse(f"is not the NumPy archive that its name says ({error})", "Save it with np.savez(…, x=x, y=y).")

    def _look_into_archive(self):
        """Check what is declared about x and y, before any memory is taken for them."""
        found = {}
        with self._archive() as archive:
            for name in ("x", "y"):
                if f"{name}.npy" not in archive.namelist():
                    names = ", ".join(file.removesuffix(".npy") for file in archive.namelist()) or "nothing"
                    self.refuse(f"has no array {name} ({names})", "Save table and labels with np.savez(…, x=x, y=y).")
                found[name] = self._declared(archive, name)
        (x, self.kind), (y, _) = found["x"], found["y"]
        if len(x) < 2 or not prod(x):
            self.refuse(f"has an x of shape {x}", "It must be a table: (rows, columns).")
        if prod(y) != x[0] or not y or y[0] != x[0]:
            self.refuse(f"has a y of shape {y}, and an x of {x[0]} rows", "y must hold one label for each row of x.")
        self.names = [f"column {place}" for place in range(prod(x[1:]))] + ["y"]
        self.rows = x[0]
        self._check_width()

    def _declared(self, archive, name):
        """Shape and type of an array, as its header declares them."""
        info = archive.getinfo(f"{name}.npy")
        if info.file_size > MOST_BYTES:
            advice = f"At most {MOST_BYTES // 10**6:,} MB are read: take a sample of its rows."
            self.refuse(f"has an array {name} of {info.file_size // 10**6:,} MB", advice)
        try:
            with archive.open(info) as file:
                version = np.lib.format.read_magic(file)
                read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
                shape, _, dtype = read(file)
        except (
            ValueError,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
            zlib.error,
            zipfile.BadZipFile,
        ) as error:
            self.refuse(f"has a damaged array {name} ({error})", "Save it with np.savez(…, x=x, y=y).")
        if dtype.hasobject:
            advice = "A pickle can run any program, so it is not opened: save numbers, and text as y.astype(str)."
            self.refuse(f"has a pickle in its array {name}", advice)
        if dtype.kind not in ("biuf" if name == "x" else "biufU"):
            self.refuse(f"has an array {name} of {dtype}", "x must hold real numbers, y numbers or text.")
        if prod(shape) * dtype.itemsize > info.file_size:
            self.refuse(f"has an array {name} that is shorter than it says", "Save it with np.savez(…, x=x, y=y).")
        return shape, dtype

    def _read_archive(self, columns):
        try:
            with np.load(self.path, allow_pickle=False) as archive:
                x, y = archive["x"], archive["y"]
        except (ValueError, EOFError, OSError, zlib.error, zipfile.BadZipFile) as error:
            self.refuse(f"cannot be read ({error})", "It seems to be damaged: save it again.")
        x = x.reshape(len(x), -1)
        for place, name in enumerate(self.names[:-1]):
            if name in columns:
                columns[name].add_numbers(x[:, place])
        y = y.ravel()
        texts = np.where(np.isnan(y), "", y.astype(str)) if y.dtype.kind == "f" else y.astype(str)
        columns["y"].add(texts.astype(object))
