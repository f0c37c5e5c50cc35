"""What a file may hold, as JSON Schema, in words that an error can use.

Each function returns a schema whose `description` completes the sentence "it must be …".
"""

import reprlib
from datetime import datetime
from functools import cache

# A character that shows as itself, in any script. Left out: what moves the cursor, turns the line round, or is half
# of a character.
PRINTABLE = r"[^\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"

TIME = "%Y-%m-%dT%H:%M:%SZ"  # how a time in UTC is written

_shortener = reprlib.Repr()
_shortener.maxstring = _shortener.maxother = 80


def one_of(*values):
    """One of these values."""
    return {"enum": list(values), "description": f"one of {', '.join(map(repr, values))}"}


def exactly(value):
    """This value alone."""
    return {"const": value, "description": repr(value)}


def text(least, most):
    """A text of `least` to `most` printable characters, on one line."""
    description = f"a text of {least} to {most} printable characters, on one line"
    return matching(rf"{PRINTABLE}{{{least},{most}}}", description)


def matching(pattern, description):
    """A text that is all of the regular expression `pattern`."""
    return {"type": "string", "pattern": rf"\A(?:{pattern})\Z", "description": description}


def moment():
    """A time in UTC that there is or will be, to the second."""
    return {"type": "string", "format": "moment", "description": "a time such as 2026-01-31T23:59:59Z"}


def _is_moment(written):
    try:
        return datetime.strptime(written, TIME).strftime(TIME) == written  # reading alone allows 2026-1-31
    except ValueError:
        return False


def number(least, most):
    """A number, fractions included."""
    description = f"a number from {least:g} to {most:g}"
    return {"type": "number", "minimum": least, "maximum": most, "description": description}


def whole(least, most):
    """A whole number; JSON Schema counts 3.0 as one, too."""
    description = f"a whole number from {least} to {most}"
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


def list_of(part, least, most):
    """A list of `least` to `most` such parts."""
    description = f"a list of {least} to {most} parts, each {part['description']}"
    return {"type": "array", "minItems": least, "maxItems": most, "items": part, "description": description}


def named(part, most, longest=100):
    """Up to `most` such parts, each under a name of its own, of at most `longest` characters."""
    description = f"at most {most} parts, each named by a text of 1 to {longest} printable characters"
    name = text(1, longest)
    return {
        "type": "object",
        "maxProperties": most,
        "propertyNames": name,
        "additionalProperties": part,
        "description": description,
    }


def fields(optional=(), **parts):
    """An object with exactly these parts; those in `optional` may be missing."""
    return {
        "type": "object",
        "required": [name for name in parts if name not in optional],
        "additionalProperties": False,
        "properties": parts,
        "description": f"an object of {', '.join(parts)}, and nothing else",
    }


def either(*schemas):
    """What one of these schemas allows."""
    return {"anyOf": list(schemas), "description": ", or ".join(schema["description"] for schema in schemas)}


def short(value):
    """`value` as an error shows it: cut where it is long or deep, and nothing in it acts on the screen."""
    return _shortener.repr(value)


def checker(schema):
    """A function check(value, name) that raises a ValueError with the first thing in `value` that is not allowed.

    NaN is within every range here: who makes `value` keeps it out.
    """

    @cache
    def compiled():
        import fastjsonschema  # and not jsonschema, which takes more than 2 s to import where Jupyter is installed

        return fastjsonschema.compile(schema, formats={"moment": _is_moment}, use_default=False)

    def check(value, name):
        from fastjsonschema import JsonSchemaValueException

        try:
            compiled()(value)
        except JsonSchemaValueException as error:
            first, *rest = error.path[1:] or [name]
            where = first + "".join(f"[{part if part.isdecimal() else short(part)}]" for part in rest)
            if error.rule == "required":
                missing = next(part for part in error.definition["required"] if part not in error.value)
                raise ValueError(f"{where} has no {missing}") from None
            allowed = error.definition["description"]
            if error.rule == "additionalProperties":
                more = next(part for part in error.value if part not in error.definition["properties"])
                raise ValueError(f"{where} has {short(more)}, but it must be {allowed}") from None
            raise ValueError(f"{where} is {short(error.value)}, but it must be {allowed}") from None
        except RecursionError:
            raise ValueError(f"{name} is nested too deeply") from None

    return check
