"""Files that hold data: JSON, TOML, XML."""

import json
import re
import tomllib
from pathlib import PurePosixPath
from xml.parsers import expat

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem

WITH_COMMENTS = re.compile(r"^(?:[tj]sconfig.*|.*conf(?:ig)?|angular|deno|nx|devcontainer|\..*)$")
"""Names of JSON files, without .json, whose readers take comments and commas before a bracket."""
LEAST_PLACE = re.compile(r"\(at line (?P<line>\d+), column (?P<column>\d+)\)")
JSON_SAYS = {
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
    """Whether a JSON file's readers take JSON alone."""
    path = PurePosixPath(file.path)
    return not (WITH_COMMENTS.match(path.name.removesuffix(".json")) or ".vscode" in path.parts)


def data_problems(file: SourceFile) -> tuple[Problem, ...]:
    """The first thing wrong with a JSON, TOML or XML file."""
    match file.language:
        case "json":
            return _json(file.text) if is_strict_json(file) else ()
        case "toml":
            return _toml(file.text)
        case "xml":
            return _xml(file.text)
        case _:
            return ()


def _json(text: str) -> tuple[Problem, ...]:
    try:
        json.loads(text.removeprefix("\ufeff"))
    except json.JSONDecodeError as error:
        said = JSON_SAYS.get(error.msg, f"{error.msg}.")
        return (Problem(error.lineno, error.colno, said),)
    except (RecursionError, ValueError):
        return ()
    return ()


def _toml(text: str) -> tuple[Problem, ...]:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = LEAST_PLACE.search(str(error))
        line, column = (int(place["line"]), int(place["column"])) if place else (text.count("\n") + 1, 1)
        return (Problem(line, column, str(error).partition(" (at ")[0] + "."),)
    except RecursionError:
        return ()
    return ()


def _xml(text: str) -> tuple[Problem, ...]:
    if "<!ENTITY" in text or "<!DOCTYPE" in text or not text.lstrip().startswith("<"):
        return ()
    parser = expat.ParserCreate()
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        said = expat.ErrorString(error.code) or "not well-formed"
        return (Problem(error.lineno, error.offset + 1, said[:1].upper() + said[1:] + "."),)
    except ValueError:
        return ()
    return ()
