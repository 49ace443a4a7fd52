"""Syntax errors that oxfmt finds, in whole files and in the scripts and style sheets inside others."""

import re
from collections.abc import Sequence

from core.files.source_file import SourceFile
from core.review.checking.data_formats import is_strict_json
from core.review.checking.problem import CheckResult, Problem, column_of
from core.review.checking.templates import is_template
from core.review.checking.web.embedded_code import EmbeddedCode, embedded_code
from core.review.each_file import for_each_file
from core.review.oxfmt import OXFMT_EXTENSIONS, ParseFailure, run_oxfmt
from core.subprocesses import encode_lossy

OXFMT_LANGUAGES = frozenset(
    {"css", "graphql", "javascript", "json", "jsx", "less", "scss", "tsx", "typescript", "yaml"}
)
DECLARATION_NAME = re.compile(r"\.d(?:\.\w+)?\.[cm]?ts$")
FIRST_TOKEN = re.compile(r"[\w$]+|[^\w\s]|$")
OXFMT_MESSAGES = {
    "unexpected EOF": "The file ends too early.",
    "unclosed block before end of file": "`{` is never closed.",
    "mapping values are not allowed in this context": "A colon is not allowed here.",
}
OXFMT_TERMS = (
    (re.compile(r"`(?:EOF|<eof>)`|\bEOF\b"), "the end of the file"),
    (re.compile("`Identifier`"), "a name"),
    (re.compile("`decimal`"), "a number"),
    (re.compile("`<?string>?`"), "a text"),
    (re.compile("^expect(?:ed)?(?: token)? "), "Expected "),
    (re.compile(r"^Expected ([^\w\s`]+)"), r"Expected `\1`"),
    (re.compile("^Expected corresponding JSX closing tag for '(.*)'"), r"Expected `</\1>`"),
)
"""What oxfmt says, and how a person says it."""


async def web_problems(files: Sequence[SourceFile]) -> CheckResult:
    """The first syntax error of each file. Raises ProgramMissing and TimeoutError."""
    texts_by_path, too_hard = await for_each_file(_texts_to_check, files, None)
    texts = [(file, part) for file in files for part in texts_by_path.get(file.path, ())]
    sources = {f"{number}{_extension_of(file, part)}": (file, part.text) for number, (file, part) in enumerate(texts)}
    found: dict[str, tuple[Problem, ...]] = {}
    if not sources:
        return CheckResult(found, too_hard)
    for name, answer in (await run_oxfmt({name: text for name, (_, text) in sources.items()})).items():
        file, text = sources[name]
        if isinstance(answer, ParseFailure) and not _is_false_positive(file, answer):
            problem = Problem(answer.line, column_of(text, answer.line, answer.byte_offset), _to_sentence(text, answer))
            found[file.path] = min(found.get(file.path, (problem,)), (problem,))
    return CheckResult(found, too_hard)


def _extension_of(file: SourceFile, part: EmbeddedCode) -> str:
    # Declarations have a syntax of their own.
    return ".d.ts" if DECLARATION_NAME.search(file.path) else OXFMT_EXTENSIONS[part.language]


def _texts_to_check(_: None, file: SourceFile) -> tuple[EmbeddedCode, ...]:
    """What oxfmt is to read of a file."""
    if file.language not in OXFMT_LANGUAGES:
        return tuple(embedded_code(file))
    # Strict JSON has a reader of its own, whose messages are better.
    if not file.text.strip() or is_template(file) or (file.language == "json" and is_strict_json(file)):
        return ()
    return (EmbeddedCode(file.language, file.text),)


def _is_false_positive(file: SourceFile, failure: ParseFailure) -> bool:
    # A flow list closed at the column of its key: YAML 1.2, section 7.4, forbids it, and every reader takes it.
    return file.language == "yaml" and _line_at(file.text, failure.line).lstrip().startswith(("]", "}"))


def _to_sentence(text: str, failure: ParseFailure) -> str:
    message = failure.message.removeprefix("Syntax error: ")
    if message in OXFMT_MESSAGES:
        return OXFMT_MESSAGES[message]
    if message.startswith(("Unexpected", "simple selector")):
        # oxfmt does not say what it met: that is read from the text.
        match = FIRST_TOKEN.search(
            encode_lossy(_line_at(text, failure.line))[failure.byte_offset :].decode("utf-8", "ignore")
        )
        return f"Unexpected `{match[0]}`." if match and match[0] else "The file ends too early."
    for term, replacement in OXFMT_TERMS:
        message = term.sub(replacement, message)
    return message[:1].upper() + message[1:].rstrip(".") + "."


def _line_at(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1] if number <= len(lines) else ""
