"""What a version is called: what was asked for, in a few words, and no two versions alike. Pure."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from core.generation.run_request import EXTEND_INSTRUCTION
from core.projects.names import excerpt, name_from_prompt, split_sentences
from core.runs.state import RunInfo, RunKind

MAX_TITLE_LENGTH = 60
_WITHOUT_INSTRUCTIONS = {
    RunKind.REFINE: "Refined",
    RunKind.CONTINUE: "Continued",
    RunKind.FIX: "Fixed",
    RunKind.UPLOAD: "Uploaded",
    RunKind.EDIT: "Edited by hand",
}


def version_titles(runs: Sequence[RunInfo]) -> dict[str, str]:
    """The title of each run of a side by its id; ``runs`` are newest first."""
    titles: dict[str, str] = {}
    prompts: Counter[str] = Counter()
    latest_prompt: str | None = None
    for run in reversed(runs):
        if run.name:
            titles[run.id] = run.name
        elif run.kind is RunKind.GENERATE and not run.instructions:
            titles[run.id] = _generated_title(run.prompt, prompts, latest_prompt)
        else:
            titles[run.id] = _asked_title(run)
        if run.kind is RunKind.GENERATE:
            prompts[run.prompt] += 1
            latest_prompt = run.prompt
    return titles


def _generated_title(prompt: str, prompts: Counter[str], latest_prompt: str | None) -> str:
    if count := prompts[prompt]:
        return f"Same words, answer {count + 1}"
    if latest_prompt is None or not prompt.strip():
        return name_from_prompt(prompt) if prompt.strip() else "First version"
    return _change_title(prompt, latest_prompt)


@lru_cache(1024)
def _change_title(prompt: str, latest_prompt: str) -> str:
    """What is new in a prompt; kept, because a list of versions is drawn again and again."""
    known = set(split_sentences(latest_prompt))
    changed = next((sentence for sentence in split_sentences(prompt) if sentence not in known), "")
    return excerpt(changed, MAX_TITLE_LENGTH) or f"Shorter: {name_from_prompt(prompt)}"


def _asked_title(run: RunInfo) -> str:
    if run.instructions == EXTEND_INSTRUCTION:
        return "Extended as required"
    if run.kind is RunKind.CONTINUE or not run.instructions:
        return _WITHOUT_INSTRUCTIONS.get(run.kind, "Generated")
    title = excerpt(run.instructions, MAX_TITLE_LENGTH)
    return title[:1].upper() + title[1:]
