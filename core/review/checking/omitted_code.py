"""Comments and dots that stand for code which a model left out."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import MARKUP_LANGUAGES, embedded_code
from core.review.checking.problem import Problem, ProblemKind, lines_of, problem_at
from core.review.checking.syntax_tree import GRAMMARS, ParsedSource, ancestors, parse_source, source_of

OMISSION_MESSAGE = "Code was left out here."

COMMENT_QUERIES = {
    "java": "[(line_comment) (block_comment)] @comment",
    "kotlin": "[(line_comment) (block_comment)] @comment",
    "rust": "[(line_comment) (block_comment)] @comment",
    "swift": "[(comment) (multiline_comment)] @comment",
}
DEFAULT_COMMENT_QUERY = "(comment) @comment"
HASH_COMMENT = re.compile(r"(?:^|(?<=\s))#(?P<text>[^\n]*)", re.MULTILINE)
BLOCK_COMMENT = re.compile(r"/\*(?P<text>.*?)\*/", re.DOTALL)
SLASH_COMMENT = re.compile(r"/\*(?P<text>.*?)\*/|(?:^|(?<=\s))//(?P<line>[^\n]*)", re.DOTALL | re.MULTILINE)
HTML_COMMENT = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)
DASH_COMMENT = re.compile(r"(?:^|(?<=\s))--(?P<text>[^\n]*)|/\*(?P<block>.*?)\*/", re.DOTALL | re.MULTILINE)
COMMENT_PATTERNS = {
    **dict.fromkeys(("yaml", "toml", "dockerfile", "makefile", "properties"), HASH_COMMENT),
    **dict.fromkeys(("html", "vue", "svelte", "xml"), HTML_COMMENT),
    **dict.fromkeys(("scss", "less"), SLASH_COMMENT),
    "css": BLOCK_COMMENT,
    "sql": DASH_COMMENT,
}

COMMENT_DELIMITERS = re.compile(r"^[\s/*#!<>\-=({\[]+|[\s/*#>\-=)}\]]+$")
DOTS_COMMENT = re.compile(r"^(?:#|//|/\*|<!--|--)\s?(?:\.{3}|…)\s?(?:\*/|-->)?$")
IMPLEMENT_TODO = re.compile(r"^(?:todo|fixme)\b[:\s-]*implement\b", re.IGNORECASE)
PLACEHOLDER_LINE = re.compile(
    r"^\s*(?:(?:pass|end|\.\.\.|raise\b.*|throw\b.*|return(?:\s+(?:None|null|nil|true|false|0|\[\]|\{\}|\"\"|''))?);?\s*$|[})]|$)",
    re.IGNORECASE,
)
"""Lines that do no more than fill a gap."""
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
"""What a comment says, bare of its signs, where it stands for code."""

STUB_DECORATOR = re.compile(r"@(?:\w+\.)*(?:abstract\w*|overload)\b")
INTERFACE_BASE = re.compile(r"\b(?:Protocol|ABC|ABCMeta)\b")


def omission_problems(file: SourceFile) -> Iterator[Problem]:
    """Each place of a file where code was left out."""
    if file.language in COMMENT_PATTERNS:
        yield from _find_by_pattern(COMMENT_PATTERNS[file.language], file.text)
    if file.language in MARKUP_LANGUAGES:
        for part in embedded_code(file):
            yield from omission_problems(SourceFile(file.path, part.language, part.text))
    elif file.language in GRAMMARS and (source := parse_source(file.language, file.text)):
        yield from _find_by_tree(file.language, source)


def is_omission_comment(comment: str) -> bool:
    """Whether a comment, with its signs, tells of code that is not there."""
    lines = [content for line in comment.split("\n") if (content := COMMENT_DELIMITERS.sub("", line))]
    return len(lines) == 1 and any(pattern.search(lines[0]) for pattern in OMISSION_PATTERNS)


def _is_omission_at(comment: str, text: str, line: int) -> bool:
    lines = lines_of(text)
    if not DOTS_COMMENT.match(comment.strip()):
        is_todo = IMPLEMENT_TODO.match(COMMENT_DELIMITERS.sub("", comment)) and PLACEHOLDER_LINE.match(
            "".join(lines[line : line + 1])
        )
        return is_omission_comment(comment) or is_todo is not None
    # Among other comments, dots go on with what these say.
    prefix = comment.strip().split(".")[0].split("…")[0].rstrip()
    return not any(
        neighbour.lstrip().startswith(prefix)
        for neighbour in (*lines[max(line - 2, 0) : line - 1], *lines[line : line + 1])
    )


def _find_by_pattern(pattern: re.Pattern[str], text: str) -> Iterator[Problem]:
    for match in pattern.finditer(text):
        problem = problem_at(text, match.start(), OMISSION_MESSAGE, ProblemKind.OMISSION)
        if _is_omission_at(match[0], text, problem.line):
            yield problem


def _find_by_tree(language: str, source: ParsedSource) -> Iterator[Problem]:
    for comment in source.query(COMMENT_QUERIES.get(language, DEFAULT_COMMENT_QUERY)):
        line, column = source.position(comment)
        if _is_omission_at(source_of(comment), source.text, line):
            yield Problem(line, column, OMISSION_MESSAGE, ProblemKind.OMISSION)
    if language == "python":
        yield from _find_ellipsis_bodies(source)


def _find_ellipsis_bodies(source: ParsedSource) -> Iterator[Problem]:
    for dots in source.query("(expression_statement . (ellipsis) @dots .)"):
        statement = dots.parent
        block = statement.parent if statement else None
        if statement is None or block is None:
            continue
        others = [
            node
            for node in block.named_children
            if node != statement and node.type != "comment" and not source_of(node).startswith(('"', "'"))
        ]
        enclosing = next(ancestors(statement)).parent
        if (
            others
            or enclosing is None
            or (enclosing.type == "function_definition" and not _may_have_empty_body(enclosing))
        ):
            yield Problem(*source.position(dots), OMISSION_MESSAGE, ProblemKind.OMISSION)


def _may_have_empty_body(function: Node) -> bool:
    for node in ancestors(function):
        match node.type:
            case "decorated_definition" if STUB_DECORATOR.search(source_of(node).partition("def ")[0]):
                return True
            case "if_statement" if "TYPE_CHECKING" in source_of(node).split("\n", 1)[0]:
                return True
            case "class_definition":
                return _is_interface(node)
            case _:
                pass
    return False


def _is_interface(node: Node) -> bool:
    bases = node.child_by_field_name("superclasses")
    if bases is not None and INTERFACE_BASE.search(source_of(bases)):
        return True
    # A class of stubs alone describes others; one stub among methods that do something is a gap.
    body = node.child_by_field_name("body")
    methods = [child for child in body.named_children if "def " in source_of(child)] if body else []
    return all(source_of(method).rstrip().endswith("...") for method in methods)
