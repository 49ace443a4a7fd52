"""What oxfmt cannot read: whole files, and the scripts and styles inside others."""

import re
from collections.abc import Iterator, Sequence

from core.files.source_file import SourceFile
from core.review.checking.data_formats import is_strict_json
from core.review.checking.embedded_code import is_template, parts
from core.review.checking.problem import Problem, column_of
from core.review.oxfmt import EXTENSIONS, Refusal, rewritten

WHOLE = frozenset({"css", "graphql", "javascript", "json", "jsx", "less", "scss", "tsx", "typescript", "yaml"})
WORD = re.compile(r"[\w$]+|[^\w\s]|$")
SAYS = {
    "unexpected EOF": "The file ends too early.",
    "unclosed block before end of file": "`{` is never closed.",
    "mapping values are not allowed in this context": "A colon is not allowed here.",
}
TERMS = (
    (re.compile(r"`(?:EOF|<eof>)`|\bEOF\b"), "the end of the file"),
    (re.compile("`Identifier`"), "a name"),
    (re.compile("`decimal`"), "a number"),
    (re.compile("`<?string>?`"), "a text"),
    (re.compile("^expect(?:ed)?(?: token)? "), "Expected "),
    (re.compile(r"^Expected ([^\w\s`]+)"), r"Expected `\1`"),
    (re.compile("^Expected corresponding JSX closing tag for '(.*)'"), r"Expected `</\1>`"),
)
"""What the program says, and what one says."""


async def web_problems(files: Sequence[SourceFile]) -> dict[str, tuple[Problem, ...]]:
    """The first syntax error of each file. Raises Missing and TimeoutError."""
    sources: dict[str, tuple[SourceFile, str]] = {}
    for file in files:
        for language, text in _texts(file):
            sources[f"{len(sources)}{EXTENSIONS[language]}"] = (file, text)
    found: dict[str, tuple[Problem, ...]] = {}
    if not sources:
        return found
    for name, answer in (await rewritten({name: text for name, (_, text) in sources.items()})).items():
        file, text = sources[name]
        if isinstance(answer, Refusal) and not _is_doubtful(file, answer):
            problem = Problem(answer.line, column_of(text, answer.line, answer.byte), _sentence(text, answer))
            found[file.path] = min(found.get(file.path, (problem,)), (problem,))
    return found


def _texts(file: SourceFile) -> Iterator[tuple[str, str]]:
    if file.language in WHOLE:
        if file.text.strip() and not is_template(file) and not (file.language == "json" and is_strict_json(file)):
            yield file.language, file.text
        return
    for part in parts(file):
        yield part.language, part.text


def _is_doubtful(file: SourceFile, refusal: Refusal) -> bool:
    # A list that is closed at its key's own column: against YAML 1.2, section 7.4, yet read by every reader.
    return file.language == "yaml" and _line(file.text, refusal.line).lstrip().startswith(("]", "}"))


def _sentence(text: str, refusal: Refusal) -> str:
    said = refusal.message.removeprefix("Syntax error: ")
    if said in SAYS:
        return SAYS[said]
    if said.startswith(("Unexpected", "simple selector")):
        match = WORD.search(_line(text, refusal.line).encode()[refusal.byte :].decode("utf-8", "ignore"))
        return f"Unexpected `{match[0]}`." if match and match[0] else "The file ends too early."
    for term, plain in TERMS:
        said = term.sub(plain, said)
    return said[:1].upper() + said[1:].rstrip(".") + "."


def _line(text: str, number: int) -> str:
    lines = text.split("\n")
    return lines[number - 1] if number <= len(lines) else ""
