"""Syntax errors of JSON, TOML and XML."""

import json
import re
import tomllib
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem

LENIENT_JSON_NAME = re.compile(r"^(?:[tj]sconfig.*|.*conf(?:ig)?|angular|deno|nx|devcontainer|\..*)$")
"""Names of JSON files, without ``.json``, whose readers allow comments and trailing commas."""
DEEP_TOML_KEY = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]++[ \t]*+\.[ \t]*+){100}")
"""A key of more than a hundred parts, for which tomllib takes quadratic time."""
TOML_ERROR_POSITION = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")
JSON_MESSAGES = {
    "Expecting ',' delimiter": "A comma is missing here.",
    "Expecting ':' delimiter": "A colon is missing here.",
    "Expecting property name enclosed in double quotes": "A name in double quotes was expected here.",
    "Illegal trailing comma before end of object": "The last entry has a comma after it.",
    "Illegal trailing comma before end of array": "The last entry has a comma after it.",
    "Expecting value": "A value was expected here.",
    "Extra data": "There is more after the end of the data.",
    "Unterminated string starting at": "This text has no closing quote.",
    "Invalid control character at": "A text may not go on in the next line.",
    "Invalid \\escape": "This backslash stands for nothing.",
}


def is_strict_json(file: SourceFile) -> bool:
    """Whether the readers of a JSON file allow nothing beyond the standard."""
    path = PurePosixPath(file.path)
    return not (LENIENT_JSON_NAME.match(path.name.removesuffix(".json")) or ".vscode" in path.parts)


def load_toml(text: str) -> dict[str, Any]:
    """``tomllib.loads`` with a bound on its time.

    Raises TOMLDecodeError, RecursionError, and ValueError for a key with too many parts or a number of too many digits.
    """
    if DEEP_TOML_KEY.search(text):
        raise ValueError("a key has too many parts")
    return tomllib.loads(text)


def data_problems(file: SourceFile) -> tuple[Problem, ...]:
    """The first syntax error; none for other languages."""
    match file.language:
        case "json":
            return _json_problems(file.text) if is_strict_json(file) else ()
        case "toml":
            return _toml_problems(file.text)
        case "xml":
            return _xml_problems(file.text)
        case _:
            return ()


def _json_problems(text: str) -> tuple[Problem, ...]:
    try:
        # Many readers of JSON skip a byte order mark; json.loads refuses it.
        json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        message = JSON_MESSAGES.get(error.msg, f"{error.msg}.")
        return (Problem(error.lineno, error.colno, message),)
    except (RecursionError, ValueError):
        return ()
    return ()


def _toml_problems(text: str) -> tuple[Problem, ...]:
    try:
        load_toml(text)
    except tomllib.TOMLDecodeError as error:
        # An error at the end of the document names no position.
        position = TOML_ERROR_POSITION.search(str(error))
        line, column = (int(position["line"]), int(position["column"])) if position else (text.count("\n") + 1, 1)
        return (Problem(line, column, str(error).partition(" (at ")[0] + "."),)
    except (RecursionError, ValueError):
        return ()
    return ()


def _xml_problems(text: str) -> tuple[Problem, ...]:
    # A DTD may define entities: those that grow without end, and those that expat does not know.
    if "<!ENTITY" in text or "<!DOCTYPE" in text or not text.lstrip().startswith("<"):
        return ()
    parser = expat.ParserCreate()
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        message = expat.ErrorString(error.code) or "not well-formed"
        return (Problem(error.lineno, error.offset + 1, message[:1].upper() + message[1:] + "."),)
    except ValueError:
        return ()
    return ()
