"""Syntax errors of JSON, TOML and XML."""

import json
import re
import tomllib
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat

from core.files.source_file import SourceFile
from core.review.checking.problem import Problem
from core.review.checking.templates import is_template

LENIENT_JSON_NAME = re.compile(r"^(?:[tj]sconfig.*|.*conf(?:ig)?|angular|deno|nx|devcontainer|\..*)$")
"""Names of JSON files, without ``.json``, whose readers allow comments, trailing commas and more."""
STRICT_JSON_NAMES = frozenset({"package.json", "package-lock.json", "composer.json", "manifest.webmanifest"})
"""Files whose readers are known to allow no comments. Of others nobody knows the reader, and many allow them."""
JSON_EXTRAS = re.compile(r'"(?:[^"\\\n]++|\\.)*+"?|//[^\n]*+|/\*.*?(?:\*/|\Z)|,(?=\s*+[}\]])', re.DOTALL)
"""Strings, which stay, and what is more than JSON: comments and trailing commas."""
JSON_TEMPLATE = re.compile(r"\{\{\s*+[\w.#$-]|\{%|<%")
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
            return _json_problems(file) if is_strict_json(file) else ()
        case "toml":
            return _toml_problems(file.text)
        case "xml":
            return () if is_template(file) else _xml_problems(file.text)
        case _:
            return ()


def _json_problems(file: SourceFile) -> tuple[Problem, ...]:
    # Many readers of JSON skip a byte order mark; json.loads refuses it.
    text = file.text.removeprefix("\ufeff")
    problem = _json_problem(text)
    if problem is None or is_template(file) or JSON_TEMPLATE.search(text) or _is_json_lines(text):
        return ()
    if PurePosixPath(file.path).name not in STRICT_JSON_NAMES:
        # Who writes comments has a reader for them, which mostly takes trailing commas too.
        problem = _json_problem(without_json_extras(text)) if has_json_comments(text) else problem
    return (problem,) if problem else ()


def _json_problem(text: str) -> Problem | None:
    """The first error; None also where the text is too deep, or has numbers too long, for Python to read."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return Problem(error.lineno, error.colno, JSON_MESSAGES.get(error.msg, f"{error.msg}."))
    except (RecursionError, ValueError):
        return None
    return None


def has_json_comments(text: str) -> bool:
    """Whether there is a comment outside of the strings."""
    return any(match[0].startswith("/") for match in JSON_EXTRAS.finditer(text))


def without_json_extras(text: str) -> str:
    """The text with spaces for its comments and trailing commas, so that every place stays where it is."""
    # Comments first: one may stand between a comma and the bracket after it.
    for _ in range(2):
        text = JSON_EXTRAS.sub(lambda match: match[0] if match[0][0] == '"' else _blank_out(match[0]), text)
    return text


def _blank_out(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _is_json_lines(text: str) -> bool:
    """Whether each line is a text of JSON of its own, as logs and data sets have it."""
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines) > 1 and lines[0].startswith("{") and all(_json_problem(line) is None for line in lines)


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
