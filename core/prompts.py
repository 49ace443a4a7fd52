"""What the model is told: short and sharp enough for 1.5 to 7 billion parameters.

The example in the form asked for bears the stack's own file and language, because a small model takes any other
language there for a wish and adds files in it. The heading line was followed in every stack; a bare path was not.
"""

import re
from collections.abc import Sequence

from core.engines.protocol import Message
from core.files import SourceFile
from core.languages import language_of
from core.stacks import Side, Stack

Messages = tuple[Message, ...]

SIDES = {Side.BACKEND: "back end", Side.FRONTEND: "front end"}


def generate(stack: Stack, requirements: str, instructions: str | None = None) -> Messages:
    """Ask for the whole side from nothing; the person's words stand in it as they are."""
    return _asked(stack, _wish(requirements, instructions))


def continue_from(asked: Messages, text: str) -> Messages:
    """The messages that led to ``text``, and ``text``, if any, as the answer that the model is in the middle of."""
    return (*asked, Message("assistant", text)) if text else asked


def refine(stack: Stack, requirements: str, files: Sequence[SourceFile], instructions: str) -> Messages:
    """Ask to change the files that are there; what comes back are the changed and the new ones, whole."""
    present = "\n\n".join(map(_shown, files))
    return _asked(
        stack,
        f"{requirements}\n\nThese are the files now:\n\n{present}\n\nChange them: {instructions}\n\n"
        "Write each changed or new file whole, and leave out the files that stay as they are.",
    )


def _asked(stack: Stack, wish: str) -> Messages:
    side = SIDES[stack.side]
    return (
        Message("system", _rules(stack)),
        Message("user", f"Write the {side} in {stack.language} with {stack.framework} for this app:\n\n{wish}"),
    )


def _rules(stack: Stack) -> str:
    return (
        f"You are an expert {stack.framework} developer. You answer with complete, working source files, "
        "each in exactly this form:\n\n"
        f"### FILE: {stack.default_path}\n```{language_of(stack.default_path)}\nthe whole file\n```\n\n"
        f"{stack.guidance}\n"
        "Write every file once and from its first to its last line: no placeholders, no omissions. "
        "Write no other text before, between or after the files."
    )


def _wish(requirements: str, instructions: str | None) -> str:
    return f"{requirements}\n\nAlso: {instructions}" if instructions else requirements


def _shown(file: SourceFile) -> str:
    longest = max(map(len, re.findall(r"^[ \t]*(`{3,})", file.text, re.MULTILINE)), default=2)
    fence = "`" * (longest + 1)
    ending = "" if file.text.endswith("\n") else "\n"
    return f"### FILE: {file.path}\n{fence}{file.language}\n{file.text}{ending}{fence}"
