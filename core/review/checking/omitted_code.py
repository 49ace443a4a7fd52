"""Comments and dots that stand for code which a model left out."""

import re
from collections.abc import Iterator

from tree_sitter import Node

from core.files.source_file import SourceFile
from core.review.checking.embedded_code import HOLDERS, parts
from core.review.checking.problem import Kind, Problem, lines_of, problem_at
from core.review.checking.syntax_tree import GRAMMARS, Parsed, above, parsed, written

MESSAGE = "Code was left out here."

COMMENTS = {
    "java": "[(line_comment) (block_comment)] @comment",
    "kotlin": "[(line_comment) (block_comment)] @comment",
    "rust": "[(line_comment) (block_comment)] @comment",
    "swift": "[(comment) (multiline_comment)] @comment",
}
ANY_COMMENT = "(comment) @comment"
HASH = re.compile(r"(?:^|(?<=\s))#(?P<text>[^\n]*)", re.MULTILINE)
BLOCK = re.compile(r"/\*(?P<text>.*?)\*/", re.DOTALL)
SLASHED = re.compile(r"/\*(?P<text>.*?)\*/|(?:^|(?<=\s))//(?P<line>[^\n]*)", re.DOTALL | re.MULTILINE)
ANGLED = re.compile(r"<!--(?P<text>.*?)-->", re.DOTALL)
DASHED = re.compile(r"(?:^|(?<=\s))--(?P<text>[^\n]*)|/\*(?P<block>.*?)\*/", re.DOTALL | re.MULTILINE)
OTHER_COMMENTS = {
    **dict.fromkeys(("yaml", "toml", "dockerfile", "makefile", "properties"), HASH),
    **dict.fromkeys(("html", "vue", "svelte", "xml"), ANGLED),
    **dict.fromkeys(("scss", "less"), SLASHED),
    "css": BLOCK,
    "sql": DASHED,
}

DRESS = re.compile(r"^[\s/*#!<>\-=({\[]+|[\s/*#>\-=)}\]]+$")
DOTS = re.compile(r"^(?:#|//|/\*|<!--|--)\s?(?:\.{3}|…)\s?(?:\*/|-->)?$")
TO_DO = re.compile(r"^(?:todo|fixme)\b[:\s-]*implement\b", re.IGNORECASE)
NOTHING = re.compile(
    r"^\s*(?:(?:pass|end|\.\.\.|raise\b.*|throw\b.*|return(?:\s+(?:None|null|nil|true|false|0|\[\]|\{\}|\"\"|''))?);?\s*$|[})]|$)",
    re.IGNORECASE,
)
"""Lines that do no more than fill a gap."""
THINGS = (
    r"(?:code|file|component|functions?|methods?|class|classes|implementation|program|script|logic|routes?|endpoints?"
    r"|handlers?|styles?|css|rules|html|markup|template|contents?|page|body|app|application|module|tests?|imports?"
    r"|fields?|properties|props|config(?:uration)?|components|helpers|models?|definitions?|items|entries|sections?|jsx)"
)
WHOSE = r"(?:(?:the|your|my|this|all|existing|original|previous|current|other|remaining|same|above|of|keep)\s+)*"
SAME = (
    r"(?:(?:is|are|stays?|remains?|goes|go|kept|unchanged|the same|same|as before|as above|as is|here|below|above"
    r"|omitted)\b[\s,]*)+"
)
LEFT = r"(?:rest|existing|previous|remaining|other|original|same|more|your|similar|unchanged)"
END = r"(?:\.{3,}|…)"
ELISIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"^{END}[\s(\[]*{WHOSE}{LEFT}\b",
        rf"^{WHOSE}(?:rest|remainder) of {WHOSE}(?:\w+ )?{THINGS}(?:\s+{SAME})?\s*{END}?\.?$",
        rf"^{WHOSE}(?:rest|remainder|everything else)(?: of [\w\s.]{{1,40}}?)?\s+{SAME}\.?$",
        rf"^{WHOSE}(?:existing|previous|original|other|remaining)\s+(?:\w+\s+)?{THINGS}\s+{SAME}\.?$",
        r"^(?:the\s+)?(?:existing|previous|original)\s+(?:code|implementation)\.?$",
        rf"^{WHOSE}{LEFT}\s+(?:\w+\s+)?{THINGS}\s*{END}$",
        r"^(?:\w+ )?your (?:own |actual )?(?:\w+ )?(?:code|logic|implementation|routes|styles) (?:goes |go )?here\.?$",
        r"^(?:the )?(?:actual )?(?:implementation|code|logic) (?:goes |go )?here\.?$",
        r"\b(?:omitted|skipped|left out|removed|truncated|shortened)(?: here)? for (?:brevity|clarity|simplicity)\b",
        r"^(?:todo|fixme)\b[:\s-]*implement(?:\s+(?:this|it|me|here|later|logic|functionality|the \w+))*\.?$",
    )
)
"""What a comment says, bare of its signs, where it stands for code."""

ALLOWED = re.compile(r"@(?:\w+\.)*(?:abstract\w*|overload)\b")
BASES = re.compile(r"\b(?:Protocol|ABC|ABCMeta)\b")


def elisions(file: SourceFile) -> Iterator[Problem]:
    """Each place of a file where code was left out."""
    if file.language in OTHER_COMMENTS:
        yield from _by_pattern(OTHER_COMMENTS[file.language], file.text)
    if file.language in HOLDERS:
        for part in parts(file):
            yield from elisions(SourceFile(file.path, part.language, part.text))
    elif file.language in GRAMMARS and (known := parsed(file.language, file.text)):
        yield from _by_tree(file.language, known)


def stands_for_code(comment: str) -> bool:
    """Whether a comment, with its signs, tells of code that is not there."""
    lines = [bare for line in comment.split("\n") if (bare := DRESS.sub("", line))]
    return len(lines) == 1 and any(pattern.search(lines[0]) for pattern in ELISIONS)


def _is_elision(comment: str, text: str, line: int) -> bool:
    lines = lines_of(text)
    if not DOTS.match(comment.strip()):
        to_do = TO_DO.match(DRESS.sub("", comment)) and NOTHING.match("".join(lines[line : line + 1]))
        return stands_for_code(comment) or to_do is not None
    # Among other comments, dots go on with what these say.
    sign = comment.strip().split(".")[0].split("…")[0].rstrip()
    return not any(
        near.lstrip().startswith(sign) for near in (*lines[max(line - 2, 0) : line - 1], *lines[line : line + 1])
    )


def _by_pattern(pattern: re.Pattern[str], text: str) -> Iterator[Problem]:
    for match in pattern.finditer(text):
        problem = problem_at(text, match.start(), MESSAGE, Kind.OMISSION)
        if _is_elision(match[0], text, problem.line):
            yield problem


def _by_tree(language: str, known: Parsed) -> Iterator[Problem]:
    for comment in known.found(COMMENTS.get(language, ANY_COMMENT)):
        line, column = known.place(comment)
        if _is_elision(written(comment), known.text, line):
            yield Problem(line, column, MESSAGE, Kind.OMISSION)
    if language == "python":
        yield from _dots(known)


def _dots(known: Parsed) -> Iterator[Problem]:
    for dots in known.found("(expression_statement . (ellipsis) @dots .)"):
        statement = dots.parent
        block = statement.parent if statement else None
        if statement is None or block is None:
            continue
        others = [
            node
            for node in block.named_children
            if node != statement and node.type != "comment" and not written(node).startswith(('"', "'"))
        ]
        around = next(above(statement)).parent
        if others or around is None or (around.type == "function_definition" and not _may_be_empty(around)):
            yield Problem(*known.place(dots), MESSAGE, Kind.OMISSION)


def _may_be_empty(function: Node) -> bool:
    for node in above(function):
        match node.type:
            case "decorated_definition" if ALLOWED.search(written(node).partition("def ")[0]):
                return True
            case "if_statement" if "TYPE_CHECKING" in written(node).split("\n", 1)[0]:
                return True
            case "class_definition":
                return _is_interface(node)
            case _:
                pass
    return False


def _is_interface(node: Node) -> bool:
    bases = node.child_by_field_name("superclasses")
    if bases is not None and BASES.search(written(bases)):
        return True
    # A class of stubs alone describes others; one stub among methods that do something is a gap.
    body = node.child_by_field_name("body")
    methods = [child for child in body.named_children if "def " in written(child)] if body else []
    return all(written(method).rstrip().endswith("...") for method in methods)
