"""What versions are called: never all the same."""

import pytest

from core.generation.run_request import EXTEND_INSTRUCTION
from core.runs.state import RunInfo, RunKind
from tests.support.run_infos import make_run
from ui.components.versions.version_titles import version_titles


def title(run: RunInfo) -> str:
    return version_titles([run])[run.id]


@pytest.mark.parametrize(
    ("kind", "instructions", "words"),
    [
        (RunKind.GENERATE, None, "First version"),
        (RunKind.GENERATE, "with a search", "With a search"),
        (RunKind.REFINE, "add a search", "Add a search"),
        (RunKind.REFINE, EXTEND_INSTRUCTION, "Extended as required"),
        (RunKind.CONTINUE, "not shown", "Continued"),
        (RunKind.FIX, None, "Fixed"),
        (RunKind.FIX, "fix 2 problems", "Fix 2 problems"),
        (RunKind.UPLOAD, "uploaded shop.zip", "Uploaded shop.zip"),
    ],
)
def test_a_version_is_called_by_what_was_asked(kind: RunKind, instructions: str | None, words: str) -> None:
    assert title(make_run(kind=kind, instructions=instructions)) == words


def test_a_name_stands_for_all_else_and_a_long_wish_is_cut() -> None:
    assert title(make_run(name="the good one", instructions="x")) == "the good one"
    assert title(make_run(kind=RunKind.REFINE, instructions="word " * 50)).endswith("word…")


def test_versions_of_the_same_words_are_counted_and_new_words_are_told() -> None:
    first = "A todo list. Tasks have titles."
    prompts = [first, first, f"{first} Show how many are open.", "A todo list.", first]
    runs = [make_run(id=str(number), prompt=prompt) for number, prompt in enumerate(prompts)]
    titles = version_titles(runs[::-1])
    assert [titles[str(number)] for number in range(5)] == [
        "Todo list",
        "Same words, answer 2",
        "Show how many are open.",
        "Shorter: Todo list",
        "Same words, answer 3",
    ]
