"""What the model is told: short and sharp enough for 1.5 to 7 billion parameters.

The example in the form asked for bears the stack's own file and language, because a small model takes any other
language there for a wish and adds files in it. The heading line was followed in every stack; a bare path was not.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalog.examples import EXAMPLE_WISH, EXAMPLES
from core.catalog.scaffolds import BOILERPLATE
from core.catalog.stacks import Side, Stack
from core.engines.protocol import Message
from core.files.languages import language_of
from core.files.source_file import SourceFile

Messages = tuple[Message, ...]

SIDES = {Side.BACKEND: "back end", Side.FRONTEND: "front end"}


UNNAMED = 8
"""How many of the files that were left out a warning names."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What a run is told; ``left_out`` are files that the model should have seen and for which there was no room."""

    messages: Messages
    left_out: tuple[str, ...] = ()

    @property
    def warning(self) -> str | None:
        """What the person should know before anything is written."""
        if not self.left_out:
            return None
        more = f" and {len(self.left_out) - UNNAMED} more" if len(self.left_out) > UNNAMED else ""
        named = ", ".join(self.left_out[:UNNAMED])
        return f"The model's window has no room for all files: it was not shown {named}{more}."


def generate(stack: Stack, requirements: str, instructions: str | None = None, api: str = "") -> Messages:
    """Ask for the whole side from nothing; the person's words stand in it as they are.

    ``api`` describes the back end that a front end is to call.
    """
    return _asked(stack, f"{_wish(requirements, instructions)}{_calling(api)}")


def continue_from(asked: Messages, text: str) -> Messages:
    """The messages that led to ``text``, and ``text``, if any, as the answer that the model is in the middle of."""
    return (*asked, Message("assistant", text)) if text else asked


def refine(
    stack: Stack,
    requirements: str,
    files: Sequence[SourceFile],
    instructions: str,
    *,
    others: Sequence[str] = (),
    api: str = "",
) -> Messages:
    """Ask to change the files that are there; what comes back are the changed and the new ones, whole.

    ``others`` are paths of files that there was no room to show.
    """
    return _asked(
        stack,
        f"{requirements}{_calling(api)}\n\n{_present(files, others)}\n\nChange them: {instructions}\n\n"
        "Write each changed or new file whole, and leave out the files that stay as they are.",
    )


def fix(
    stack: Stack,
    requirements: str,
    files: Sequence[SourceFile],
    problems: Mapping[str, Sequence[str]],
    others: Sequence[str] = (),
) -> Messages:
    """Ask to correct ``problems``, sentences by path; what comes back are the corrected files, whole."""
    listed = "\n".join(f"- {path}: {problem}" for path, found in problems.items() for problem in found)
    return _asked(
        stack,
        f"{requirements}\n\n{_present(files, others)}\n\nThey have these problems:\n\n{listed}\n\n"
        "Correct the problems and change nothing else. Write each corrected file whole, and leave out the files that "
        "stay as they are.",
    )


def _asked(stack: Stack, wish: str) -> Messages:
    return (Message("system", _rules(stack)), *_example(stack), Message("user", _request(stack, wish)))


def _request(stack: Stack, wish: str) -> str:
    return f"Write the {SIDES[stack.side]} in {stack.language} with {stack.framework} for this app:\n\n{wish}"


def _example(stack: Stack) -> Messages:
    """An app that was asked for and answered before: nothing else do small models follow as well."""
    if stack.id not in EXAMPLES:
        return ()
    return (Message("user", _request(stack, EXAMPLE_WISH)), Message("assistant", EXAMPLES[stack.id]))


def _rules(stack: Stack) -> str:
    return (
        f"You are an expert {stack.framework} developer. You answer with complete, working source files, "
        "each in exactly this form:\n\n"
        f"### FILE: {stack.default_path}\n```{language_of(stack.default_path)}\nthe whole file\n```\n\n"
        f"{stack.guidance}\n{_pattern(stack)}"
        "Do what the app asks for and add nothing to it: no sign-in, no other service, no file that nothing uses. "
        "Write every file once and from its first to its last line: no placeholders, no omissions. "
        "Write no other text before, between or after the files."
    )


def _pattern(stack: Stack) -> str:
    if stack.id in BOILERPLATE:
        return f"After them write these files, exactly as they are here:\n\n{BOILERPLATE[stack.id]}\n"
    return ""


def _wish(requirements: str, instructions: str | None) -> str:
    return f"{requirements}\n\nAlso: {instructions}" if instructions else requirements


def _calling(api: str) -> str:
    return f"\n\nThe back end is there already. Call it, with exactly these routes and fields:\n\n{api}" if api else ""


def _present(files: Sequence[SourceFile], others: Sequence[str]) -> str:
    shown = "\n\n".join(map(_shown, files))
    unseen = f"\n\nThere are also these files, which stay as they are: {', '.join(others)}." if others else ""
    return f"These are the files now:\n\n{shown}{unseen}"


def _shown(file: SourceFile) -> str:
    return fenced(file.path, file.language, file.text)


def fenced(path: str, language: str, text: str) -> str:
    """A file in the form that is asked for; a longer fence where the file holds fences itself."""
    longest = max(map(len, re.findall(r"^[ \t]*(`{3,})", text, re.MULTILINE)), default=2)
    fence = "`" * (longest + 1)
    ending = "" if text.endswith("\n") or not text else "\n"
    return f"### FILE: {path}\n{fence}{language}\n{text}{ending}{fence}"
