"""A learner's made-up name: how it is spelled, and the one that was chosen here."""

import re
import unicodedata
import warnings

from .files import read_whole
from .folders import evidence_folder
from .schema import short

UNNAMED = "unnamed"
NAME = r"(?=.{1,40}\Z)[^\W_]+(-[^\W_]+)*"


def learner_name():
    """The name that was chosen, or None. Never raises; of a name that cannot be read it warns."""
    path = evidence_folder() / "name.txt"
    try:
        name = read_whole(path, most_bytes=200).decode().strip()
        if re.fullmatch(NAME, name) and name != UNNAMED:
            return name
        trouble = f"{short(name)} is no made-up name"
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        trouble = getattr(error, "strerror", None) or error
    again = 'Choose it again: choose_name("blue otter")'
    warnings.warn(f"Your name in {path} cannot be read ({trouble}), so you count as {UNNAMED}. {again}", stacklevel=2)
    return None


def one_spelling(name):
    """A name as it is kept, so that it is the same file and the same seeds however it is typed."""
    words = re.split(r"[\s-]+", unicodedata.normalize("NFKC", name).casefold())
    return "-".join(word for word in words if word)
