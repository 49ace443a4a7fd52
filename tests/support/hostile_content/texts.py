"""Texts that are hard to read: what models may write and people may send, of any length."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from tests.support.hostile_content.repeated import COMMENT_OPENERS, RUNS


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


BRACKETS = (("(", ")"), ("[", "]"), ("{", "}"), ("<", ">"), ("⟨", "⟩"))
TAGS = ("b", "p", "div", "style", "script", "title", "textarea", "template", "a href=x")


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


LEADERS: tuple[str, ...] = (
    "a",
    "a{background:url(",
    "<a ",
    "<a b='",
    '<a b="',
    "id=",
    "/*",
    "# ",
    "// ",
    "<!--",
    "class A(",
    "SELECT ",
    "GO",
    "COPY ",
    "a:",
)
LEADERS += (
    "import ",
    "package ",
    "@import ",
    '"',
    "'",
    "return",
    '"\\',
    "public ",
    "a.get(",
    "`",
    "-- ",
    "... ",
    "rest of code",
    "@",
)
FILLERS = (" ", "\n", "a", "a ", "\\", "/", "*", ".", "(")


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
        for unit in (
            "x\n",
            "```\n",
            "~~~\n",
            "`",
            "    `\n",
            "x```\n",
            " ",
            "\n",
            "```py\nx\n```\n",
            "### FILE: b.py\n",
        ):
            yield HostileText(f"in {opener!r}: {unit!r}", unit, prefix=f"{opener}\n")


MAX_LINE = 390
"""Characters of a line that is still short enough to be read as a path."""
SHORT_LINE_PARTS = (
    "/*{}  !",
    "# a{}!",
    "/{}!",
    "{}",
    "a {}```",
    "**{}",
    "> {}:",
    "1. {}",
    "`{}",
    "title={}",
    "a{}:b",
    "<!--a{}b",
)


def _short_lines() -> Iterator[HostileText]:
    """Many lines that are as long as lines with a path may be, outside of blocks and as their first lines."""
    for part, filler in product(SHORT_LINE_PARTS, (" ", "*", "a", "`", "a ", ":")):
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
FENCE_TEXTS = tuple(_fences())
"""For what reads answers of models."""
PATH_LINE_TEXTS = (*_short_lines(), *_two_thirds())
"""For what looks for paths in lines: the patterns are bounded by the line, so each line is as bad as it may be."""


def _notations() -> Iterator[HostileText]:
    call = '{"path": "a.py", "content": ""}'
    for unit in (
        *('{"name":\n', "[\n", "{\n", call, f"{call}\n", '{"a": 1};', '{"a": 1}\n', '{"a": "\n', "[TOOL_CALLS]", "\\"),
        *("<think>", "</think>", "</think>\n", "<think>\n", "<|channel|>analysis<|message|>", "<|end|>", "<|call|>"),
        *("<|start|>assistant<|channel|>commentary to=functions.a<|message|>", "to=", "<|tool_call_begin|>"),
        *(
            '<file path="a.py">',
            '<file path="a.py"></file>',
            '<file path="a.py">\n```\n',
            "<path>",
            "<path>\n",
            "</content>",
        ),
        *(
            "<path>a.py</path><content>",
            "<![CDATA[",
            "]]>",
            "]]>\n",
            "<arg_key>path</arg_key><arg_value>",
            "Save this as `a.py`.\n",
        ),
        *("```\nx\n```\n\n", "```python\nimport a\n```\nSave this as `a.py`.\n", "cat > a.py <<E\nE\n", "above "),
    ):
        yield HostileText(f"notation {unit!r}", unit)
        yield HostileText(f"notation {unit!r} in a fence", unit, prefix="```\n")
        yield HostileText(
            f"notation {unit!r} after a file", unit, prefix="### FILE: a.py\n```\nx\n```\n```python\nx\n```\n"
        )


NOTATION_TEXTS = tuple(_notations())
"""What begins or ends files in other notations than Markdown."""
