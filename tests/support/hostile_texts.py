"""Texts that are hard to read: what models may write and people may send, of any length."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product


@dataclass(frozen=True, slots=True)
class HostileText:
    """``prefix``, then ``unit`` again and again, then ``closing`` as often, then ``suffix``."""

    name: str
    unit: str
    closing: str = ""
    prefix: str = ""
    suffix: str = ""

    def text(self, length: int) -> str:
        """About ``length`` characters of it."""
        repeats = max(1, length // len(self.unit + self.closing))
        return self.prefix + self.unit * repeats + self.closing * repeats + self.suffix


BRACKETS = ("()", "[]", "{}", "<>", "⟨⟩")
COMMENT_OPENERS = ("/* ", "/**", "<!-- ", "{{ ", "{% ", "{# ", "<% ", "<?", '"""', "'''", "-- ", "--", "# ", "// ", "#[", "|||", "=begin\n")
TAGS = ("b", "p", "div", "style", "script", "title", "textarea", "template", "a href=x")
RUNS = {
    "spaces": " ",
    "tabs": "\t",
    "newlines": "\n",
    "carriage returns": "\r",
    "line ends of Windows": "\r\n",
    "form feeds": "\f",
    "no-break spaces": "\u00a0",
    "line separators": "\u2028",
    "letters": "a",
    "capitals": "A",
    "digits": "7",
    "words": "word ",
    "code": "x = 1;\n",
    "dots": ".",
    "dotted names": "a.",
    "slashes": "/",
    "backslashes": "\\",
    "backslashes and quotes": '\\"',
    "escaped apostrophes": "\\'",
    "stars": "*",
    "hashes": "#",
    "hyphens": "-",
    "underscores": "_",
    "equals signs": "=",
    "colons": ":",
    "semicolons": ";",
    "commas": ",",
    "pipes": "|",
    "percent signs": "%",
    "escaped bytes": "%41",
    "dollars": "$",
    "at signs": "@",
    "ampersands": "&",
    "character references": "&#x41;",
    "numeric references": "&#1",
    "question marks": "?",
    "exclamation marks": "!",
    "double quotes": '"',
    "apostrophes": "'",
    "backticks": "`",
    "three backticks": "``` ",
    "tildes": "~",
    "emoji": "😀",
    "letters of China": "汉",
    "letters of Japan": "か",
    "combining characters": "e\u0301\u0316\u0327",
    "combining marks out of order": "\u0301\u0316",
    "lines of spaces": " " * 79 + "\n",
    "long lines of spaces": " " * 7999 + "\n",
    "equal lines": "    return value + 1\n",
    "table rows": "| a | b |\n",
    "list items": "- item\n",
    "quotes": "> ",
    "numbers in a row": "0, ",
    "import": "import ",
    "import lines": "import a\n",
    "from imports": "from a import b\n",
    "dotted imports": "import a.b.c;\n",
    "script imports": 'import "./a";\n',
    "unfinished imports": "import '/",
    "@import": "@import ",
    "@import of a quote": '@import "',
    "url(": "url(",
    "url(a": "url(a ",
    "closed urls": "url(a.png) ",
    "id=": "id=",
    "quoted ids": 'id="a" ',
    "calls by id": 'getElementById("a") ',
    "unfinished calls by id": 'getElementById("',
    "unfinished selectors": "querySelector('#",
    "package": "package a.b\n",
    "class": "class ",
    "classes": "class A(",
    "routes": '@app.get("/a")\n',
    "unfinished routes": "a.get(",
    "public": "public ",
    "decorators": "@a.b ",
    "statements": "SELECT 1;\n",
    "COPY FROM": "COPY FROM ",
    "qualifiers": "the existing ",
    "phrases": "is the same, ",
    "rest": "rest of the ",
    "todo comments": "/* todo implement */ ",
    "dots comments": "/* ... */ ",
    "comments of dots": "# ...\n",
    "begin key": "-----BEGIN A ",
    "begin key words": "PRIVATE ",
    "unclosed blocks": "```\n",
    "unnamed blocks": "```\nx\n```\n",
    "named blocks": "### FILE: a.py\n```\nx\n```\n",
    "blocks of one name": "`a.py`\n```py\nx\n```\n",
    "tilde blocks": "~~~\nx\n~~~\n",
    "blocks in Markdown": "```md\n```py\n```\n",
    "path lines": "src/a.py\n",
    "inline paths": "In `src/a.py`: ",
    "path/": "path/",
    "parents": "../",
    "file markers": "### FILE: a.py\n",
    "thinking": "<think>",
    "thought": "<think></think>",
    "thinking lines": "<think>\n</think>\n",
    "ends of thinking": "</think>",
    "doctypes": "<!doctype html>",
    "unfinished doctypes": "<!",
    "CDATA": "<![CDATA[",
    "unfinished tags": "<a ",
    "attributes": "a=b ",
    "tags in quotes": "<a '<b \"",
    "quotes in tags": "<a \"'",
    "end tags": "</b>",
    "unfinished end tags": "</b ",
    "void tags": "<br>",
    "unknown entities": "&a",
    "JSON keys": '"a":1,',
    "TOML tables": "[a]\n",
    "TOML keys": "a.b.c.d = 1\n",
    "YAML": "- - ",
    "YAML keys": "a: {",
    "verbatim strings": '@"""a',
    "raw strings": 'r#"',
    "raw strings of C++": 'R"a(',
    "escaped text blocks": '"""\\',
    "labels": "'a ",
    "ranges": "data: x\n",
    "SSE comments": ": x\n",
    "blank SSE lines": "data\n\n",
}
"""What is repeated, by a name."""


def _runs() -> Iterator[HostileText]:
    for name, unit in RUNS.items():
        yield HostileText(name, unit)
    for opener in COMMENT_OPENERS:
        yield HostileText(f"openers {opener!r}", opener)


def _nests() -> Iterator[HostileText]:
    for opening, closing in BRACKETS:
        yield HostileText(f"run of {opening}", opening)
        yield HostileText(f"run of {closing}", closing)
        yield HostileText(f"nest of {opening}{closing}", opening, closing)
        yield HostileText(f"pairs of {opening}{closing}", opening + closing)
    for tag in TAGS:
        name = tag.partition(" ")[0]
        yield HostileText(f"run of <{tag}>", f"<{tag}>")
        yield HostileText(f"nest of <{tag}>", f"<{tag}>", f"</{name}>")
        yield HostileText(f"<{tag}> closed by </i>", f"<{tag}>", "</i>")
        yield HostileText(f"elements {tag}", f"<{tag}>x</{name}>\n")
    yield HostileText("<b> closed by </p>", "<b>", "</p>")
    yield HostileText("<p> closed by </b>", "<p>", "</b>")
    yield HostileText("nested objects", '{"a":', "}")
    yield HostileText("nested lists in JSON", "[", "]")
    yield HostileText("nested urls", "url(", ")")
    yield HostileText("nested blocks of code", "{\n", "}\n")


LEADERS = ("a", "a{background:url(", "<a ", "<a b='", '<a b="', "id=", "/*", "# ", "// ", "<!--", "class A(", "SELECT ", "GO", "COPY ", "a:")
LEADERS += ("import ", "package ", "@import ", '"', "'", "return", '"\\', "public ", "a.get(", "`", "-- ", "... ", "rest of code", "@")
FILLERS = (" ", "\n", "\t", "/", "*", "a", "a ", "\\", ".", "the ", ", ", "(", "#", "-", "`", "'", "7")


def _long_gaps() -> Iterator[HostileText]:
    """One beginning, then a long run that leads nowhere: what a pattern tries again at every length."""
    for leader, filler in product(LEADERS, FILLERS):
        yield HostileText(f"{leader!r} and a run of {filler!r}", filler, prefix=leader, suffix="!")


FENCES = ("```", "````", "~~~", "  ```", "```py", "```md", "`````md", "```\n", "```py title=", "``` a.py ", "- ```")


def _fences() -> Iterator[HostileText]:
    for fence in FENCES:
        yield HostileText(f"fences {fence!r}", f"{fence}\n")
        yield HostileText(f"blocks of {fence!r}", f"{fence}\nx\n{fence.strip()[:3]}\n")
    for opener in ("```", "```md", "~~~", "  ```py", "### FILE: a.md\n````md"):
        for unit in ("x\n", "```\n", "~~~\n", "`", "    `\n", "x```\n", " ", "\n", "```py\nx\n```\n", "### FILE: b.py\n"):
            yield HostileText(f"in {opener!r}: {unit!r}", unit, prefix=f"{opener}\n")


MAX_LINE = 390
"""Characters of a line that is still short enough to be read as a path."""
SHORT_LINE_PARTS = ("/*{}  !", "# a{}!", "/{}!", "{}", "a {}```", "**{}", "> {}:", "1. {}", "`{}", "title={}", "a{}:b", "<!--a{}b")


def _short_lines() -> Iterator[HostileText]:
    """Many lines that are as long as lines with a path may be, outside of blocks and as their first lines."""
    for part, filler in product(SHORT_LINE_PARTS, (" ", "*", "a", "`", ":", "/", "a ", ".", "* ", "#")):
        line = part.format(filler * (MAX_LINE // len(filler)))[:MAX_LINE]
        yield HostileText(f"lines {part!r} with {filler!r}", f"{line}\n")
        yield HostileText(f"blocks with a line {part!r} with {filler!r}", f"```\n{line}\n```\n")
        yield HostileText(f"fences {part!r} with {filler!r}", f"``` {line}\n```\n")


def _two_thirds() -> Iterator[HostileText]:
    for first, second in product("*/#-`:.", " *a"):
        line = f"/{first * 120}{second * 120}{' ' * 120}x"
        yield HostileText(f"lines of {first!r} and {second!r}", f"```\n{line}\n```\n")


GENERAL_TEXTS = (*_runs(), *_nests())
"""For every function."""
GAP_TEXTS = tuple(_long_gaps())
"""For patterns."""
MARKDOWN_TEXTS = (*_fences(), *_short_lines(), *_two_thirds())
"""For what reads answers of models."""
