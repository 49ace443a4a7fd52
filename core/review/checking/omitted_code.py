"""Comments and dots that stand for code that a model left out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from core.files.html import Comment, read_html
from core.files.source_file import SourceFile
from core.review.checking.problem import Problem, ProblemKind, lines_of, problem_at
from core.review.checking.project_files import ProjectFiles
from core.review.checking.python.ellipsis_bodies import find_ellipsis_bodies
from core.review.checking.syntax_tree import GRAMMARS, ParsedSource, parse_source, source_of
from core.review.checking.web.embedded_code import MARKUP_LANGUAGES, embedded_code

OMISSION_MESSAGE = "Code was left out here."

COMMENT_QUERIES = {
    "java": "[(line_comment) (block_comment)] @comment",
    "kotlin": "[(line_comment) (block_comment)] @comment",
    "rust": "[(line_comment) (block_comment)] @comment",
    "swift": "[(comment) (multiline_comment)] @comment",
}
DEFAULT_COMMENT_QUERY = "(comment) @comment"
# A comment without an end goes on to the end of the text: looking for its end again from each "/*" would be quadratic.
BLOCK_COMMENT = r"/\*.*?(?:\*/|\Z)"
COMMENT_PATTERNS = {
    language: re.compile(pattern, re.DOTALL | re.MULTILINE)
    for languages, pattern in (
        (("yaml", "toml", "dockerfile", "makefile", "properties"), r"(?:^|(?<=\s))#[^\n]*"),
        (("css",), BLOCK_COMMENT),
        (("scss", "less"), rf"{BLOCK_COMMENT}|(?:^|(?<=\s))//[^\n]*"),
        (("sql",), rf"(?:^|(?<=\s))--[^\n]*|{BLOCK_COMMENT}"),
        (("xml",), r"<!--.*?(?:-->|\Z)"),
    )
    for language in languages
}
"""For languages without a grammar here."""

COMMENT_DELIMITERS = re.compile(r"^[\s/*#!<>\-=({\[]++|(?<![\s/*#>\-=)}\]])[\s/*#>\-=)}\]]++$")
"""What surrounds the words of a comment. The look-behind keeps a row of signs from being tried from each of them."""
DOTS_COMMENT = re.compile(r"^(?:#|//|/\*|<!--|--)\s?(?:\.{3}|…)\s?(?:\*/|-->)?$")
IMPLEMENT_TODO = re.compile(r"^(?:todo|fixme)\b[:\s-]*implement\b", re.IGNORECASE)
PLACEHOLDER_LINE = re.compile(
    r"^\s*(?:(?:pass|end|\.\.\.|raise\b.*|throw\b.*|return(?:\s+(?:None|null|nil|true|false|0|\[\]|\{\}|\"\"|''))?);?\s*$|[})])",
    re.IGNORECASE,
)
"""A line that only fills a gap, such as ``pass`` or ``return None``."""
CODE_NOUNS = (
    r"(?:code|file|component|functions?|methods?|class|classes|implementation|program|script|logic|routes?|endpoints?"
    r"|handlers?|styles?|css|rules|html|markup|template|contents?|page|body|app|application|module|tests?|imports?"
    r"|fields?|properties|props|config(?:uration)?|components|helpers|models?|definitions?|items|entries|sections?|jsx)"
)
QUALIFIERS = r"(?:(?:the|your|my|this|all|existing|original|previous|current|other|remaining|same|above|of|keep)\s+)*"
UNCHANGED_PHRASE = (
    r"(?:(?:is|are|stays?|remains?|goes|go|kept|unchanged|the same|same|as before|as above|as is|here|below|above"
    r"|omitted)\b[\s,]*)+"
)
REMAINDER_WORDS = r"(?:rest|existing|previous|remaining|other|original|same|more|your|similar|unchanged)"
ELLIPSIS = r"(?:\.{3,}|…)"
OMISSION_PATTERNS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{ELLIPSIS}[\s(\[]*{QUALIFIERS}{REMAINDER_WORDS}\b",
        (
            rf"^{QUALIFIERS}(?:rest|remainder) of {QUALIFIERS}(?:\w+ )?{CODE_NOUNS}"
            rf"(?:\s+{UNCHANGED_PHRASE})?\s*{ELLIPSIS}?\.?$"
        ),
        rf"^{QUALIFIERS}(?:rest|remainder|everything else)(?: of [\w\s.]{{1,40}}?)?\s+{UNCHANGED_PHRASE}\.?$",
        rf"^{QUALIFIERS}(?:existing|previous|original|other|remaining)\s+(?:\w+\s+)?{CODE_NOUNS}\s+{UNCHANGED_PHRASE}\.?$",
        r"^(?:the\s+)?(?:existing|previous|original)\s+(?:code|implementation)\.?$",
        rf"^{QUALIFIERS}{REMAINDER_WORDS}\s+(?:\w+\s+)?{CODE_NOUNS}\s*{ELLIPSIS}$",
        r"^(?:\w+ )?your (?:own |actual )?(?:\w+ )?(?:code|logic|implementation|routes|styles) (?:goes |go )?here\.?$",
        r"^(?:the )?(?:actual )?(?:implementation|code|logic) (?:goes |go )?here\.?$",
        r"\b(?:omitted|skipped|left out|removed|truncated|shortened)(?: here)? for (?:brevity|clarity|simplicity)\b",
        r"^(?:todo|fixme)\b[:\s-]*implement(?:\s+(?:this|it|me|here|later|logic|functionality|the \w+))*\.?$",
    )
)
"""What a comment without its delimiters says where it stands for code."""


class OmittedCode:
    """Places where a model wrote a comment or dots instead of code."""

    def find_problems(self, file: SourceFile, _: ProjectFiles, /) -> Iterator[Problem]:
        """One problem for each such place."""
        if file.language in MARKUP_LANGUAGES:
            comments = (token for token in read_html(file.text, components=True) if isinstance(token, Comment))
            yield from _comment_problems(file.text, ((comment.start, comment.end) for comment in comments))
            for part in embedded_code(file):
                yield from _code_problems(part.language, part.text)
        else:
            yield from _code_problems(file.language, file.text)


def is_omission_comment(comment: str) -> bool:
    """Whether a comment, given with its delimiters, stands for code that is not there."""
    lines = [content for line in comment.split("\n") if (content := COMMENT_DELIMITERS.sub("", line))]
    # A comment of several lines explains something; one that stands for code takes a line.
    return len(lines) == 1 and any(pattern.search(lines[0]) for pattern in OMISSION_PATTERNS)


def _code_problems(language: str, text: str) -> Iterator[Problem]:
    if language in COMMENT_PATTERNS:
        yield from _comment_problems(text, (match.span() for match in COMMENT_PATTERNS[language].finditer(text)))
    elif language in GRAMMARS and (source := parse_source(language, text)):
        yield from _find_by_tree(language, source)


def _is_omission_at(comment: str, text: str, line: int) -> bool:
    lines = lines_of(text)
    if not DOTS_COMMENT.match(comment.strip()):
        if _continues_comment(comment, lines, line):
            return False
        # A plan counts only above code that does nothing: working code may have plans, too.
        is_todo = IMPLEMENT_TODO.match(COMMENT_DELIMITERS.sub("", comment)) is not None
        return is_omission_comment(comment) or (is_todo and _is_placeholder("".join(lines[line : line + 1])))
    # Dots behind code, or between other comments, belong to those.
    if not _without_indent("".join(lines[line - 1 : line])).startswith(comment[:2]):
        return False
    prefix = comment.strip().split(".")[0].split("…")[0].rstrip()
    return not any(
        _without_indent(neighbour).startswith(prefix)
        for neighbour in (*lines[max(line - 2, 0) : line - 1], *lines[line : line + 1])
    )


def _continues_comment(comment: str, lines: Sequence[str], line: int) -> bool:
    """Whether a comment is a line of a longer one, which explains something."""
    sign = re.match(r"\s*(#|//|--)", comment)
    if sign is None:
        return False
    # After dots the comment may go on with what they stand for; a comment before them is mostly a heading.
    before = [] if re.search(ELLIPSIS, comment) else lines[max(line - 2, 0) : line - 1]
    neighbours = (*before, *lines[line : line + 1])
    texts = [_without_indent(neighbour) for neighbour in neighbours]
    return any(text.startswith(sign[1]) and not is_omission_comment(text) for text in texts)


@lru_cache(maxsize=16)
def _is_placeholder(line: str) -> bool:
    """Cached, since one long line may be looked at for thousands of comments; so is ``_without_indent``."""
    return PLACEHOLDER_LINE.match(line) is not None


@lru_cache(maxsize=16)
def _without_indent(line: str) -> str:
    return line.lstrip()


def _comment_problems(text: str, comments: Iterable[tuple[int, int]]) -> Iterator[Problem]:
    """``comments`` are the offsets at which they start and end."""
    for start, end in comments:
        problem = problem_at(text, start, OMISSION_MESSAGE, ProblemKind.OMISSION)
        if _is_omission_at(text[start:end], text, problem.line):
            yield problem


def _find_by_tree(language: str, source: ParsedSource) -> Iterator[Problem]:
    for comment in source.query(COMMENT_QUERIES.get(language, DEFAULT_COMMENT_QUERY)):
        if _is_omission_at(source_of(comment), source.text, comment.start_point.row + 1):
            yield Problem(*source.position(comment), OMISSION_MESSAGE, ProblemKind.OMISSION)
    if language == "python":
        for line, column in find_ellipsis_bodies(source):
            yield Problem(line, column, OMISSION_MESSAGE, ProblemKind.OMISSION)
