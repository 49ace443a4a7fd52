"""The words of every prompt: short and precise enough for models of 1.5 to 7 billion parameters.

The example of the answer's form uses the stack's own file and language, because a small model takes any other language
for a request and adds files in it. Models followed the heading line in every stack; a bare path they did not. No I/O.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.catalog.decided_examples import DECIDED_EXAMPLES
from core.catalog.examples import EXAMPLE_ANSWERS, EXAMPLE_REQUIREMENTS
from core.catalog.scaffolds import SCAFFOLDS
from core.catalog.stacks import Side, Stack
from core.engines.protocol import Message
from core.files.languages import language_of
from core.files.markdown.writer import format_file_block
from core.files.source_file import SourceFile
from core.prompts.requirement_topics import open_defaults
from core.prompts.route_checklist import route_checklist

Messages = tuple[Message, ...]

SIDE_NAMES = {Side.BACKEND: "back end", Side.FRONTEND: "front end"}
MAX_NAMED_OMITTED_FILES = 8
"""How many of the files that were left out a warning names."""


@dataclass(frozen=True, slots=True)
class RunPrompt:
    """What a run is told; ``omitted`` are files that did not fit into the context window."""

    messages: Messages
    omitted: tuple[str, ...] = ()

    @property
    def warning(self) -> str | None:
        """A sentence for the person where files were omitted."""
        if not self.omitted:
            return None
        more = (
            f" and {len(self.omitted) - MAX_NAMED_OMITTED_FILES} more"
            if len(self.omitted) > MAX_NAMED_OMITTED_FILES
            else ""
        )
        named = ", ".join(self.omitted[:MAX_NAMED_OMITTED_FILES])
        return f"The model's window has no room for all files: it was not shown {named}{more}."


def generation_messages(
    stack: Stack,
    requirements: str,
    instructions: str | None = None,
    api: str = "",
    *,
    is_small_model: bool = False,
) -> Messages:
    """Ask for a whole new side; the person's words are in it unchanged.

    ``api`` describes the back end that a front end is to call. For small models the requirement comes last and whole,
    since they follow best what stands last.
    """
    wanted, offered = _requirements_section(requirements, instructions), _api_section(api)
    if is_small_model and api:
        task = f"{offered.strip()}\n\nThis is what the app has to do:\n\n{wanted}"
    else:
        task = f"{wanted}{offered}{_checklist_section(stack, wanted) if is_small_model else ''}"
    return _messages_for(stack, wanted, task, has_back_end=bool(api))


def continuation_messages(messages: Messages, text: str) -> Messages:
    """The messages that led to ``text``, and ``text`` as the answer that the model is to continue."""
    return (*messages, Message("assistant", text)) if text else messages


def refinement_messages(
    stack: Stack,
    requirements: str,
    files: Sequence[SourceFile],
    instructions: str,
    *,
    omitted: Sequence[str] = (),
    api: str = "",
) -> Messages:
    """Ask to change the files that are there; what comes back are the changed and the new ones, whole.

    ``omitted`` are paths of files that there was no room to show.
    """
    # Whole files, because small models seldom write a diff that can be applied.
    return _messages_for(
        stack,
        f"{requirements} {instructions}",
        f"{requirements}{_api_section(api)}\n\n{_files_section(files, omitted)}\n\nChange them: {instructions}\n\n"
        "Write each changed or new file whole, and leave out the files that stay as they are.",
        has_back_end=bool(api),
    )


def fix_messages(
    stack: Stack,
    requirements: str,
    files: Sequence[SourceFile],
    problems: Mapping[str, Sequence[str]],
    omitted: Sequence[str] = (),
    *,
    has_back_end: bool = False,
) -> Messages:
    """Ask to correct ``problems``, sentences by path; what comes back are the corrected files, whole."""
    problem_list = "\n".join(f"- {path}: {problem}" for path, sentences in problems.items() for problem in sentences)
    return _messages_for(
        stack,
        requirements,
        f"{requirements}\n\n{_files_section(files, omitted)}\n\nThey have these problems:\n\n{problem_list}\n\n"
        "Correct the problems and change nothing else. Write each corrected file whole, and leave out the files that "
        "stay as they are.",
        has_back_end=has_back_end,
    )


def _messages_for(stack: Stack, requirement: str, task: str, *, has_back_end: bool) -> Messages:
    # The example is an earlier turn of the conversation, in the very words of the request after it.
    return (
        Message("system", _system_message(stack, open_defaults(stack, requirement, has_back_end=has_back_end))),
        *_example_messages(stack, requirement),
        Message("user", _user_message(stack, task)),
    )


def _user_message(stack: Stack, task: str) -> str:
    return f"Write the {SIDE_NAMES[stack.side]} in {stack.language} with {stack.framework} for this app:\n\n{task}"


def _example_messages(stack: Stack, requirement: str) -> Messages:
    """A request with its ideal answer: small models follow an example better than any rule."""
    if stack.id not in EXAMPLE_ANSWERS:
        return ()
    wish, answer = EXAMPLE_REQUIREMENTS, EXAMPLE_ANSWERS[stack.id]
    for each in DECIDED_EXAMPLES:
        if stack.id in each.answers and re.search(each.words, requirement, re.IGNORECASE):
            wish, answer = f"{wish} {each.wish}", each.answers[stack.id]
            break
    return Message("user", _user_message(stack, wish)), Message("assistant", answer)


def _system_message(stack: Stack, rules: Sequence[str]) -> str:
    return (
        f"You are an expert {stack.framework} developer. You answer with complete, working source files, "
        "each in exactly this form:\n\n"
        f"### FILE: {stack.default_path}\n```{language_of(stack.default_path)}\nthe whole file\n```\n\n"
        f"{' '.join([stack.guidance, *rules])}\n{_scaffold_section(stack)}"
        "Do what the app asks for and add nothing to it: no sign-in, no other service, no file that nothing uses. "
        "Write every file once and from its first to its last line: no placeholders, no omissions. "
        "Write no other text before, between or after the files."
    )


def _scaffold_section(stack: Stack) -> str:
    if stack.id in SCAFFOLDS:
        return f"After them write these files, exactly as they are here:\n\n{SCAFFOLDS[stack.id]}\n"
    return ""


def _requirements_section(requirements: str, instructions: str | None) -> str:
    return f"{requirements}\n\nAlso: {instructions}" if instructions else requirements


def _checklist_section(stack: Stack, requirement: str) -> str:
    lines = route_checklist(stack, requirement)
    return f"\n\nDeclare its routes by exactly these lines, in this order:\n\n{lines}" if lines else ""


def _api_section(api: str) -> str:
    return f"\n\nThe back end is there already. Call it, with exactly these routes and fields:\n\n{api}" if api else ""


def _files_section(files: Sequence[SourceFile], omitted: Sequence[str]) -> str:
    shown = "\n\n".join(map(_file_block, files))
    omitted_note = f"\n\nThere are also these files, which stay as they are: {', '.join(omitted)}." if omitted else ""
    return f"These are the files now:\n\n{shown}{omitted_note}"


def _file_block(file: SourceFile) -> str:
    return format_file_block(file.path, file.language, file.text)
